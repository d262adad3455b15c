//! Inserts of many rows, in as few statements as the host's limits allow.

use muster_sdk::imports::{Statement, Value};

/// A statement has at most 200 parameters.
const PARAMETERS: usize = 200;
/// And so many rows here that its text stays far below 16 KiB.
const ROWS: usize = 120;

/// `insert ... values` for these rows, with what stands before and behind the values. A value that rows share is one
/// parameter, and what is null needs none.
pub fn insert_many<const COLUMNS: usize>(
    before: &str,
    rows: impl IntoIterator<Item = [Value; COLUMNS]>,
    behind: &str,
) -> Vec<Statement> {
    let mut statements = Vec::new();
    let mut open = Open::default();
    for row in rows {
        if !open.has_room(COLUMNS) {
            statements.push(open.close(before, behind));
            open = Open::default();
        }
        open.push(row);
    }
    if !open.rows.is_empty() {
        statements.push(open.close(before, behind));
    }
    statements
}

#[derive(Default)]
struct Open {
    rows: Vec<String>,
    parameters: Vec<Value>,
}

impl Open {
    fn has_room(&self, columns: usize) -> bool {
        self.rows.len() < ROWS && self.parameters.len() + columns <= PARAMETERS
    }

    fn push<const COLUMNS: usize>(&mut self, row: [Value; COLUMNS]) {
        let cells: Vec<String> = row.into_iter().map(|value| self.cell(value)).collect();
        self.rows.push(format!("({})", cells.join(", ")));
    }

    fn cell(&mut self, value: Value) -> String {
        if value == Value::Null {
            return "null".to_owned();
        }
        let known = self.parameters.iter().position(|known| *known == value);
        let at = known.unwrap_or_else(|| {
            self.parameters.push(value);
            self.parameters.len() - 1
        });
        format!("${}", at + 1)
    }

    fn close(self, before: &str, behind: &str) -> Statement {
        Statement {
            text: format!("{before} values {} {behind}", self.rows.join(", ")),
            parameters: self.parameters,
        }
    }
}

#[cfg(test)]
mod tests {
    use muster_sdk::sql::IntoValue;

    use super::*;

    #[test]
    fn shared_values_are_one_parameter_and_null_is_none() {
        let rows = [1_i64, 2].map(|n| [n.into_value(), "x".into_value(), Value::Null]);
        let [statement] = &insert_many("insert into t (a, b, c)", rows, "")[..] else {
            panic!("one statement");
        };
        assert_eq!(
            statement.text.trim(),
            "insert into t (a, b, c) values ($1, $2, null), ($3, $2, null)"
        );
        assert_eq!(statement.parameters.len(), 3);
    }

    #[test]
    fn no_statement_has_more_than_200_parameters() {
        let rows = (0..2500_i64).map(|n| {
            [
                n.into_value(),
                format!("subject {n}").into_value(),
                7_i64.into_value(),
            ]
        });
        let statements = insert_many("insert into t (a, b, c)", rows, "");
        assert!(
            statements
                .iter()
                .all(|statement| statement.parameters.len() <= 200)
        );
        assert!(statements.len() <= 30, "{}", statements.len());
    }
}
