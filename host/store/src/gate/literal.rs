//! Literals and types: the few that mean the same on both databases.

use sqlparser::ast::{DataType, Expr, UnaryOperator, Value, ValueWithSpan};

use super::Type;
use super::emit::{Emitter, Piece};
use super::error::{GateError, refuse};
use super::scope::Clause;

/// A constant that needs no database to be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Literal {
    Number(i64),
    Text(String),
    Boolean(bool),
    Null,
}

impl Literal {
    /// Reads `'text'`, `42`, `true`, `null`. `None` for a placeholder.
    pub(super) fn read(value: &ValueWithSpan) -> Result<Option<Self>, GateError> {
        let ValueWithSpan { value, span: _ } = value;
        match value {
            Value::Number(digits, false) => {
                let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
                match digits.parse::<i64>() {
                    Ok(number) if plain => Ok(Some(Self::Number(number))),
                    _ => Err(refuse(
                        format!("the number {}", shorten(digits)),
                        "in a text, numbers are whole and fit 64 bits",
                        "pass it as a parameter",
                    )),
                }
            }
            Value::SingleQuotedString(text) => {
                if text.chars().any(|c| c == '\\' || c.is_control()) {
                    return Err(refuse(
                        "a text with a backslash or control character",
                        "the databases read escapes differently",
                        "pass it as a parameter",
                    ));
                }
                Ok(Some(Self::Text(text.clone())))
            }
            Value::Boolean(truth) => Ok(Some(Self::Boolean(*truth))),
            Value::Null => Ok(Some(Self::Null)),
            Value::Placeholder(_) => Ok(None),
            _ => Err(refuse(
                "this way to write a value",
                "literals are 'text' in single quotes, whole numbers, true, false and null",
                "pass it as a parameter",
            )),
        }
    }

    /// Reads a column's default: a literal, or a negative number.
    pub(super) fn read_default(expr: &Expr) -> Result<Self, GateError> {
        let not_literal = || {
            refuse(
                "this DEFAULT",
                "a default is a literal",
                "give the value when inserting",
            )
        };
        match expr {
            Expr::Value(value) => Self::read(value)?.ok_or_else(not_literal),
            Expr::UnaryOp {
                op: UnaryOperator::Minus,
                expr,
            } => match expr.as_ref() {
                Expr::Value(value) => match Self::read(value)? {
                    Some(Self::Number(number)) => Ok(Self::Number(-number)),
                    _ => Err(not_literal()),
                },
                _ => Err(not_literal()),
            },
            _ => Err(not_literal()),
        }
    }

    pub(super) fn ty(&self) -> Option<Type> {
        match self {
            Self::Number(_) => Some(Type::BigInt),
            Self::Text(_) => Some(Type::Text),
            Self::Boolean(_) => Some(Type::Boolean),
            Self::Null => None,
        }
    }

    pub(super) fn sql(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => format!("'{}'", text.replace('\'', "''")),
            Self::Boolean(true) => "TRUE".to_owned(),
            Self::Boolean(false) => "FALSE".to_owned(),
            Self::Null => "NULL".to_owned(),
        }
    }
}

impl Emitter<'_> {
    /// A literal or placeholder within an expression.
    pub(super) fn value(&mut self, value: &ValueWithSpan) -> Result<Piece, GateError> {
        if let Some(literal) = Literal::read(value)? {
            let ty = literal.ty();
            // PostgreSQL takes small digits for 32 bits, in which sums overflow and which no
            // 64-bit column decodes from.
            let sql = match literal {
                Literal::Number(_) if self.postgres() => {
                    format!("CAST({} AS BIGINT)", literal.sql())
                }
                _ => literal.sql(),
            };
            let piece = Piece::new(sql, ty);
            return Ok(match literal {
                Literal::Null => piece,
                _ => piece.not_null(),
            });
        }
        Ok(Piece::new(self.placeholder(value)?, None))
    }

    /// A placeholder, one higher than the author's.
    pub(super) fn placeholder(&mut self, value: &ValueWithSpan) -> Result<String, GateError> {
        let ValueWithSpan { value, span: _ } = value;
        let Value::Placeholder(text) = value else {
            return Err(refuse(
                "this value",
                "only a parameter can stand here",
                "write $1, $2, ...",
            ));
        };
        if self.scope().clause == Clause::Schema {
            return Err(refuse(
                format!("`{text}` in a migration"),
                "nobody passes parameters there",
                "write a literal",
            ));
        }
        let number = self.parameters.see(text)?;
        Ok(format!("${}", number + 1))
    }
}

/// Reads one of the four types.
pub(super) fn read_type(data_type: &DataType) -> Result<Type, GateError> {
    let hint = match data_type {
        DataType::BigInt(None) => return Ok(Type::BigInt),
        DataType::Text => return Ok(Type::Text),
        DataType::DoublePrecision => return Ok(Type::Double),
        DataType::Boolean => return Ok(Type::Boolean),
        DataType::Int(_) | DataType::Integer(_) | DataType::SmallInt(_) | DataType::Int8(_) => {
            "bigint (an integer has 4 bytes on PostgreSQL and 8 on SQLite)"
        }
        DataType::Bool => "boolean",
        DataType::Varchar(_) | DataType::Char(_) | DataType::String(_) | DataType::Uuid => {
            "text, with a CHECK on length() where the length matters"
        }
        DataType::Timestamp(..) | DataType::Date | DataType::Datetime(_) => {
            "bigint, milliseconds since 1970 in UTC"
        }
        DataType::Numeric(_) | DataType::Decimal(_) => {
            "bigint, counting the smallest unit (hundredths of a point)"
        }
        DataType::JSON | DataType::JSONB => "text; read and write the JSON in the plugin",
        DataType::Real | DataType::Float(_) | DataType::Double(_) => "double precision",
        DataType::Unspecified => {
            return Err(refuse(
                "a column without a type",
                "PostgreSQL needs one",
                "write bigint, text, double precision or boolean",
            ));
        }
        _ => "bigint, text, double precision or boolean",
    };
    Err(refuse(
        format!("the type `{}`", shorten(&data_type.to_string())),
        "it is not the same on both databases",
        hint,
    ))
}

fn shorten(text: &str) -> String {
    text.chars().take(30).collect()
}
