//! The **Close** button.

use muster_sdk::{Ctx, Handled, Press};

use super::load;
pub use super::spec;
use crate::panel_name::{KeyPanel, PanelName};
use crate::queries;
use crate::run::KeyDraft;

/// This panel rests; others of the same run go on.
pub fn handle(ctx: &mut Ctx, press: Press<KeyPanel>) -> Handled {
    load(ctx, press.data, press.member)?;
    let closed = KeyDraft {
        is_closed: true,
        ..KeyDraft::default()
    };
    queries::put_key_draft(ctx, press.data, &closed)?;
    ctx.close_panel(PanelName::Keys(press.data))
}
