//! The SQL gate: what a plugin writes as if its guild were alone in the database becomes a text
//! that can touch nothing but that plugin's tables and that guild's rows.
//!
//! The gate is pure: text in, text out, no database in sight. It parses the author's text once,
//! resolves every name against the plugin's own schema (the [`Catalogue`]) and **writes a new
//! text** from the few kinds of nodes that it knows. The author's syntax tree is never printed.
//! So what the gate does not know cannot come out, operator precedence cannot surprise (every
//! expression comes out in parentheses), and since the parser's structures are taken apart without
//! `..`, a field that a newer parser adds is a compile error here rather than a hole.
//!
//! - Reading: `from run` becomes `from (select <the listed columns> from acme__run where
//!   guild_id = $1) as run`, at every depth, so neither the guild column nor `rowid` exists
//!   outside of those parentheses.
//! - Writing: the guild column is added to what is inserted, to every conflict target, and stands
//!   first in the condition of every update and delete.
//! - Schema: authors never write a guild column; the gate adds it to every table, key, index and
//!   foreign key ([`Catalogue::migrate`]).
//!
//! `$1` is the guild in every text that leaves the gate; the author's `$n` is `$n+1`.
//!
//! What the gate cannot do: on PostgreSQL the planner may evaluate an author's condition on a row
//! of another guild before the guild's own condition, and an error raised there is an answer.
//! There, row-level security under a role that owns nothing is part of the wall (the migration
//! texts switch it on). On SQLite the gate is the whole wall.

mod budget;
mod cache;
mod catalogue;
mod emit;
mod error;
mod expr;
mod from;
mod functions;
mod literal;
mod migrate;
mod names;
mod order;
mod query;
mod scope;
mod select;
mod table;
mod violation;
mod write;

use sqlparser::ast::Statement;
use sqlparser::parser::{Parser, ParserError};

pub use cache::GateCache;
pub use catalogue::{Catalogue, Column, Index, Key, Table, Type};
pub use error::GateError;
pub use migrate::MigrationStep;
pub use violation::{Violation, ViolationKind};

use emit::Emitter;
use error::refuse;

/// The database that a text is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// SQLite 3.39 or newer (`right join`, `is distinct from`).
    Sqlite,
    /// PostgreSQL 13 or newer.
    Postgres,
}

/// Whether a statement changes rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StatementKind {
    /// A query.
    Read,
    /// An insert, update or delete, with or without `returning`.
    Write,
}

/// One column of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnType {
    /// The author's alias, the column's own name, the function's name, or `column2`.
    pub name: String,
    /// The type where the gate can tell. [`Type::Boolean`] matters most: SQLite has no booleans
    /// and returns the integers 0 and 1. `None` for what depends on a parameter.
    pub ty: Option<Type>,
    /// False if the value cannot be null; true also where the gate cannot tell.
    pub nullable: bool,
}

/// A statement that may run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confined {
    /// The text to run. `$1` is the guild, the author's `$n` is `$n+1`.
    pub sql: String,
    /// How many parameters the author has to give, without the guild.
    pub parameters: usize,
    /// Whether the statement changes rows.
    pub kind: StatementKind,
    /// The columns of the result in order; empty for a write without `returning`.
    pub columns: Vec<ColumnType>,
    /// The rows that an `insert ... values` carries, where that is known beforehand.
    pub rows_inserted: Option<usize>,
}

/// Confines one statement of a plugin to its own tables and to the guild in `$1`.
///
/// # Errors
///
/// [`GateError`], in words for the author of the statement: what was met, why it is refused and
/// what to write instead.
pub fn confine(catalogue: &Catalogue, dialect: Dialect, text: &str) -> Result<Confined, GateError> {
    budget::check_length("bytes of a statement", text, budget::STATEMENT_BYTES)?;
    let mut statements = parse(dialect, text)?;
    let (Some(statement), true) = (statements.pop(), statements.is_empty()) else {
        return Err(refuse(
            "other than one statement",
            "each call runs exactly one",
            "make one call per statement, or one batch",
        ));
    };
    confine_statement(catalogue, dialect, &statement)
}

