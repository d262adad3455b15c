//! The emitter: what is known while one statement is written.

use super::budget::{Budget, Parameters};
use super::error::GateError;
use super::scope::{Scope, Visible};
use super::{Catalogue, Dialect, Type, names};

/// A printed expression. Complete in itself: safe to place anywhere an expression may stand.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) sql: String,
    pub(super) ty: Option<Type>,
    pub(super) nullable: bool,
}

impl Piece {
    pub(super) fn new(sql: impl Into<String>, ty: Option<Type>) -> Self {
        Self {
            sql: sql.into(),
            ty,
            nullable: true,
        }
    }

    pub(super) fn not_null(self) -> Self {
        Self {
            nullable: false,
            ..self
        }
    }
}

/// A column that a query puts out.
#[derive(Debug, Clone)]
pub(super) struct Output {
    /// Alias, column name or function name.
    pub(super) name: Option<String>,
    /// Whether the name is one that both databases would give it too.
    pub(super) firm: bool,
    pub(super) sql: String,
    pub(super) ty: Option<Type>,
    pub(super) nullable: bool,
}

/// A CTE in sight. In the text it is called `cte1`, `cte2`, ..., under the author's name only as an
/// alias: so it can shadow no physical table inside the parentheses that the gate writes, and
/// cannot be meant where it is not in scope.
#[derive(Debug, Clone)]
pub(super) struct Cte {
    pub(super) name: String,
    pub(super) printed: String,
    pub(super) columns: Vec<Visible>,
}

/// Writes one statement.
#[derive(Debug)]
pub(super) struct Emitter<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) dialect: Dialect,
    pub(super) budget: Budget,
    pub(super) parameters: Parameters,
    pub(super) ctes: Vec<Cte>,
    pub(super) ctes_printed: usize,
    pub(super) scopes: Vec<Scope>,
    /// The table that an UPDATE changes, and how often its subqueries mention it.
    pub(super) changed: Option<String>,
    pub(super) changed_mentions: usize,
}

impl<'a> Emitter<'a> {
    pub(super) fn new(catalogue: &'a Catalogue, dialect: Dialect) -> Self {
        Self {
            catalogue,
            dialect,
            budget: Budget::default(),
            parameters: Parameters::default(),
            ctes: Vec::new(),
            ctes_printed: 0,
            scopes: Vec::new(),
            changed: None,
            changed_mentions: 0,
        }
    }

    pub(super) fn quote(&self, name: &str) -> String {
        names::quote(self.dialect, name)
    }

    pub(super) fn postgres(&self) -> bool {
        self.dialect == Dialect::Postgres
    }

    /// Runs `inner` one level deeper.
    pub(super) fn deeper<T>(
        &mut self,
        inner: impl FnOnce(&mut Self) -> Result<T, GateError>,
    ) -> Result<T, GateError> {
        self.budget.enter()?;
        let done = inner(self)?;
        self.budget.leave();
        Ok(done)
    }
}
