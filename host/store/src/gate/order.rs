//! ORDER BY and LIMIT.

use sqlparser::ast::{
    Expr, Ident, LimitClause, Offset, OffsetRows, OrderBy, OrderByExpr, OrderByKind,
    OrderByOptions, OrderBySort, Value, ValueWithSpan,
};

use super::emit::{Emitter, Output};
use super::error::{GateError, foreign_if, refuse};
use super::literal::Literal;
use super::names;

/// What an ORDER BY may name besides the query's own outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sortable {
    /// Any expression over the query's tables.
    Expressions,
    /// With DISTINCT: only expressions that are selected too.
    Selected,
    /// Behind UNION and its like: only outputs.
    Outputs,
}

impl Emitter<'_> {
    /// The terms of an ORDER BY. An output is printed as its position, which means the same on both
    /// databases and in every kind of query; a name could be a column's too.
    pub(super) fn order_by(
        &mut self,
        order_by: &OrderBy,
        outputs: &[Output],
        sortable: Sortable,
    ) -> Result<String, GateError> {
        let OrderBy { kind, interpolate } = order_by;
        foreign_if(interpolate.is_some(), "INTERPOLATE")?;
        let OrderByKind::Expressions(terms) = kind else {
            return Err(refuse(
                "ORDER BY ALL",
                "neither database reads it",
                "name the columns",
            ));
        };
        let mut printed = Vec::with_capacity(terms.len());
        for term in terms {
            let OrderByExpr {
                expr,
                options,
                with_fill,
            } = term;
            foreign_if(with_fill.is_some(), "WITH FILL")?;
            let (sql, nullable) = self.order_term(expr, outputs, sortable)?;
            printed.push(format!("{sql}{}", self.direction(options, nullable)?));
        }
        Ok(printed.join(", "))
    }

    fn order_term(
        &mut self,
        expr: &Expr,
        outputs: &[Output],
        sortable: Sortable,
    ) -> Result<(String, bool), GateError> {
        if let Some(position) = position(expr, outputs.len(), "ORDER BY")? {
            let nullable = outputs.get(position).is_none_or(|output| output.nullable);
            return Ok(((position + 1).to_string(), nullable));
        }
        if let Expr::Identifier(ident) = expr
            && let Some(position) = output_named(ident, outputs)?
        {
            let nullable = outputs.get(position).is_none_or(|output| output.nullable);
            return Ok(((position + 1).to_string(), nullable));
        }
        if sortable == Sortable::Outputs {
            return Err(refuse(
                "this ORDER BY behind UNION, INTERSECT or EXCEPT",
                "only their outputs can be sorted",
                "name an output of the first SELECT",
            ));
        }
        refuse_constant(expr, "ORDER BY")?;
        let piece = self.expr(expr)?;
        if sortable == Sortable::Selected {
            let Some(position) = outputs.iter().position(|output| output.sql == piece.sql) else {
                return Err(refuse(
                    "ORDER BY something that SELECT DISTINCT does not select",
                    "rows that became one may differ in it",
                    "select it too",
                ));
            };
            return Ok(((position + 1).to_string(), piece.nullable));
        }
        Ok((piece.sql, piece.nullable))
    }

    /// The terms of an ORDER BY within OVER (...), where a number is a constant.
    pub(super) fn window_order(&mut self, terms: &[OrderByExpr]) -> Result<String, GateError> {
        let mut printed = Vec::with_capacity(terms.len());
        for term in terms {
            let OrderByExpr {
                expr,
                options,
                with_fill,
            } = term;
            foreign_if(with_fill.is_some(), "WITH FILL")?;
            refuse_constant(expr, "ORDER BY within OVER")?;
            let piece = self.expr(expr)?;
            printed.push(format!(
                "{}{}",
                piece.sql,
                self.direction(options, piece.nullable)?
            ));
        }
        Ok(printed.join(", "))
    }

    /// " DESC NULLS LAST". SQLite holds null for the smallest value, PostgreSQL for the largest:
    /// there, SQLite's order is spelled out, unless nothing can be null (an index in its default
    /// order then still serves).
    fn direction(&self, options: &OrderByOptions, nullable: bool) -> Result<String, GateError> {
        let OrderByOptions { sort, nulls_first } = options;
        let descending = match sort {
            None | Some(OrderBySort::Asc) => false,
            Some(OrderBySort::Desc) => true,
            Some(OrderBySort::Using(_)) => {
                return Err(refuse(
                    "ORDER BY ... USING",
                    "only PostgreSQL reads it",
                    "write asc or desc",
                ));
            }
        };
        let nulls_first = match nulls_first {
            None if nullable && self.postgres() => Some(!descending),
            stated => *stated,
        };
        let nulls = match nulls_first {
            None => "",
            Some(true) => " NULLS FIRST",
            Some(false) => " NULLS LAST",
        };
        Ok(format!("{}{nulls}", if descending { " DESC" } else { "" }))
    }

    /// " LIMIT 10 OFFSET 20"
    pub(super) fn limit(&mut self, limit: &LimitClause) -> Result<String, GateError> {
        let LimitClause::LimitOffset {
            limit,
            offset,
            limit_by,
        } = limit
        else {
            return Err(refuse(
                "LIMIT a, b",
                "only SQLite reads it",
                "write limit b offset a",
            ));
        };
        foreign_if(!limit_by.is_empty(), "LIMIT BY")?;
        let Some(limit) = limit else {
            return Err(refuse(
                "OFFSET without LIMIT",
                "SQLite does not read it",
                "add a limit",
            ));
        };
        let mut sql = format!(" LIMIT {}", self.row_count(limit)?);
        if let Some(Offset { value, rows }) = offset {
            foreign_if(*rows != OffsetRows::None, "OFFSET ... ROWS")?;
            sql.push_str(&format!(" OFFSET {}", self.row_count(value)?));
        }
        Ok(sql)
    }

    fn row_count(&mut self, expr: &Expr) -> Result<String, GateError> {
        if let Expr::Value(value) = expr {
            match Literal::read(value)? {
                Some(Literal::Number(rows)) => return Ok(rows.to_string()),
                None => return self.placeholder(value),
                Some(_) => {}
            }
        }
        Err(refuse(
            "this LIMIT or OFFSET",
            "it is a whole number or a parameter",
            "compute it in the plugin and pass it",
        ))
    }
}

