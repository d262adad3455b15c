//! Statements that go to the database together and come back together.

use sqlx::sqlite::SqliteArguments;

use super::bind;
use crate::error::StoreError;
use crate::value::Value;

/// So many statements become one text. More go before them one by one, so that there are never many
/// different texts to keep ready.
const TOGETHER: usize = 6;

/// Statements of the host's own that go to the database together, in order. The first that fails ends
/// them.
#[derive(Debug, Default)]
pub(crate) struct Batch(Vec<Statement>);

/// A text and its parameters `$1`, `$2`, ...
pub(super) type Statement = (&'static str, Vec<Value>);

impl Batch {
    /// Adds a statement. The text must not hold a `$` that begins no parameter.
    pub fn add<const N: usize>(&mut self, text: &'static str, parameters: [Value; N]) {
        self.0.push((text, parameters.into()));
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes out those that have to go one by one.
    pub(super) fn take_surplus(&mut self) -> Vec<Statement> {
        let surplus = self.0.len().saturating_sub(TOGETHER);
        self.0.drain(..surplus).collect()
    }

    /// All statements as one, with `last` behind them.
    pub(super) fn joined(self, last: &str) -> Result<(String, SqliteArguments), StoreError> {
        let length: usize = self.0.iter().map(|(text, _)| text.len() + 8).sum();
        let mut all = String::with_capacity(length + last.len());
        let (mut arguments, mut bound) = (SqliteArguments::default(), 0);
        for (text, parameters) in self.0 {
            number_from(bound, text, &mut all);
            all.push_str(";\n");
            bound += parameters.len();
            for parameter in parameters {
                bind(&mut arguments, parameter)?;
            }
        }
        all.push_str(last);
        Ok((all, arguments))
    }
}

/// Appends a text whose parameters are counted on: `$1` becomes `$(before + 1)`.
fn number_from(before: usize, text: &str, into: &mut String) {
    if before == 0 {
        into.push_str(text);
        return;
    }
    let mut parts = text.split('$');
    into.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = part.split_at(digits);
        let number: usize = number.parse().expect("a parameter has a number");
        into.push('$');
        into.push_str(&(before + number).to_string());
        into.push_str(rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INSERT: &str = "insert into a values ($1, $2, $1)";
    const DELETE: &str = "delete from a where b = $1 and c = '5'";

    #[test]
    fn parameters_are_counted_on_from_statement_to_statement() {
        let mut batch = Batch::default();
        for _ in 0..2 {
            batch.add(INSERT, [1.into(), "x".into()]);
            batch.add(DELETE, [Value::Null]);
        }
        let (text, arguments) = batch.joined("commit").expect("plain values");
        assert_eq!(
            text,
            "insert into a values ($1, $2, $1);\n\
             delete from a where b = $3 and c = '5';\n\
             insert into a values ($4, $5, $4);\n\
             delete from a where b = $6 and c = '5';\n\
             commit"
        );
        assert_eq!(sqlx::Arguments::len(&arguments), 6);
    }

    #[test]
    fn what_is_too_much_for_one_text_goes_first() {
        let mut batch = Batch::default();
        for place in 0..8 {
            batch.add(DELETE, [place.into()]);
        }
        let places: Vec<_> = batch.take_surplus().into_iter().map(|(_, of)| of).collect();
        assert_eq!(places, [[Value::Integer(0)], [Value::Integer(1)]]);
        assert!(batch.take_surplus().is_empty());
    }
}
