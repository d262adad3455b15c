//! One SELECT.

use sqlparser::ast::{
    Distinct, Expr, GroupByExpr, Ident, OrderBy, Select, SelectFlavor, SelectItem,
    SelectItemQualifiedWildcardKind, WildcardAdditionalOptions,
};

use super::emit::{Emitter, Output, Piece};
use super::error::{GateError, foreign_if, refuse};
use super::names;
use super::order::{self, Sortable};
use super::query::Role;
use super::scope::{Clause, Scope};

impl Emitter<'_> {
    /// A SELECT with its ORDER BY, which may sort by what is not selected.
    pub(super) fn select(
        &mut self,
        select: &Select,
        role: Role,
        order_by: Option<&OrderBy>,
    ) -> Result<(String, Vec<Output>), GateError> {
        let parts = Parts::of(select)?;
        let (from, items) = self.from(parts.from)?;
        self.scopes.push(Scope::new(items, Clause::Where));
        let condition = match parts.condition {
            Some(condition) => Some(self.expr(condition)?.sql),
            // Behind INSERT, SQLite would read ON CONFLICT as the ON of a join.
            None if role == Role::Insert && !parts.from.is_empty() => Some("TRUE".to_owned()),
            None => None,
        };
        let group_by = self.group_by(parts.group_by, parts.projection)?;
        let scope = self.scope();
        scope.loose.clear();
        scope.group_keys.clone_from(&group_by);
        scope.clause = Clause::Select;
        let outputs = self.projection(parts.projection)?;
        self.scope().clause = Clause::Having;
        let having = match parts.having {
            Some(having) => Some(self.expr(having)?.sql),
            None => None,
        };
        self.scope().clause = Clause::OrderBy;
        let sortable = if parts.distinct {
            Sortable::Selected
        } else {
            Sortable::Expressions
        };
        let order_by = match order_by {
            Some(order_by) => Some(self.order_by(order_by, &outputs, sortable)?),
            None => None,
        };
        let grouped = !group_by.is_empty() || having.is_some();
        self.check_grouping(grouped)?;
        self.scopes.pop();

        let mut sql = String::from(if parts.distinct {
            "SELECT DISTINCT "
        } else {
            "SELECT "
        });
        sql.push_str(&self.print_outputs(&outputs, role));
        if !from.is_empty() {
            sql.push_str(&format!(" FROM {from}"));
        }
        for (word, part) in [("WHERE", condition), ("GROUP BY", non_empty(&group_by))] {
            if let Some(part) = part {
                sql.push_str(&format!(" {word} {part}"));
            }
        }
        for (word, part) in [("HAVING", having), ("ORDER BY", order_by)] {
            if let Some(part) = part {
                sql.push_str(&format!(" {word} {part}"));
            }
        }
        Ok((sql, outputs))
    }

    /// The keys of a GROUP BY, each as the expression that it stands for.
    fn group_by(
        &mut self,
        group_by: &[Expr],
        projection: &[SelectItem],
    ) -> Result<Vec<String>, GateError> {
        self.scope().clause = Clause::GroupBy;
        let mut keys = Vec::with_capacity(group_by.len());
        for expr in group_by {
            let key = match (expr, self.group_position(expr, projection)?) {
                (_, Some(selected)) => {
                    order::refuse_constant(selected, "GROUP BY")?;
                    self.expr(selected)?
                }
                (Expr::Identifier(ident), None) => self.group_name(ident, expr, projection)?,
                (other, None) => {
                    order::refuse_constant(other, "GROUP BY")?;
                    self.expr(other)?
                }
            };
            keys.push(key.sql);
        }
        Ok(keys)
    }

    /// `group by 2`
    fn group_position<'p>(
        &self,
        expr: &Expr,
        projection: &'p [SelectItem],
    ) -> Result<Option<&'p Expr>, GateError> {
        let Some(position) = order::position(expr, projection.len(), "GROUP BY")? else {
            return Ok(None);
        };
        let starred = projection.iter().any(|item| aliased(item).is_none());
        match projection.get(position).and_then(aliased) {
            Some((expr, _)) if !starred => Ok(Some(expr)),
            _ => Err(refuse(
                "GROUP BY a position beside `*`",
                "a new column would move it",
                "name the column",
            )),
        }
    }

    /// A name in GROUP BY: a column, or the alias of an output. If it could be both, PostgreSQL
    /// takes the column, and rows would come out of groups that the author did not mean.
    fn group_name(
        &mut self,
        ident: &Ident,
        expr: &Expr,
        projection: &[SelectItem],
    ) -> Result<Piece, GateError> {
        let name = names::read(ident)?;
        let mut meanings: Vec<Piece> = Vec::new();
        if self.scope().count(&name) > 0 {
            meanings.push(self.expr(expr)?);
        }
        for (selected, alias) in projection.iter().filter_map(aliased) {
            let Some(alias) = alias else { continue };
            if names::read(alias)? == name {
                order::refuse_constant(selected, "GROUP BY")?;
                meanings.push(self.expr(selected)?);
            }
        }
        let mut meanings = meanings.into_iter();
        let Some(first) = meanings.next() else {
            return self.expr(expr);
        };
        if meanings.any(|other| other.sql != first.sql) {
            return Err(refuse(
                format!("GROUP BY {name}"),
                "it is the name of a column and of another output",
                "give the output an alias of its own",
            ));
        }
        Ok(first)
    }

    /// The select list, stars written out.
    fn projection(&mut self, projection: &[SelectItem]) -> Result<Vec<Output>, GateError> {
        let mut outputs = Vec::with_capacity(projection.len());
        for item in projection {
            match item {
                SelectItem::UnnamedExpr(expr) => {
                    let (name, firm) = implied_name(expr);
                    let piece = self.expr(expr)?;
                    outputs.push(output(name, firm, piece));
                }
                SelectItem::ExprWithAlias { expr, alias } => {
                    let name = names::declare(alias)?;
                    let piece = self.expr(expr)?;
                    outputs.push(output(Some(name), true, piece));
                }
                SelectItem::Wildcard(options) => {
                    check_star(options)?;
                    self.star(None, &mut outputs)?;
                }
                SelectItem::QualifiedWildcard(kind, options) => {
                    check_star(options)?;
                    let SelectItemQualifiedWildcardKind::ObjectName(name) = kind else {
                        return Err(refuse(
                            "`*` behind an expression",
                            "values have no columns",
                            "name the columns",
                        ));
                    };
                    let alias = names::read(names::single(name)?)?;
                    self.star(Some(&alias), &mut outputs)?;
                }
                SelectItem::ExprWithAliases { .. } => {
                    return Err(refuse(
                        "several aliases of one expression",
                        "neither database reads them",
                        "one alias each",
                    ));
                }
            }
        }
        Ok(outputs)
    }

    /// `*` or `r.*` of the innermost scope, as the list of its columns.
    fn star(&mut self, alias: Option<&str>, outputs: &mut Vec<Output>) -> Result<(), GateError> {
        let columns: Vec<(String, String)> = self
            .scope()
            .items
            .iter()
            .filter(|item| !item.qualified_only && alias.is_none_or(|alias| item.alias == alias))
            .flat_map(|item| {
                item.columns
                    .iter()
                    .map(|column| (item.alias.clone(), column.name.clone()))
            })
            .collect();
        if columns.is_empty() {
            return Err(refuse(
                match alias {
                    Some(alias) => format!("`{alias}.*`"),
                    None => "`*` without a table".to_owned(),
                },
                "there are no such columns in this query's FROM",
                "name the columns",
            ));
        }
        for (alias, name) in columns {
            let piece = self.deeper(|emitter| emitter.column(Some(&alias), &name))?;
            outputs.push(output(Some(name), true, piece));
        }
        Ok(())
    }

    /// Refuses a column that is neither a key of the groups nor inside of an aggregate: PostgreSQL
    /// fails on it, SQLite takes it from any row of the group.
    fn check_grouping(&mut self, grouped: bool) -> Result<(), GateError> {
        let scope = self.scope();
        if !grouped && !scope.aggregates {
            return Ok(());
        }
        match scope.loose.first() {
            None => Ok(()),
            Some(name) => Err(refuse(
                format!("the column `{name}` beside an aggregate"),
                "its group has many rows, and the value would be any of theirs",
                format!("add it to GROUP BY, or write max({name})"),
            )),
        }
    }

    fn print_outputs(&self, outputs: &[Output], role: Role) -> String {
        let mut printed: Vec<String> = outputs
            .iter()
            .enumerate()
            .map(|(position, output)| match (role, &output.name) {
                (Role::Value | Role::Insert, _) => output.sql.clone(),
                (Role::Top | Role::Table, Some(name)) => {
                    format!("{} AS {}", output.sql, self.quote(name))
                }
                (Role::Top | Role::Table, None) => {
                    let name = format!("column{}", position + 1);
                    format!("{} AS {}", output.sql, self.quote(&name))
                }
            })
            .collect();
        if role == Role::Insert {
            printed.push("CAST($1 AS BIGINT)".to_owned());
        }
        printed.join(", ")
    }

    /// The outputs of RETURNING, printed.
    pub(super) fn returning(
        &mut self,
        items: &[SelectItem],
    ) -> Result<(String, Vec<Output>), GateError> {
        self.scope().clause = Clause::Returning;
        let outputs = self.projection(items)?;
        let printed = self.print_outputs(&outputs, Role::Top);
        Ok((format!(" RETURNING {printed}"), outputs))
    }
}

