//! What a query returned, as Rust values.

use crate::ids::{ChannelId, GuildId, MessageId, RoleId, UserId};
use crate::imports::{SqlError, Value};
use crate::time::Timestamp;

/// One row of a result, to be taken apart.
#[derive(Debug)]
pub struct Row<'a> {
    columns: &'a [String],
    values: Vec<Value>,
    next: usize,
}

/// A type that one column gives.
pub trait FromValue: Sized {
    /// `None` if the column holds something else.
    fn from_value(value: Value) -> Option<Self>;
}

/// A type that a whole row gives. Tuples take the columns in order; for structs there is
/// [`from_row!`](crate::from_row).
pub trait FromRow: Sized {
    /// Takes the row apart.
    ///
    /// # Errors
    /// A column is missing or holds another type: the operator reads which.
    fn from_row(row: &mut Row<'_>) -> Result<Self, SqlError>;
}

impl<'a> Row<'a> {
    pub(crate) fn new(columns: &'a [String], values: Vec<Value>) -> Self {
        Self {
            columns,
            values,
            next: 0,
        }
    }

    /// Takes the next column from the left.
    ///
    /// # Errors
    /// There is none left, or it holds another type.
    pub fn next_column<T: FromValue>(&mut self) -> Result<T, SqlError> {
        let at = self.next;
        self.next += 1;
        self.take(at)
    }

    /// Takes the column of this name. A column can be taken once.
    ///
    /// # Errors
    /// There is none, or it holds another type.
    pub fn get<T: FromValue>(&mut self, column: &str) -> Result<T, SqlError> {
        let at = self.columns.iter().position(|name| name == column);
        let at = at.ok_or_else(|| mismatch(format!("no column `{column}` was selected")))?;
        self.take(at)
    }

    fn take<T: FromValue>(&mut self, at: usize) -> Result<T, SqlError> {
        let column = || self.columns.get(at).map_or("?", String::as_str);
        let Some(slot) = self.values.get(at) else {
            return Err(mismatch(format!("there is no column number {}", at + 1)));
        };
        let was = kind(slot);
        let problem = || {
            format!(
                "column `{}` holds {was}, which the code does not expect",
                column()
            )
        };
        let problem = mismatch(problem());
        T::from_value(std::mem::replace(&mut self.values[at], Value::Null)).ok_or(problem)
    }
}

fn mismatch(problem: String) -> SqlError {
    SqlError::Other(problem)
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Boolean(_) => "a boolean",
        Value::Integer(_) => "a whole number",
        Value::Real(_) => "a real number",
        Value::Text(_) => "text",
    }
}

macro_rules! integers {
    ($($type:ty),*) => {$(
        impl FromValue for $type {
            fn from_value(value: Value) -> Option<Self> {
                match value {
                    Value::Integer(number) => number.try_into().ok(),
                    _ => None,
                }
            }
        }
    )*};
}

integers!(i8, i16, i32, i64, u8, u16, u32, u64, usize);

macro_rules! ids {
    ($($type:ty),*) => {$(
        impl FromValue for $type {
            fn from_value(value: Value) -> Option<Self> {
                match value {
                    Value::Integer(number) => Some(Self::from_i64(number)),
                    _ => None,
                }
            }
        }
    )*};
}

ids!(ChannelId, GuildId, MessageId, RoleId, UserId);

impl FromValue for Value {
    fn from_value(value: Value) -> Option<Self> {
        Some(value)
    }
}

impl FromValue for bool {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Boolean(truth) => Some(truth),
            // SQLite computes with numbers: `max(locked)`, `a = b` in a select list.
            Value::Integer(0) => Some(false),
            Value::Integer(1) => Some(true),
            _ => None,
        }
    }
}

impl FromValue for f64 {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Real(number) => Some(number),
            Value::Integer(number) => i32::try_from(number).ok().map(Self::from),
            _ => None,
        }
    }
}

impl FromValue for String {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl FromValue for Timestamp {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Integer(millis) => Some(Self::from_millis(millis)),
            _ => None,
        }
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::from_value(value).map(Some),
        }
    }
}

macro_rules! tuples {
    ($($($name:ident)+;)*) => {$(
        impl<$($name: FromValue),+> FromRow for ($($name,)+) {
            fn from_row(row: &mut Row<'_>) -> Result<Self, SqlError> {
                Ok(($(row.next_column::<$name>()?,)+))
            }
        }
    )*};
}

tuples! {
    A;
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
    A B C D E F G;
    A B C D E F G H;
    A B C D E F G H I;
    A B C D E F G H I J;
    A B C D E F G H I J K;
    A B C D E F G H I J K L;
    A B C D E F G H I J K L M;
    A B C D E F G H I J K L M N;
    A B C D E F G H I J K L M N O;
    A B C D E F G H I J K L M N O P;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[derive(Debug, PartialEq)]
    struct Seat {
        run_id: i64,
        class: Option<String>,
        bench: bool,
    }
    crate::from_row!(Seat {
        run_id,
        class,
        bench
    });

    #[test]
    fn a_struct_takes_its_columns_by_name_in_any_order() {
        let columns = columns(&["bench", "class", "run_id"]);
        let values = vec![Value::Integer(1), Value::Null, Value::Integer(42)];
        let seat = Seat::from_row(&mut Row::new(&columns, values)).expect("all there");
        let expected = Seat {
            run_id: 42,
            class: None,
            bench: true,
        };
        assert_eq!(seat, expected);
    }

    #[test]
    fn a_tuple_takes_them_from_the_left() {
        let columns = columns(&["user_id", "joined_at"]);
        let values = vec![Value::Integer(7), Value::Integer(1000)];
        let row = <(UserId, Timestamp)>::from_row(&mut Row::new(&columns, values));
        assert_eq!(row, Ok((UserId(7), Timestamp::from_seconds(1))));
    }

    #[test]
    fn a_column_of_another_type_is_named() {
        let columns = columns(&["party"]);
        let mut row = Row::new(&columns, vec![Value::Null]);
        let error = row.get::<String>("party").expect_err("null is no text");
        assert!(error.to_string().contains("`party` holds null"), "{error}");
        let error = row.get::<String>("partie").expect_err("not selected");
        assert!(error.to_string().contains("`partie`"), "{error}");
        assert!(<(i64, i64)>::from_row(&mut Row::new(&columns, vec![Value::Integer(1)])).is_err());
    }
}
