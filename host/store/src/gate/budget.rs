//! How large a text may be. The figures are far above what a bot writes and far below what would
//! make the gate, or a planner, work for long.

use super::error::GateError;

/// Bytes of one statement.
pub(super) const STATEMENT_BYTES: usize = 16 * 1024;
/// Bytes of one migration, which holds several statements.
pub(super) const MIGRATION_BYTES: usize = 128 * 1024;
/// Nesting that the parser follows.
pub(super) const PARSER_DEPTH: usize = 40;
/// Nesting that the emitter follows; chains that the parser reads without nesting count too.
const DEPTH: usize = 64;
/// Expressions, queries and tables of one statement.
const NODES: usize = 2_000;
/// Tables of one statement, counted at every mention.
const TABLES: usize = 12;
/// Parameters of one statement.
pub(super) const PARAMETERS: usize = 200;
/// Values of one `in (...)`.
pub(super) const LIST_VALUES: usize = 200;
/// Terms of one chain of AND or OR; SQLite gives up on an expression 1,000 deep, and reads a chain
/// as that.
pub(super) const CHAIN: usize = 500;
/// Rows of one `insert ... values`.
pub(super) const ROWS: usize = 500;

/// Refuses a text that is too long to be parsed.
pub(super) fn check_length(what: &'static str, text: &str, limit: usize) -> Result<(), GateError> {
    if text.len() > limit {
        return Err(GateError::TooLarge { what, limit });
    }
    Ok(())
}

/// What one statement has used up so far.
#[derive(Debug, Default)]
pub(super) struct Budget {
    nodes: usize,
    depth: usize,
    tables: usize,
}

impl Budget {
    /// Counts one node and one level of depth; pair with [`Budget::leave`].
    pub(super) fn enter(&mut self) -> Result<(), GateError> {
        self.nodes += 1;
        self.depth += 1;
        if self.nodes > NODES {
            return Err(GateError::TooLarge {
                what: "expressions of a statement",
                limit: NODES,
            });
        }
        if self.depth > DEPTH {
            return Err(GateError::TooLarge {
                what: "nesting",
                limit: DEPTH,
            });
        }
        Ok(())
    }

    /// Ends a level. Not called on an error, since an error ends the statement.
    pub(super) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// Counts the mention of a table.
    pub(super) fn table(&mut self) -> Result<(), GateError> {
        self.tables += 1;
        if self.tables > TABLES {
            return Err(GateError::TooLarge {
                what: "tables of a statement",
                limit: TABLES,
            });
        }
        Ok(())
    }

    /// Whether any table was mentioned.
    pub(super) fn names_a_table(&self) -> bool {
        self.tables > 0
    }
}

/// The author's `$1`, `$2`, ... as met.
#[derive(Debug, Default)]
pub(super) struct Parameters {
    seen: Vec<bool>,
}

impl Parameters {
    /// Reads a placeholder and returns the author's number.
    pub(super) fn see(&mut self, text: &str) -> Result<usize, GateError> {
        let number = text
            .strip_prefix('$')
            .filter(|digits| !digits.starts_with('0') && digits.len() <= 4)
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|digits| digits.parse::<usize>().ok());
        let Some(number) = number else {
            return Err(super::error::refuse(
                format!("the placeholder `{text}`"),
                "parameters are numbered",
                "write $1, $2, ...",
            ));
        };
        if number > PARAMETERS {
            return Err(GateError::TooLarge {
                what: "parameters of a statement",
                limit: PARAMETERS,
            });
        }
        if self.seen.len() < number {
            self.seen.resize(number, false);
        }
        if let Some(seen) = self.seen.get_mut(number - 1) {
            *seen = true;
        }
        Ok(number)
    }

    /// The number of parameters, once the statement is done.
    pub(super) fn count(&self) -> Result<usize, GateError> {
        if let Some(gap) = self.seen.iter().position(|seen| !seen) {
            return Err(super::error::refuse(
                format!("`${}` without `${}`", self.seen.len(), gap + 1),
                "a number that no place uses has no type on PostgreSQL",
                "number the parameters $1, $2, ... without gaps",
            ));
        }
        Ok(self.seen.len())
    }
}
