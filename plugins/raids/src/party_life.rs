//! What a party sets off: its post, its warnings, its end.

use std::time::Duration;

use muster_sdk::imports::PanelError;
use muster_sdk::message::Message;
use muster_sdk::{Ctx, Failure, Handled, Level, NewMessage, NewThread, Panel, Place, tell_member};
use serde_json::json;

use crate::manifest::{PARTY_FINDER, RAID_LOG};
use crate::panel_name::PanelName;
use crate::party::{Party, PartyClosing, PartyError, PartyId, WARNINGS};
use crate::timer_name::TimerName;
use crate::{announcements, queries, views};

/// How long the answer waits for the panel, to link to it.
const POSTED_WITHIN: Duration = Duration::from_secs(20);

/// Minutes without a word after which its thread is archived.
const THREAD_RESTS_AFTER: u16 = 60;

/// The name of a party's thread, and the tag of its making.
pub fn thread(id: PartyId) -> String {
    format!("party-thread/{id}")
}

/// Posts a party and opens its thread. The answer waits for the post: see [`crate::outcome`].
///
/// # Errors
/// Told to the member.
pub fn open(ctx: &mut Ctx, mut party: Party) -> Handled {
    let tag = show(ctx, party.id)?;
    party.has_thread = open_thread(ctx, &party);
    queries::insert_party(ctx, &party)?;
    set_timers(ctx, &party)?;
    announcements::party_created(ctx, &party)?;
    let meta = json!({ "dungeon_keys": party.dungeons });
    ctx.audit("party.create", subject(party.id), &meta)?;
    log(ctx, views::party_opened_line(&party, ctx.now()));
    let thread = thread(party.id);
    let tags = [tag.as_str(), thread.as_str()];
    let tags = if party.has_thread {
        &tags[..]
    } else {
        &tags[..1]
    };
    ctx.reply_after(tags, POSTED_WITHIN)
}

/// Closes a party: its panel goes, its thread rests.
///
/// # Errors
/// Told to the member: somebody was faster.
pub fn close(ctx: &mut Ctx, party: &Party, closing: &PartyClosing) -> Handled {
    if !queries::put_party_closing(ctx, party.id, closing)? {
        return Err(tell_member(views::no_party(&PartyError::Closed)));
    }
    let party = party.after_closing(closing);
    for minutes in WARNINGS {
        ctx.cancel_timer(TimerName::PartyWarning(party.id, minutes))?;
    }
    ctx.cancel_timer(TimerName::PartyClose(party.id))?;
    announcements::party_closed(ctx, &party)?;
    let meta = json!({ "owner_id": party.owner, "reason": closing.reason.as_str() });
    ctx.audit("party.close", subject(party.id), &meta)?;
    log(ctx, views::party_closed_line(&party, closing, ctx.now()));
    let message = Place::panel(PanelName::Party(party.id));
    try_to(ctx, party.id, |ctx| ctx.delete_message(&message, ()));
    if party.has_thread {
        let thread = Place::named(thread(party.id));
        try_to(ctx, party.id, |ctx| ctx.thread_archive(&thread, true, ()));
    }
    Ok(())
}

/// The timers that the party's end wants.
pub fn set_timers(ctx: &mut Ctx, party: &Party) -> Handled {
    let now = ctx.now();
    for minutes in WARNINGS {
        let name = TimerName::PartyWarning(party.id, minutes);
        match party.warns_at(minutes, now) {
            Some(at) => ctx.timer(name, at)?,
            None => ctx.cancel_timer(name)?,
        }
    }
    ctx.timer(TimerName::PartyClose(party.id), party.closes_at)
}

/// Tells the owner in the thread that so many minutes are left.
pub fn warn(ctx: &mut Ctx, party: &Party, minutes: u32) {
    if party.has_thread {
        let warning = views::party_warning(party, minutes);
        say(ctx, party.id, warning);
    }
}

/// What the audit calls a party.
pub fn subject(id: PartyId) -> String {
    format!("party:{id}")
}

fn show(ctx: &mut Ctx, id: PartyId) -> Result<String, Failure> {
    if ctx.find_channel(PARTY_FINDER).is_none() {
        return Err(tell_member(
            "There is no channel for parties here. An administrator can choose one with \
             `/setchannels party_finder`.",
        ));
    }
    let name = PanelName::Party(id);
    let panel = Panel::new(name, Place::key(PARTY_FINDER))
        .report_when_deleted()
        .tag(name.to_string());
    ctx.open_panel(&panel).map_err(|error| match error {
        PanelError::BadPlace(sentence) => {
            tell_member(format!("The party cannot be posted. {sentence}"))
        }
        error => error.into(),
    })?;
    Ok(name.to_string())
}

fn open_thread(ctx: &mut Ctx, party: &Party) -> bool {
    let name = thread(party.id);
    let on = Place::panel(PanelName::Party(party.id));
    let thread = NewThread::on(on, views::party_thread_title(party), &name)
        .archive_minutes(THREAD_RESTS_AFTER)
        .mark(name.as_str());
    match ctx.thread_create(thread) {
        Ok(()) => true,
        Err(error) => {
            ctx.log(Level::Warn, format!("the thread {name}: {error}"));
            false
        }
    }
}

fn say(ctx: &mut Ctx, id: PartyId, message: Message) {
    let message = NewMessage::to(Place::named(thread(id)), message);
    try_to(ctx, id, |ctx| ctx.send_message(message));
}

fn log(ctx: &mut Ctx, line: String) {
    if let Err(error) = ctx.log_line(&Place::key(RAID_LOG), line) {
        ctx.log(Level::Warn, format!("a line of the raid log: {error}"));
    }
}

/// What does not work beside a party costs it nothing.
fn try_to<E: std::fmt::Display>(
    ctx: &mut Ctx,
    id: PartyId,
    deed: impl FnOnce(&mut Ctx) -> Result<(), E>,
) {
    if let Err(error) = deed(ctx) {
        ctx.log(Level::Warn, format!("party {id}: {error}"));
    }
}
