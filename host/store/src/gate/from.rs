//! FROM: every table in its confined form.

use sqlparser::ast::{Join, JoinConstraint, JoinOperator, TableFactor, TableWithJoins};

use super::emit::Emitter;
use super::error::{GateError, foreign_if, refuse};
use super::names;
use super::query::{Role, as_columns, read_alias};
use super::scope::{Clause, Item, Scope, Visible};

/// The name of the one table inside the parentheses that confine it.
const INNER: &str = "t";

impl Emitter<'_> {
    /// The tables of a FROM, and what they make visible.
    pub(super) fn from(
        &mut self,
        tables: &[TableWithJoins],
    ) -> Result<(String, Vec<Item>), GateError> {
        let mut printed = Vec::with_capacity(tables.len());
        let mut items: Vec<Item> = Vec::new();
        for table in tables {
            let (sql, more) = self.joined(table, tables.len() > 1)?;
            printed.push(sql);
            items.extend(more);
        }
        check_aliases(&items)?;
        Ok((printed.join(", "), items))
    }

    /// A table and what is joined to it. ON sees what stands to its left, no more (SQLite would let
    /// it see everything).
    fn joined(
        &mut self,
        table: &TableWithJoins,
        beside_comma: bool,
    ) -> Result<(String, Vec<Item>), GateError> {
        let TableWithJoins { relation, joins } = table;
        let (mut sql, first) = self.factor(relation)?;
        let mut items = vec![first];
        for join in joins {
            let Join {
                relation,
                global,
                join_operator,
            } = join;
            foreign_if(*global, "GLOBAL JOIN")?;
            let kind = JoinKind::of(join_operator)?;
            if beside_comma && matches!(kind.word, "RIGHT JOIN" | "FULL JOIN") {
                return Err(refuse(
                    format!("{} beside a comma", kind.word),
                    "the databases disagree on which comes first",
                    "write cross join instead of the comma",
                ));
            }
            let (right_sql, mut right) = self.factor(relation)?;
            if matches!(kind.word, "RIGHT JOIN" | "FULL JOIN") {
                items.iter_mut().for_each(make_nullable);
            }
            if matches!(kind.word, "LEFT JOIN" | "FULL JOIN") {
                make_nullable(&mut right);
            }
            items.push(right);
            check_aliases(&items)?;
            sql.push_str(&format!(" {} {right_sql}", kind.word));
            if let Some(condition) = kind.on {
                self.scopes.push(Scope::new(items, Clause::On));
                let condition = self.expr(condition)?;
                items = self
                    .scopes
                    .pop()
                    .map(|scope| scope.items)
                    .unwrap_or_default();
                sql.push_str(&format!(" ON {}", condition.sql));
            }
        }
        Ok((sql, items))
    }

    fn factor(&mut self, factor: &TableFactor) -> Result<(String, Item), GateError> {
        match factor {
            TableFactor::Table {
                name,
                alias,
                args,
                with_hints,
                version,
                with_ordinality,
                partitions,
                json_path,
                sample,
                index_hints,
            } => {
                if args.is_some() {
                    return Err(table_function());
                }
                foreign_if(
                    !with_hints.is_empty()
                        || version.is_some()
                        || *with_ordinality
                        || !partitions.is_empty()
                        || json_path.is_some()
                        || sample.is_some()
                        || !index_hints.is_empty(),
                    "this clause behind a table",
                )?;
                let name = names::read(names::single(name)?)?;
                let alias = match alias {
                    Some(alias) => read_alias(alias)?,
                    None => name.clone(),
                };
                self.deeper(|emitter| emitter.table(&name, alias))
            }
            TableFactor::Derived {
                lateral,
                subquery,
                alias,
                sample,
            } => {
                if *lateral {
                    return Err(refuse(
                        "LATERAL",
                        "SQLite does not read it",
                        "a window function in a subquery, or a subquery in SELECT",
                    ));
                }
                foreign_if(sample.is_some(), "TABLESAMPLE")?;
                let Some(alias) = alias else {
                    return Err(refuse(
                        "a subquery in FROM without a name",
                        "PostgreSQL wants one",
                        "write (select ...) as x",
                    ));
                };
                let alias = read_alias(alias)?;
                let (sql, outputs) = self.query(subquery, Role::Table)?;
                let printed = format!("({sql}) AS {}", self.quote(&alias));
                Ok((printed, Item::new(alias, as_columns(outputs)?)))
            }
            TableFactor::NestedJoin { .. } => Err(refuse(
                "parentheses around a join",
                "SQLite loses the names inside",
                "write the joins one after another, or (select ...) as x",
            )),
            TableFactor::TableFunction { .. }
            | TableFactor::Function { .. }
            | TableFactor::UNNEST { .. } => Err(table_function()),
            _ => Err(refuse(
                "this in FROM",
                "the databases do not share it",
                "name tables, or (select ...) as x",
            )),
        }
    }

    /// A CTE under its printed name, or a table of the plugin in its confined form.
    fn table(&mut self, name: &str, alias: String) -> Result<(String, Item), GateError> {
        self.budget.table()?;
        let quoted_alias = self.quote(&alias);
        if let Some(cte) = self.ctes.iter().rev().find(|cte| cte.name == name) {
            let sql = format!("{} AS {quoted_alias}", self.quote(&cte.printed));
            return Ok((sql, Item::new(alias, cte.columns.clone())));
        }
        if self.changed.as_deref() == Some(name) {
            self.changed_mentions += 1;
        }
        let table = self.catalogue.load_table(name)?;
        let inner = self.quote(INNER);
        let columns: Vec<String> = table
            .columns
            .iter()
            .map(|column| format!("{inner}.{}", self.quote(&column.name)))
            .collect();
        let sql = format!(
            "(SELECT {} FROM {} AS {inner} WHERE {inner}.{} = $1) AS {quoted_alias}",
            columns.join(", "),
            self.quote(&table.physical),
            self.quote(names::GUILD),
        );
        Ok((sql, Item::new(alias, columns_of(table))))
    }
}

