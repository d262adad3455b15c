//! All SQL of this plugin, as if its guild were alone. One file for each topic.

mod headcounts;
mod history;
mod key_log;
mod keys;
mod leading;
mod messages;
mod parties;
mod recent;
mod role_pings;
mod roster;
mod run_roles;
mod runs;

pub use headcounts::*;
pub use history::*;
pub use key_log::*;
pub use keys::*;
pub use leading::*;
pub use messages::*;
pub use parties::*;
pub use recent::*;
pub use role_pings::*;
pub use roster::*;
pub use run_roles::*;
pub use runs::*;

/// Keys that stand in one column, with commas between them.
fn split_keys(joined: &str) -> Vec<String> {
    let keys = joined.split(',').filter(|key| !key.is_empty());
    keys.map(str::to_owned).collect()
}

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