/// The same for a statement that is already parsed.
fn confine_statement(
    catalogue: &Catalogue,
    dialect: Dialect,
    statement: &Statement,
) -> Result<Confined, GateError> {
    let mut emitter = Emitter::new(catalogue, dialect);
    let mut rows_inserted = None;
    let (sql, outputs, kind) = match statement {
        Statement::Query(query) => {
            let (sql, outputs) = emitter.top_query(query)?;
            (sql, outputs, StatementKind::Read)
        }
        Statement::Insert(insert) => {
            let (sql, outputs, rows) = emitter.insert(insert)?;
            rows_inserted = rows;
            (sql, outputs, StatementKind::Write)
        }
        Statement::Update(update) => {
            let (sql, outputs) = emitter.update(update)?;
            (sql, outputs, StatementKind::Write)
        }
        Statement::Delete(delete) => {
            let (sql, outputs) = emitter.delete(delete)?;
            (sql, outputs, StatementKind::Write)
        }
        other => return Err(not_data(other)),
    };
    Ok(Confined {
        sql,
        parameters: emitter.parameters.count()?,
        kind,
        columns: outputs
            .into_iter()
            .enumerate()
            .map(|(position, output)| ColumnType {
                name: output
                    .name
                    .unwrap_or_else(|| format!("column{}", position + 1)),
                ty: output.ty,
                nullable: output.nullable,
            })
            .collect(),
        rows_inserted,
    })
}

/// Parses with the database's own dialect, because the two disagree on comments, quotes and more.
fn parse(dialect: Dialect, text: &str) -> Result<Vec<Statement>, GateError> {
    if text.contains('\0') {
        return Err(refuse(
            "a NUL byte",
            "the databases end a text there",
            "leave it out",
        ));
    }
    let parsed = with_parser_dialect(dialect, |dialect| {
        Parser::new(dialect)
            .with_recursion_limit(budget::PARSER_DEPTH)
            .try_with_sql(text)?
            .parse_statements()
    });
    parsed.map_err(|error| match error {
        ParserError::TokenizerError(message) | ParserError::ParserError(message) => {
            GateError::Syntax(message)
        }
        ParserError::RecursionLimitExceeded => GateError::TooLarge {
            what: "nesting",
            limit: budget::PARSER_DEPTH,
        },
    })
}

fn with_parser_dialect<T>(
    dialect: Dialect,
    work: impl FnOnce(&dyn sqlparser::dialect::Dialect) -> T,
) -> T {
    match dialect {
        Dialect::Sqlite => work(&sqlparser::dialect::SQLiteDialect {}),
        Dialect::Postgres => work(&sqlparser::dialect::PostgreSqlDialect {}),
    }
}

/// Words for a statement that is not a query, insert, update or delete.
fn not_data(statement: &Statement) -> GateError {
    match statement {
        Statement::StartTransaction { .. }
        | Statement::Commit { .. }
        | Statement::Rollback { .. }
        | Statement::Savepoint { .. }
        | Statement::ReleaseSavepoint { .. } => refuse(
            "transaction control",
            "the whole call is one transaction that the host ends",
            "return an error from the handler to roll everything back",
        ),
        Statement::CreateTable(_)
        | Statement::CreateIndex(_)
        | Statement::AlterTable(_)
        | Statement::Drop { .. } => refuse(
            "a change of the schema",
            "a statement works with data only",
            "put it into a migration",
        ),
        other => {
            let text = other.to_string();
            let word: String = text
                .chars()
                .take_while(char::is_ascii_alphabetic)
                .take(20)
                .collect();
            refuse(
                format!("`{}`", word.to_ascii_lowercase()),
                "only select, insert, update and delete work with data",
                "use one of these",
            )
        }
    }
}