/// `order by 2`: the position from zero.
pub(super) fn position(
    expr: &Expr,
    outputs: usize,
    clause: &str,
) -> Result<Option<usize>, GateError> {
    let Expr::Value(value) = expr else {
        return Ok(None);
    };
    match Literal::read(value)? {
        Some(Literal::Number(number)) => {
            let position = usize::try_from(number).ok().and_then(|n| n.checked_sub(1));
            match position.filter(|position| *position < outputs) {
                Some(position) => Ok(Some(position)),
                None => Err(refuse(
                    format!("{clause} {number}"),
                    format!("the query has {outputs} outputs"),
                    "name one of them",
                )),
            }
        }
        _ => Ok(None),
    }
}

/// The output of that name. Two of one name are refused unless they are the same expression.
fn output_named(ident: &Ident, outputs: &[Output]) -> Result<Option<usize>, GateError> {
    let name = names::read(ident)?;
    let mut found = outputs
        .iter()
        .enumerate()
        .filter(|(_, output)| output.firm && output.name.as_deref() == Some(name.as_str()));
    let Some((position, output)) = found.next() else {
        return Ok(None);
    };
    if found.any(|(_, other)| other.sql != output.sql) {
        return Err(refuse(
            format!("ORDER BY {name}"),
            "two outputs have that name",
            "give one of them an alias",
        ));
    }
    Ok(Some(position))
}

/// Sorting or grouping by a constant does nothing on SQLite and fails on PostgreSQL.
pub(super) fn refuse_constant(expr: &Expr, clause: &str) -> Result<(), GateError> {
    let mut inner = expr;
    while let Expr::Nested(nested) = inner {
        inner = nested;
    }
    if let Expr::Value(ValueWithSpan { value, span: _ }) = inner {
        let what = match value {
            Value::Placeholder(_) => "a parameter",
            _ => "a constant",
        };
        return Err(refuse(
            format!("{clause} {what}"),
            "it is the same for every row",
            "name a column or an expression over one",
        ));
    }
    Ok(())
}
