//! Scopes: which columns a name can mean at a place of a statement.

use super::Type;
use super::emit::{Emitter, Piece};
use super::error::{GateError, refuse};
use super::names;

/// Where in a statement an expression stands; decides what it may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clause {
    Select,
    On,
    Where,
    GroupBy,
    Having,
    OrderBy,
    Values,
    Set,
    Upsert,
    Returning,
    Schema,
}

impl Clause {
    /// Whether `count(x)` and its like may stand here.
    pub(super) fn takes_aggregates(self) -> bool {
        matches!(self, Clause::Select | Clause::Having | Clause::OrderBy)
    }

    /// Whether `rank() over (...)` and its like may stand here.
    pub(super) fn takes_windows(self) -> bool {
        matches!(self, Clause::Select | Clause::OrderBy)
    }

    /// Whether a subquery may stand here. In the last three the databases disagree on the state of
    /// the table that it would see, or have no subqueries.
    pub(super) fn takes_subqueries(self) -> bool {
        !matches!(
            self,
            Clause::GroupBy | Clause::Upsert | Clause::Returning | Clause::Schema
        )
    }

    /// The clause in the author's words.
    pub(super) fn words(self) -> &'static str {
        match self {
            Clause::Select => "SELECT",
            Clause::On => "JOIN ... ON",
            Clause::Where => "WHERE",
            Clause::GroupBy => "GROUP BY",
            Clause::Having => "HAVING",
            Clause::OrderBy => "ORDER BY",
            Clause::Values => "VALUES",
            Clause::Set => "SET",
            Clause::Upsert => "ON CONFLICT",
            Clause::Returning => "RETURNING",
            Clause::Schema => "CHECK and CREATE INDEX",
        }
    }
}

/// What the expression at hand is an argument of, within its query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Inside {
    Nothing,
    Window,
    Aggregate,
}

/// A column that can be named.
#[derive(Debug, Clone)]
pub(super) struct Visible {
    pub(super) name: String,
    pub(super) ty: Option<Type>,
    pub(super) nullable: bool,
}

/// A table, subquery or CTE under the name by which a statement knows it.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) alias: String,
    pub(super) columns: Vec<Visible>,
    /// Print `id` instead of `run.id`: SQLite knows no other form in RETURNING, and the schema
    /// needs none.
    pub(super) bare: bool,
    /// Found only as `excluded.id`, never as `id`.
    pub(super) qualified_only: bool,
}

impl Item {
    pub(super) fn new(alias: impl Into<String>, columns: Vec<Visible>) -> Self {
        Self {
            alias: alias.into(),
            columns,
            bare: false,
            qualified_only: false,
        }
    }

    fn find(&self, name: &str) -> Option<&Visible> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// One level of names: the tables of one query, and what is known of its grouping.
#[derive(Debug)]
pub(super) struct Scope {
    pub(super) items: Vec<Item>,
    pub(super) clause: Clause,
    pub(super) inside: Inside,
    /// The printed expressions of GROUP BY. Every name is resolved and qualified by then, so equal
    /// texts are equal expressions.
    pub(super) group_keys: Vec<String>,
    /// Columns read outside of aggregates and of `group_keys`, since last cleared.
    pub(super) loose: Vec<String>,
    /// How many columns of this level were read.
    pub(super) reads: usize,
    pub(super) aggregates: bool,
}

impl Scope {
    pub(super) fn new(items: Vec<Item>, clause: Clause) -> Self {
        Self {
            items,
            clause,
            inside: Inside::Nothing,
            group_keys: Vec::new(),
            loose: Vec::new(),
            reads: 0,
            aggregates: false,
        }
    }

    /// How many tables of this level have a column that `name` can mean.
    pub(super) fn count(&self, name: &str) -> usize {
        self.items
            .iter()
            .filter(|item| !item.qualified_only && item.find(name).is_some())
            .count()
    }
}

impl Emitter<'_> {
    /// The innermost scope.
    pub(super) fn scope(&mut self) -> &mut Scope {
        if self.scopes.is_empty() {
            self.scopes.push(Scope::new(Vec::new(), Clause::Values));
        }
        let last = self.scopes.len() - 1;
        &mut self.scopes[last]
    }

    /// Resolves a column from the innermost level outwards and prints it in its qualified form.
    pub(super) fn column(
        &mut self,
        qualifier: Option<&str>,
        name: &str,
    ) -> Result<Piece, GateError> {
        for level in (0..self.scopes.len()).rev() {
            let scope = &self.scopes[level];
            let mut found = scope.items.iter().filter(|item| match qualifier {
                Some(alias) => item.alias == alias,
                None => !item.qualified_only && item.find(name).is_some(),
            });
            let Some(item) = found.next() else { continue };
            if let Some(other) = found.next() {
                return Err(refuse(
                    format!("the bare name `{name}`"),
                    format!("both `{}` and `{}` have it", item.alias, other.alias),
                    format!("write `{}.{name}`", item.alias),
                ));
            }
            let Some(column) = item.find(name) else {
                return Err(missing_column(item, name));
            };
            let quoted = names::quote(self.dialect, name);
            let piece = Piece {
                sql: if item.bare {
                    quoted
                } else {
                    format!("{}.{quoted}", names::quote(self.dialect, &item.alias))
                },
                ty: column.ty,
                nullable: column.nullable,
            };
            let scope = &mut self.scopes[level];
            scope.reads += 1;
            if !scope.group_keys.contains(&piece.sql) {
                scope.loose.push(name.to_owned());
            }
            return Ok(piece);
        }
        Err(self.unknown_column(qualifier, name))
    }

    fn unknown_column(&self, qualifier: Option<&str>, name: &str) -> GateError {
        let items = self.scopes.iter().rev().flat_map(|scope| &scope.items);
        if let Some(alias) = qualifier {
            return names::unknown(
                format!("`{alias}` is no table or alias that is visible here"),
                alias,
                "visible are",
                items.map(|item| item.alias.as_str()),
            );
        }
        let items: Vec<&Item> = items.filter(|item| !item.qualified_only).collect();
        match items.as_slice() {
            [] => GateError::Unknown(format!("there is no column `{name}` here")),
            [only] => missing_column(only, name),
            several => {
                let known: Vec<String> = several
                    .iter()
                    .flat_map(|item| {
                        item.columns
                            .iter()
                            .map(move |column| format!("{}.{}", item.alias, column.name))
                    })
                    .collect();
                names::unknown(
                    format!("no table that is visible here has a column `{name}`"),
                    name,
                    "there are",
                    known.iter().map(String::as_str),
                )
            }
        }
    }
}

fn missing_column(item: &Item, name: &str) -> GateError {
    names::unknown(
        format!("`{}` has no column `{name}`", item.alias),
        name,
        "it has",
        item.columns.iter().map(|column| column.name.as_str()),
    )
}
