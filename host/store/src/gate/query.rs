//! Queries: WITH, UNION and its like, and what stands behind them.

use sqlparser::ast::{
    Cte as ParsedCte, Query, Select, SetExpr, SetOperator, SetQuantifier, TableAlias, With,
};

use super::emit::{Cte, Emitter, Output};
use super::error::{GateError, foreign_if, refuse};
use super::names;
use super::order::Sortable;
use super::scope::Visible;

/// What a query is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The statement itself: every output gets a name.
    Top,
    /// In FROM or WITH: every output needs a name of its own.
    Table,
    /// In an expression: names do not matter.
    Value,
    /// Behind INSERT: the guild is added to every select list, last, so that positions stay right.
    Insert,
}

impl Emitter<'_> {
    /// A whole statement that is a query.
    pub(super) fn top_query(&mut self, query: &Query) -> Result<(String, Vec<Output>), GateError> {
        let done = self.query(query, Role::Top)?;
        if !self.budget.names_a_table() {
            return Err(refuse(
                "a query without a table",
                "it would ask the database nothing",
                "compute it in the plugin",
            ));
        }
        Ok(done)
    }

    /// A query at any depth.
    pub(super) fn query(
        &mut self,
        query: &Query,
        role: Role,
    ) -> Result<(String, Vec<Output>), GateError> {
        let Query {
            with,
            body,
            order_by,
            limit_clause,
            fetch,
            locks,
            for_clause,
            settings,
            format_clause,
            pipe_operators,
        } = query;
        if fetch.is_some() {
            return Err(refuse("FETCH", "SQLite does not read it", "write limit"));
        }
        if !locks.is_empty() {
            return Err(refuse(
                "FOR UPDATE",
                "SQLite does not read it, and calls of one guild never overlap",
                "leave it out, or update under a condition and look at `returning`",
            ));
        }
        foreign_if(
            for_clause.is_some()
                || settings.is_some()
                || format_clause.is_some()
                || !pipe_operators.is_empty(),
            "this clause behind a query",
        )?;
        self.deeper(|emitter| {
            let visible = emitter.ctes.len();
            let mut sql = match with {
                Some(with) => emitter.with(with, role)?,
                None => String::new(),
            };
            let mut arms = Arms::default();
            flatten(body, &mut arms)?;
            let (body, outputs) = match arms.selects.as_slice() {
                [only] => emitter.select(only, role, order_by.as_ref())?,
                several => {
                    let (mut body, outputs) = emitter.arms(several, arms.word, role)?;
                    if let Some(order_by) = order_by {
                        let terms = emitter.order_by(order_by, &outputs, Sortable::Outputs)?;
                        body.push_str(&format!(" ORDER BY {terms}"));
                    }
                    (body, outputs)
                }
            };
            sql.push_str(&body);
            if let Some(limit) = limit_clause {
                sql.push_str(&emitter.limit(limit)?);
            }
            emitter.ctes.truncate(visible);
            Ok((sql, outputs))
        })
    }

    /// `WITH cte1 AS (...), cte2 AS (...) `
    fn with(&mut self, with: &With, role: Role) -> Result<String, GateError> {
        let With {
            with_token: _,
            recursive,
            cte_tables,
        } = with;
        if *recursive {
            return Err(refuse(
                "WITH RECURSIVE",
                "it may run without end",
                "loop in the plugin",
            ));
        }
        if role == Role::Insert {
            return Err(refuse(
                "WITH in an INSERT",
                "it could write on PostgreSQL",
                "write the subquery into FROM",
            ));
        }
        let mut printed = Vec::with_capacity(cte_tables.len());
        let first = self.ctes.len();
        for cte in cte_tables {
            let ParsedCte {
                alias,
                query,
                from,
                materialized,
                closing_paren_token: _,
            } = cte;
            foreign_if(from.is_some(), "FROM behind a CTE")?;
            foreign_if(materialized.is_some(), "MATERIALIZED")?;
            let name = read_alias(alias)?;
            if self.catalogue.find_table(&name).is_some() {
                return Err(refuse(
                    format!("a CTE called `{name}`"),
                    "a table is called so too, and SQLite would read it as a circle",
                    "choose another name",
                ));
            }
            if self.ctes.iter().skip(first).any(|cte| cte.name == name) {
                return Err(refuse(
                    format!("two CTEs called `{name}`"),
                    "a name means one thing",
                    "choose another name",
                ));
            }
            // A CTE is a statement of its own: it sees earlier ones, no columns from outside.
            let outside = std::mem::take(&mut self.scopes);
            let (sql, outputs) = self.query(query, Role::Table)?;
            self.scopes = outside;
            self.ctes_printed += 1;
            let cte_name = format!("cte{}", self.ctes_printed);
            printed.push(format!("{} AS ({sql})", self.quote(&cte_name)));
            self.ctes.push(Cte {
                name,
                printed: cte_name,
                columns: as_columns(outputs)?,
            });
        }
        Ok(format!("WITH {} ", printed.join(", ")))
    }

    /// `select ... union select ...`
    fn arms(
        &mut self,
        selects: &[&Select],
        word: &str,
        role: Role,
    ) -> Result<(String, Vec<Output>), GateError> {
        let mut printed = Vec::with_capacity(selects.len());
        let mut outputs: Vec<Output> = Vec::new();
        for select in selects {
            let (sql, more) = self.select(select, role, None)?;
            if printed.is_empty() {
                outputs = more;
            } else {
                if more.len() != outputs.len() {
                    return Err(refuse(
                        format!("{word} of {} and {} columns", outputs.len(), more.len()),
                        "both sides have equally many",
                        "select the same columns in each",
                    ));
                }
                for (output, other) in outputs.iter_mut().zip(more) {
                    output.nullable |= other.nullable;
                    if output.ty != other.ty {
                        output.ty = None;
                    }
                }
            }
            printed.push(sql);
        }
        Ok((printed.join(&format!(" {word} ")), outputs))
    }
}

