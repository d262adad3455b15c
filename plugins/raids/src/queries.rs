//! All SQL of this plugin, as if its guild were alone. One file for each topic.

mod keys;
mod recent;
mod roster;
mod runs;

pub use keys::*;
pub use recent::*;
pub use roster::*;
pub use runs::*;

/// A word of the database is read by the `parse` of its type.
macro_rules! words {
    ($($type:ty),*) => {$(
        impl muster_sdk::sql::FromValue for $type {
            fn from_value(value: muster_sdk::imports::Value) -> Option<Self> {
                Self::parse(&<String as muster_sdk::sql::FromValue>::from_value(value)?)
            }
        }
    )*};
}

use words;