/// The parts of a SELECT that the gate writes, all others absent.
struct Parts<'a> {
    distinct: bool,
    projection: &'a [SelectItem],
    from: &'a [sqlparser::ast::TableWithJoins],
    condition: Option<&'a Expr>,
    group_by: &'a [Expr],
    having: Option<&'a Expr>,
}

impl<'a> Parts<'a> {
    fn of(select: &'a Select) -> Result<Self, GateError> {
        let Select {
            select_token: _,
            optimizer_hints,
            distinct,
            select_modifiers,
            top,
            top_before_distinct,
            projection,
            exclude,
            into,
            from,
            lateral_views,
            prewhere,
            selection,
            connect_by,
            group_by,
            cluster_by,
            distribute_by,
            sort_by,
            having,
            named_window,
            qualify,
            window_before_qualify,
            value_table_mode,
            flavor,
        } = select;
        foreign_if(into.is_some(), "SELECT INTO")?;
        foreign_if(!named_window.is_empty(), "WINDOW (write `over (...)`)")?;
        foreign_if(
            !optimizer_hints.is_empty()
                || select_modifiers.is_some()
                || top.is_some()
                || *top_before_distinct
                || exclude.is_some()
                || !lateral_views.is_empty()
                || prewhere.is_some()
                || !connect_by.is_empty()
                || !cluster_by.is_empty()
                || !distribute_by.is_empty()
                || !sort_by.is_empty()
                || qualify.is_some()
                || *window_before_qualify
                || value_table_mode.is_some()
                || *flavor != SelectFlavor::Standard,
            "this clause of SELECT",
        )?;
        let distinct = match distinct {
            None | Some(Distinct::All) => false,
            Some(Distinct::Distinct) => true,
            Some(Distinct::On(_)) => {
                return Err(refuse(
                    "DISTINCT ON",
                    "only PostgreSQL reads it",
                    "row_number() over (partition by ...) in a subquery, and where n = 1",
                ));
            }
        };
        let GroupByExpr::Expressions(group_by, modifiers) = group_by else {
            return Err(refuse(
                "GROUP BY ALL",
                "the databases do not share it",
                "name the columns",
            ));
        };
        foreign_if(!modifiers.is_empty(), "ROLLUP and its like")?;
        if projection.is_empty() {
            return Err(refuse(
                "SELECT of nothing",
                "SQLite does not read it",
                "name a column",
            ));
        }
        Ok(Self {
            distinct,
            projection,
            from,
            condition: selection.as_ref(),
            group_by,
            having: having.as_ref(),
        })
    }
}

