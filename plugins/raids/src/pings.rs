//! Pinging the people of a run. Each run has one ping at a time: the next one takes the last one away.

use muster_sdk::imports::DiscordError;
use muster_sdk::{Ctx, Failure, Handled, Level, NewMessage, Place};

use crate::manifest::RAID;
use crate::queries;
use crate::run::{Run, RunId};
use crate::views::{self, Ping, Whom};

/// Pings, and gives how many members were named one by one.
///
/// # Errors
/// What keeps the bot from posting is told to who can mend it.
pub fn send(ctx: &mut Ctx, run: &Run, what: &Ping) -> Result<usize, Failure> {
    let whom = whom(ctx, run, what)?;
    let sent = post(ctx, run, what, &whom)?;
    queries::put_ping(ctx, run.id, sent, ctx.now())?;
    Ok(whom.users.len())
}

/// Pings about something that has happened: it stays so if nobody can be pinged.
pub fn tell(ctx: &mut Ctx, run: &Run, what: &Ping) -> Handled {
    let whom = whom(ctx, run, what)?;
    match post(ctx, run, what, &whom) {
        Ok(sent) => queries::put_ping(ctx, run.id, sent, ctx.now()),
        Err(error) => {
            let problem = format!("the ping of run {}: {error}", run.id);
            ctx.log(Level::Warn, problem);
            Ok(())
        }
    }
}

/// Whom it concerns: at the start everybody, later those who take part, by their role or one by one.
fn whom(ctx: &mut Ctx, run: &Run, what: &Ping) -> Result<Whom, Failure> {
    let is_start = *what == Ping::Start;
    let dungeon = if is_start {
        queries::find_ping_role(ctx, &run.dungeon_key)?
    } else {
        None
    };
    let own = run.role;
    let users = if is_start || own.is_some() {
        Vec::new()
    } else {
        queries::list_joined(ctx, run.id)?
    };
    Ok(Whom {
        here: is_start,
        roles: dungeon.into_iter().chain(own).collect(),
        users,
    })
}

fn post(ctx: &mut Ctx, run: &Run, what: &Ping, whom: &Whom) -> Result<u32, DiscordError> {
    let place = match run.posted {
        Some(posted) => Place::channel(posted.channel),
        None => Place::key(RAID),
    };
    for number in 1..=run.ping_messages {
        ctx.delete_message(&Place::named(name(run.id, number)), ())?;
    }
    let link = run.posted.map(|posted| posted.link(ctx.guild()));
    let mut sent = 0;
    for message in views::ping(run, what, whom, link.as_deref()) {
        sent += 1;
        let message = NewMessage::to(place.clone(), message).named(name(run.id, sent));
        ctx.send_message(message)?;
    }
    Ok(sent)
}

/// `ping/42/1`: the host knows the message by it.
fn name(run: RunId, number: u32) -> String {
    format!("ping/{run}/{number}")
}
