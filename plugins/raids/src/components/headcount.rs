//! Buttons and menus of headcounts, one file each.

pub mod convert;
pub mod convert_to;
pub mod create;
pub mod end;
pub mod join;
pub mod keep_out;
pub mod key;
pub mod organizer;
pub mod pick;
pub mod take_over;

use muster_sdk::{Ctx, Failure, tell_member};

use crate::headcount::{Headcount, HeadcountError, HeadcountId};
use crate::panel_name::PanelName;
use crate::views;

/// Everything that shows the headcount may look different now.
fn refresh(ctx: &mut Ctx, id: HeadcountId) -> Result<(), Failure> {
    ctx.refresh(PanelName::Headcount(id))?;
    ctx.refresh(PanelName::all_headcount_organizers(id))
}

/// Why not, for the member who pressed.
fn refused(headcount: &Headcount, why: HeadcountError) -> Failure {
    tell_member(views::no_headcount(headcount, why))
}
