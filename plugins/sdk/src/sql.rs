//! Rust values in SQL: parameters go in as tuples, rows come out as tuples or structs.
//!
//! ```
//! use muster_sdk::{Ctx, ids::UserId, imports::SqlError, from_row, row_id};
//!
//! row_id! {
//!     /// One run.
//!     pub struct RunId;
//! }
//!
//! pub struct Run {
//!     pub id: RunId,
//!     pub organizer: UserId,
//!     pub party: Option<String>,
//! }
//! from_row!(Run { id, organizer, party });
//!
//! /// The run, as of the start of this handler.
//! pub fn find_run(ctx: &mut Ctx, id: RunId) -> Result<Option<Run>, SqlError> {
//!     ctx.query_one(
//!         "select id, organizer, party
//!            from run
//!           where id = $1",
//!         (id,),
//!     )
//! }
//! ```

mod parameters;
mod row;

pub use parameters::{IntoParameters, IntoValue};
pub use row::{FromRow, FromValue, Row};

use crate::imports::Statement;

impl Statement {
    /// A statement for [`Ctx::batch`](crate::Ctx::batch).
    pub fn new(text: impl Into<String>, parameters: impl IntoParameters) -> Self {
        Self {
            text: text.into(),
            parameters: parameters.into_parameters(),
        }
    }
}

/// Lets rows be read as a struct: each field from the column of its name.
#[macro_export]
macro_rules! from_row {
    ($type:ident { $($field:ident),* $(,)? }) => {
        impl $crate::sql::FromRow for $type {
            fn from_row(row: &mut $crate::sql::Row<'_>)
                -> ::core::result::Result<Self, $crate::imports::SqlError>
            {
                Ok(Self { $($field: row.get(::core::stringify!($field))?),* })
            }
        }
    };
}

/// A type for the numbers that [`Ctx::next_id`](crate::Ctx::next_id) gives out: it goes into SQL, custom
/// ids, names and texts, and comes back out of them.
#[macro_export]
macro_rules! row_id {
    ($(#[$attribute:meta])* $visibility:vis struct $name:ident;) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $visibility struct $name(
            /// The number, counted from 1 in each guild.
            pub i64,
        );

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(&self.0, f)
            }
        }

        impl $crate::FromName for $name {
            fn from_name(text: &str) -> ::core::option::Option<Self> {
                <i64 as $crate::FromName>::from_name(text).map(Self)
            }
        }

        impl $crate::sql::FromValue for $name {
            fn from_value(value: $crate::imports::Value) -> ::core::option::Option<Self> {
                <i64 as $crate::sql::FromValue>::from_value(value).map(Self)
            }
        }

        impl $crate::sql::IntoValue for $name {
            fn into_value(self) -> $crate::imports::Value {
                $crate::imports::Value::Integer(self.0)
            }
        }

        impl ::core::convert::From<i64> for $name {
            fn from(number: i64) -> Self {
                Self(number)
            }
        }
    };
}
