//! What stands for `$1`, `$2`, ...

use crate::ids::{ChannelId, GuildId, MessageId, RoleId, UserId};
use crate::imports::Value;
use crate::time::Timestamp;

/// A Rust value that a column can hold.
pub trait IntoValue {
    /// The value as it goes to the database.
    fn into_value(self) -> Value;
}

/// The parameters of a statement: a tuple, `()` for none, or `Vec<Value>` where their number varies.
pub trait IntoParameters {
    /// `$1` first.
    fn into_parameters(self) -> Vec<Value>;
}

macro_rules! integers {
    ($($type:ty),*) => {$(
        impl IntoValue for $type {
            fn into_value(self) -> Value {
                Value::Integer(self.into())
            }
        }
    )*};
}

integers!(i8, i16, i32, i64, u8, u16, u32);

macro_rules! ids {
    ($($type:ty),*) => {$(
        impl IntoValue for $type {
            fn into_value(self) -> Value {
                Value::Integer(self.to_i64())
            }
        }
    )*};
}

ids!(ChannelId, GuildId, MessageId, RoleId, UserId);

impl IntoValue for Value {
    fn into_value(self) -> Value {
        self
    }
}

impl IntoValue for bool {
    fn into_value(self) -> Value {
        Value::Boolean(self)
    }
}

impl IntoValue for f64 {
    fn into_value(self) -> Value {
        Value::Real(self)
    }
}

impl IntoValue for String {
    fn into_value(self) -> Value {
        Value::Text(self)
    }
}

impl IntoValue for &str {
    fn into_value(self) -> Value {
        Value::Text(self.to_owned())
    }
}

impl IntoValue for &String {
    fn into_value(self) -> Value {
        Value::Text(self.clone())
    }
}

impl IntoValue for Timestamp {
    fn into_value(self) -> Value {
        Value::Integer(self.millis())
    }
}

impl<T: IntoValue> IntoValue for Option<T> {
    fn into_value(self) -> Value {
        self.map_or(Value::Null, T::into_value)
    }
}

impl IntoParameters for Vec<Value> {
    fn into_parameters(self) -> Vec<Value> {
        self
    }
}

impl IntoParameters for () {
    fn into_parameters(self) -> Vec<Value> {
        Vec::new()
    }
}

macro_rules! tuples {
    ($($($name:ident)+;)*) => {$(
        impl<$($name: IntoValue),+> IntoParameters for ($($name,)+) {
            #[expect(non_snake_case, reason = "the types' letters name the values, too")]
            fn into_parameters(self) -> Vec<Value> {
                let ($($name,)+) = self;
                vec![$($name.into_value()),+]
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
