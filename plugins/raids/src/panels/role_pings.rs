//! `role-pings/2/0`: buttons with which members give themselves the roles of dungeons.

use muster_sdk::message::Message;
use muster_sdk::{Ctx, Failure};

use crate::{queries, role_pings, views};

/// One message of the buttons.
pub fn render(ctx: &mut Ctx, (_, page): (i64, u32)) -> Result<Option<Message>, Failure> {
    let mapped = queries::list_ping_roles(ctx)?;
    let dungeons = role_pings::dungeons(&mapped);
    let page = usize::try_from(page).unwrap_or(usize::MAX);
    let shown = dungeons.chunks(role_pings::PER_PAGE).nth(page);
    Ok(Some(views::role_pings(shown.unwrap_or_default())))
}
