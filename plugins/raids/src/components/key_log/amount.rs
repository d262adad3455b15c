//! The menu of numbers: so many keys are logged.

use muster_sdk::{Ctx, Handled, Pick};
use serde_json::json;

pub use super::spec;
use super::{load, refused};
use crate::panel_name::{KeyPanel, PanelName};
use crate::run::KeyDraft;
use crate::views::LogLine;
use crate::{acting, announcements, closing, queries, raid_log};

/// Whoever popped them is thanked. The panel asks for the next one, and rests when none is left.
pub fn handle(ctx: &mut Ctx, picked: Pick<KeyPanel>) -> Handled {
    let panel = picked.data;
    let loaded = load(ctx, panel, picked.member)?;
    let run = &loaded.run;
    let amount = picked.values.first().and_then(|value| value.parse().ok());
    let actor = acting::organizer(ctx, picked.member);
    let entry = run
        .log_keys(actor, &loaded.log, &loaded.draft, amount.unwrap_or(0))
        .map_err(refused(run))?;

    let number = loaded.log.entries.len() + 1;
    queries::insert_key_entry(ctx, run.id, number, &entry, picked.member)?;
    queries::put_key_draft(ctx, panel, &KeyDraft::default())?;
    announcements::key_logged(ctx, run, number, &entry, picked.member)?;
    let meta = json!({ "user_id": entry.user, "key_type": entry.key, "amount": entry.amount });
    ctx.audit("key.log", closing::subject(run), &meta)?;
    let by = picked.member;
    raid_log::write(ctx, run, &LogLine::KeysLogged { by, entry: &entry });
    if run.keys_left(&loaded.log) == entry.amount {
        return super::rest(ctx, run, panel);
    }
    ctx.refresh(PanelName::all_keys(run.id))?;
    ctx.refresh(PanelName::Keys(panel))
}