/// The SELECTs of one level and the word between them.
#[derive(Default)]
struct Arms<'a> {
    selects: Vec<&'a Select>,
    word: &'static str,
}

/// Takes a chain apart, from left to right, in a loop. All words of a level are the same: the
/// databases disagree on which binds tighter.
fn flatten<'a>(body: &'a SetExpr, arms: &mut Arms<'a>) -> Result<(), GateError> {
    let mut rest = body;
    loop {
        match rest {
            SetExpr::SetOperation {
                left,
                op,
                set_quantifier,
                right,
            } => {
                let word = set_word(*op, *set_quantifier)?;
                if !arms.word.is_empty() && arms.word != word {
                    return Err(refuse(
                        format!("{word} beside {}", arms.word),
                        "the databases disagree on which comes first",
                        "put one of them into a subquery in FROM",
                    ));
                }
                arms.word = word;
                arms.selects.push(as_select(right)?);
                rest = left;
            }
            other => {
                arms.selects.push(as_select(other)?);
                arms.selects.reverse();
                return Ok(());
            }
        }
    }
}

fn set_word(op: SetOperator, quantifier: SetQuantifier) -> Result<&'static str, GateError> {
    match (op, quantifier) {
        (SetOperator::Union, SetQuantifier::All) => Ok("UNION ALL"),
        (SetOperator::Union, SetQuantifier::None) => Ok("UNION"),
        (SetOperator::Intersect, SetQuantifier::None) => Ok("INTERSECT"),
        (SetOperator::Except, SetQuantifier::None) => Ok("EXCEPT"),
        _ => Err(refuse(
            format!("{op} {quantifier}"),
            "the databases do not share it",
            "write union, union all, intersect or except",
        )),
    }
}

fn as_select(arm: &SetExpr) -> Result<&Select, GateError> {
    match arm {
        SetExpr::Select(select) => Ok(select),
        SetExpr::SetOperation { .. } => Err(refuse(
            "INTERSECT beside UNION or EXCEPT",
            "the databases disagree on which comes first",
            "put one of them into a subquery in FROM",
        )),
        SetExpr::Query(_) => Err(refuse(
            "parentheses around a side of UNION, INTERSECT or EXCEPT",
            "SQLite does not read them",
            "write `select * from (...) as x`",
        )),
        SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_) | SetExpr::Merge(_) => {
            Err(refuse(
                "WITH in front of INSERT, UPDATE or DELETE",
                "it could write on PostgreSQL",
                "write a subquery into WHERE, or insert ... select",
            ))
        }
        SetExpr::Values(_) => Err(refuse(
            "VALUES outside of INSERT",
            "its columns have no names on SQLite",
            "pass the values as parameters",
        )),
        SetExpr::Table(_) => Err(refuse(
            "TABLE t",
            "SQLite does not read it",
            "write select * from t",
        )),
    }
}

/// The name of a subquery or CTE. A list of columns behind it could forge any name.
pub(super) fn read_alias(alias: &TableAlias) -> Result<String, GateError> {
    let TableAlias {
        explicit: _,
        name,
        columns,
        at,
    } = alias;
    if !columns.is_empty() {
        return Err(refuse(
            "an alias with a list of columns",
            "it renames what the host has named",
            "name the columns inside, with AS",
        ));
    }
    foreign_if(at.is_some(), "AT behind an alias")?;
    names::declare(name)
}

/// The outputs of a subquery as columns: each with a name, no name twice.
pub(super) fn as_columns(outputs: Vec<Output>) -> Result<Vec<Visible>, GateError> {
    let mut columns: Vec<Visible> = Vec::with_capacity(outputs.len());
    for output in outputs {
        let Some(name) = output.name.filter(|_| output.firm) else {
            return Err(refuse(
                "an expression without a name in a subquery",
                "each database would call it something else",
                "name it with AS",
            ));
        };
        if columns.iter().any(|column| column.name == name) {
            return Err(refuse(
                format!("two columns called `{name}` in a subquery"),
                "a name means one thing",
                "name one of them with AS",
            ));
        }
        columns.push(Visible {
            name,
            ty: output.ty,
            nullable: output.nullable,
        });
    }
    Ok(columns)
}