/// The columns of a table as a statement sees them.
pub(super) fn columns_of(table: &super::Table) -> Vec<Visible> {
    table
        .columns
        .iter()
        .map(|column| Visible {
            name: column.name.clone(),
            ty: Some(column.ty),
            nullable: column.nullable,
        })
        .collect()
}

/// Refuses two tables under one name.
pub(super) fn check_aliases(items: &[Item]) -> Result<(), GateError> {
    for (position, item) in items.iter().enumerate() {
        if items
            .iter()
            .skip(position + 1)
            .any(|other| other.alias == item.alias)
        {
            return Err(refuse(
                format!("two tables called `{}`", item.alias),
                "a name means one thing",
                "give one of them an alias",
            ));
        }
    }
    Ok(())
}

fn make_nullable(item: &mut Item) {
    for column in &mut item.columns {
        column.nullable = true;
    }
}

fn table_function() -> GateError {
    refuse(
        "a function in FROM",
        "the databases do not share any",
        "name tables, or (select ...) as x",
    )
}

struct JoinKind<'a> {
    word: &'static str,
    on: Option<&'a sqlparser::ast::Expr>,
}

impl<'a> JoinKind<'a> {
    fn of(operator: &'a JoinOperator) -> Result<Self, GateError> {
        let (word, constraint) = match operator {
            JoinOperator::Join(constraint) | JoinOperator::Inner(constraint) => {
                ("JOIN", constraint)
            }
            JoinOperator::Left(constraint) | JoinOperator::LeftOuter(constraint) => {
                ("LEFT JOIN", constraint)
            }
            JoinOperator::Right(constraint) | JoinOperator::RightOuter(constraint) => {
                ("RIGHT JOIN", constraint)
            }
            JoinOperator::FullOuter(constraint) => ("FULL JOIN", constraint),
            JoinOperator::CrossJoin(JoinConstraint::None) => {
                return Ok(Self {
                    word: "CROSS JOIN",
                    on: None,
                });
            }
            _ => {
                return Err(refuse(
                    "this kind of join",
                    "the databases do not share it",
                    "join, left join, right join, full join ... on, or cross join",
                ));
            }
        };
        match constraint {
            JoinConstraint::On(condition) => Ok(Self {
                word,
                on: Some(condition),
            }),
            JoinConstraint::Using(_) | JoinConstraint::Natural => Err(refuse(
                "USING and NATURAL",
                "they merge columns, which then belong to neither table",
                "write join ... on a.x = b.x",
            )),
            JoinConstraint::None => Err(refuse(
                "a join without ON",
                "PostgreSQL wants a condition",
                "write join ... on ..., or cross join",
            )),
        }
    }
}
