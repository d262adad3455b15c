//! The menu of a dungeon's keys.

use muster_sdk::{Ctx, Handled, Pick};

pub use super::spec;
use super::{load, refused};
use crate::panel_name::{KeyPanel, PanelName};
use crate::queries;
use crate::run::KeyDraft;

/// Which of them was popped.
pub fn handle(ctx: &mut Ctx, picked: Pick<KeyPanel>) -> Handled {
    let loaded = load(ctx, picked.data, picked.member)?;
    let value = picked.values.first().map_or("", String::as_str);
    let key = loaded.run.pick_key(value).map_err(refused(&loaded.run))?;
    let draft = KeyDraft {
        key: Some(key.key.to_owned()),
        ..loaded.draft
    };
    queries::put_key_draft(ctx, picked.data, &draft)?;
    ctx.refresh(PanelName::Keys(picked.data))
}