fn output(name: Option<String>, firm: bool, piece: Piece) -> Output {
    Output {
        name,
        firm,
        sql: piece.sql,
        ty: piece.ty,
        nullable: piece.nullable,
    }
}

/// A select item that is an expression, with its alias.
fn aliased(item: &SelectItem) -> Option<(&Expr, Option<&Ident>)> {
    match item {
        SelectItem::UnnamedExpr(expr) => Some((expr, None)),
        SelectItem::ExprWithAlias { expr, alias } => Some((expr, Some(alias))),
        _ => None,
    }
}

/// What an expression without an alias is called: a column by its own name, a call by the
/// function's (which SQLite would not do, so nothing may refer to it).
fn implied_name(expr: &Expr) -> (Option<String>, bool) {
    match expr {
        Expr::Identifier(ident) => (names::read(ident).ok(), true),
        Expr::CompoundIdentifier(parts) => {
            (parts.last().and_then(|part| names::read(part).ok()), true)
        }
        Expr::Function(function) => {
            let name = names::single(&function.name).and_then(names::read).ok();
            (name, false)
        }
        _ => (None, false),
    }
}

fn check_star(options: &WildcardAdditionalOptions) -> Result<(), GateError> {
    let WildcardAdditionalOptions {
        wildcard_token: _,
        opt_ilike,
        opt_exclude,
        opt_except,
        opt_replace,
        opt_rename,
        opt_alias,
    } = options;
    foreign_if(
        opt_ilike.is_some()
            || opt_exclude.is_some()
            || opt_except.is_some()
            || opt_replace.is_some()
            || opt_rename.is_some()
            || opt_alias.is_some(),
        "a clause behind `*`",
    )
}

fn non_empty(keys: &[String]) -> Option<String> {
    (!keys.is_empty()).then(|| keys.join(", "))
}
