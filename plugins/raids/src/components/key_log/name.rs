//! The **Custom Name** button, and its form.

use muster_sdk::ids::UserId;
use muster_sdk::{ComponentSpec, Ctx, Failure, Handled, Input, Member, tell_member};

use super::{load, pick};
use crate::panel_name::KeyPanel;
use crate::run::{PREFIXES, bare_name};
use crate::views::{self, NAME_INPUT};

/// It opens a form.
pub fn spec() -> ComponentSpec {
    super::spec().opens_modal()
}

/// Shows the form, or finds who was typed into it.
pub fn handle(ctx: &mut Ctx, (member, panel, input): (UserId, KeyPanel, Input)) -> Handled {
    let loaded = load(ctx, panel, member)?;
    let Input::Modal { fields } = input else {
        return ctx.modal(&views::key_log_form(panel));
    };
    let typed = fields.iter().find(|(name, _)| name == NAME_INPUT);
    let typed = typed.map_or("", |(_, text)| text.trim());
    let found = find(ctx, typed)?;
    match found.as_slice() {
        [only] => {
            let name = Some(only.display_name.clone());
            pick(ctx, panel, &loaded, only.id, name)
        }
        several => Err(tell_member(views::no_member_found(typed, several.len()))),
    }
}

/// How many of one beginning are looked at.
const MOST: u16 = 25;

/// Members of exactly that name, whatever stands before it. Discord finds names by their beginning, so one
/// with a prefix is looked for by itself, the usual one first.
fn find(ctx: &mut Ctx, typed: &str) -> Result<Vec<Member>, Failure> {
    let wanted = bare_name(typed);
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let beginnings = std::iter::once(wanted.clone())
        .chain(PREFIXES.iter().map(|prefix| format!("{prefix}{wanted}")));
    for beginning in beginnings {
        // The host asks Discord a few times for one press; what is not asked is not found.
        let Ok(members) = ctx.search_members(&beginning, MOST) else {
            break;
        };
        let is_it = |member: &Member| {
            let names = [&member.display_name, &member.username];
            !member.bot && names.iter().any(|name| bare_name(name) == wanted)
        };
        let found: Vec<Member> = members.into_iter().filter(is_it).collect();
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}
