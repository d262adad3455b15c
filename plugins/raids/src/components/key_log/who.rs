//! The menu of those who offered a key.

use muster_sdk::{Ctx, Handled, Pick};

pub use super::spec;
use super::{load, pick, refused};
use crate::panel_name::KeyPanel;
use crate::run::KeyLogError;

/// One of them popped it.
pub fn handle(ctx: &mut Ctx, picked: Pick<KeyPanel>) -> Handled {
    let loaded = load(ctx, picked.data, picked.member)?;
    let value = picked.values.first().map_or("", String::as_str);
    let reactors = &loaded.log.reactors;
    let found = reactors.iter().find(|r| r.user.to_string() == value);
    let Some(reactor) = found else {
        return Err(refused(&loaded.run)(KeyLogError::NobodyPicked));
    };
    let (user, name) = (reactor.user, reactor.name.clone());
    pick(ctx, picked.data, &loaded, user, name)
}
