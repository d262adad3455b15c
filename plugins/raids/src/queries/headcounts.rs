//! Headcounts, who would come and with which keys.

use muster_sdk::ids::{ChannelId, UserId};
use muster_sdk::imports::{SqlError, Statement};
use muster_sdk::sql::{FromRow, Row};
use muster_sdk::time::Timestamp;
use muster_sdk::{Ctx, Failure, Handled, tell_member};

use super::{split_keys, words};
use crate::headcount::{
    Closing, Conversion, DraftId, Headcount, HeadcountId, HeadcountStatus, Offer, OfferToggle,
    Selection, SelectionStatus, Turnout,
};
use crate::run::{Posted, RunId};
use crate::views;

/// What a [`Headcount`] is read from.
macro_rules! headcount_columns {
    () => {
        "headcount.id, headcount.organizer_id, headcount.organizer_name, headcount.dungeon_keys,
         headcount.status, headcount.run_id, headcount.channel_id, headcount.post_message_id,
         headcount.logged, headcount.created_at, headcount.ended_at, headcount.ended_by,
         headcount.end_reason"
    };
}

/// A headcount and whether a member takes part in it.
pub struct HeadcountAndMember {
    /// The headcount.
    pub headcount: Headcount,
    /// Whether the member would come, or offers the key that was asked for.
    pub is_in: bool,
    /// How many would come, or offer the key.
    pub total: u32,
}

impl HeadcountAndMember {
    /// How many there are after the member was added or taken away.
    pub fn total_after(&self, is_in: bool) -> u32 {
        if is_in {
            self.total + 1
        } else {
            self.total.saturating_sub(1)
        }
    }
}

/// The headcount of that number.
pub fn find_headcount(ctx: &mut Ctx, id: HeadcountId) -> Result<Option<Headcount>, Failure> {
    Ok(ctx.query_one(
        concat!(
            "select ",
            headcount_columns!(),
            " from headcount
             where headcount.id = $1"
        ),
        (id,),
    )?)
}

/// The headcount of that number; the member is told if it is gone.
pub fn load_headcount(ctx: &mut Ctx, id: HeadcountId) -> Result<Headcount, Failure> {
    find_headcount(ctx, id)?.ok_or_else(gone)
}

/// The headcount, and whether the member would come.
pub fn load_participant(
    ctx: &mut Ctx,
    id: HeadcountId,
    user: UserId,
) -> Result<HeadcountAndMember, Failure> {
    let found = ctx.query_one(
        concat!(
            "select ",
            headcount_columns!(),
            ",      own.user_id as own_id,
                    (select count(*)
                       from headcount_participant as other
                      where other.headcount_id = headcount.id) as total
               from headcount
               left join headcount_participant as own
                 on own.headcount_id = headcount.id and own.user_id = $2
              where headcount.id = $1"
        ),
        (id, user),
    )?;
    found.ok_or_else(gone)
}

/// The headcount, and whether the member offers that key for the dungeon.
pub fn load_headcount_offer(
    ctx: &mut Ctx,
    id: HeadcountId,
    user: UserId,
    dungeon: &str,
    key: &str,
) -> Result<HeadcountAndMember, Failure> {
    let found = ctx.query_one(
        concat!(
            "select ",
            headcount_columns!(),
            ",      own.user_id as own_id,
                    (select count(*)
                       from headcount_key_offer as other
                      where other.headcount_id = headcount.id
                        and other.dungeon_key = $3 and other.key_type = $4) as total
               from headcount
               left join headcount_key_offer as own
                 on own.headcount_id = headcount.id and own.user_id = $2
                and own.dungeon_key = $3 and own.key_type = $4
              where headcount.id = $1"
        ),
        (id, user, dungeon, key),
    )?;
    found.ok_or_else(gone)
}

/// The headcounts of an organizer that are not over, the latest first.
pub fn list_open_headcounts(ctx: &mut Ctx, organizer: UserId) -> Result<Vec<Headcount>, Failure> {
    Ok(ctx.query_all(
        concat!(
            "select ",
            headcount_columns!(),
            " from headcount
             where headcount.organizer_id = $1 and headcount.status = 'open'
             order by headcount.created_at desc
             limit 20"
        ),
        (organizer,),
    )?)
}

/// Who would come and what they would bring, in the order of their presses.
pub fn load_turnout(ctx: &mut Ctx, id: HeadcountId) -> Result<Turnout, Failure> {
    let mut read = ctx.batch(&[
        Statement::new(
            "select user_id
               from headcount_participant
              where headcount_id = $1
              order by joined_at, user_id
              limit 2000",
            (id,),
        ),
        Statement::new(
            "select dungeon_key, key_type, user_id
               from headcount_key_offer
              where headcount_id = $1
              order by created_at, user_id
              limit 5000",
            (id,),
        ),
    ])?;
    let offers = read.pop().unwrap_or_default();
    let participants = read.pop().unwrap_or_default().read::<(UserId,)>()?;
    let offer = |(dungeon, key, user)| Offer { dungeon, key, user };
    Ok(Turnout {
        participants: participants.into_iter().map(|(user,)| user).collect(),
        offers: offers.read()?.into_iter().map(offer).collect(),
    })
}

/// A headcount that was just posted.
pub fn insert_headcount(ctx: &mut Ctx, headcount: &Headcount) -> Handled {
    ctx.execute(
        "insert into headcount
                (id, organizer_id, organizer_name, dungeon_keys, logged, created_at)
         values ($1, $2, $3, $4, $5, $6)",
        (
            headcount.id,
            headcount.organizer,
            &headcount.organizer_name,
            headcount.dungeons.join(","),
            headcount.logged,
            headcount.created_at,
        ),
    )?;
    Ok(())
}

/// Where a headcount is shown and logged.
pub fn put_headcount_places(
    ctx: &mut Ctx,
    headcount: &Headcount,
    thread: Option<ChannelId>,
) -> Handled {
    ctx.execute(
        "update headcount
            set channel_id = $2, post_message_id = $3, logged = $4, log_thread_id = $5
          where id = $1",
        (
            headcount.id,
            headcount.posted.map(|posted| posted.channel),
            headcount.posted.map(|posted| posted.message),
            headcount.logged,
            thread,
        ),
    )?;
    Ok(())
}

/// A member would come, or no longer.
pub fn put_participant(
    ctx: &mut Ctx,
    id: HeadcountId,
    user: UserId,
    is_in: bool,
    now: Timestamp,
) -> Handled {
    if is_in {
        ctx.execute(
            "insert into headcount_participant (headcount_id, user_id, joined_at)
             values ($1, $2, $3)
             on conflict (headcount_id, user_id) do nothing",
            (id, user, now),
        )?;
    } else {
        ctx.execute(
            "delete from headcount_participant
              where headcount_id = $1 and user_id = $2",
            (id, user),
        )?;
    }
    Ok(())
}

/// A member's key for a dungeon, offered or taken back.
pub fn put_headcount_offer(
    ctx: &mut Ctx,
    id: HeadcountId,
    user: UserId,
    toggle: &OfferToggle,
    now: Timestamp,
) -> Handled {
    let (dungeon, key) = (toggle.dungeon.key, toggle.key.key);
    if toggle.offered {
        let name = ctx.display_name();
        ctx.execute(
            "insert into headcount_key_offer
                    (headcount_id, dungeon_key, key_type, user_id, user_name, created_at)
             values ($1, $2, $3, $4, $5, $6)
             on conflict (headcount_id, dungeon_key, key_type, user_id) do nothing",
            (id, dungeon, key, user, name, now),
        )?;
    } else {
        ctx.execute(
            "delete from headcount_key_offer
              where headcount_id = $1 and dungeon_key = $2 and key_type = $3 and user_id = $4",
            (id, dungeon, key, user),
        )?;
    }
    Ok(())
}

/// Ends a headcount, if it is still open. Says whether it did.
pub fn put_closing(ctx: &mut Ctx, id: HeadcountId, closing: &Closing) -> Result<bool, Failure> {
    let rows = ctx.execute(
        "update headcount
            set status = 'ended', ended_at = $2, ended_by = $3, end_reason = $4
          where id = $1 and status = 'open'",
        (id, closing.at, closing.by, closing.reason.as_str()),
    )?;
    Ok(rows == 1)
}

/// Marks a headcount as converted, if it is still open. Says whether it did.
pub fn put_conversion(
    ctx: &mut Ctx,
    id: HeadcountId,
    conversion: &Conversion,
    run: RunId,
) -> Result<bool, Failure> {
    let rows = ctx.execute(
        "update headcount
            set status = 'converted', run_id = $2, ended_at = $3, ended_by = $4
          where id = $1 and status = 'open'",
        (id, run, conversion.at, conversion.by),
    )?;
    Ok(rows == 1)
}

/// Who came to the headcount takes part in its run, and who offered keys for the run's dungeon has them
/// there; the run stands where the headcount stood, and is logged there.
pub fn carry_over(ctx: &mut Ctx, id: HeadcountId, run: RunId, dungeon: &str) -> Handled {
    ctx.execute(
        "insert into reaction (run_id, user_id, state, updated_at)
         select cast($2 as bigint), user_id, 'join', joined_at
           from headcount_participant
          where headcount_id = $1",
        (id, run),
    )?;
    ctx.execute(
        "insert into key_reaction (run_id, user_id, key_type, user_name, source, created_at)
         select cast($2 as bigint), user_id, key_type, user_name, 'headcount', created_at
           from headcount_key_offer
          where headcount_id = $1 and dungeon_key = $3",
        (id, run, dungeon),
    )?;
    ctx.execute(
        "update run
            set headcount_id = $1,
                channel_id = (select channel_id from headcount where id = $1),
                post_message_id = (select post_message_id from headcount where id = $1),
                log_thread_id = (select log_thread_id from headcount where id = $1)
          where id = $2",
        (id, run),
    )?;
    Ok(())
}

/// What an organizer has picked so far; they are told if it is gone.
pub fn load_selection(ctx: &mut Ctx, id: DraftId) -> Result<Selection, Failure> {
    find_selection(ctx, id)?.ok_or_else(|| tell_member(views::selection_gone()))
}

/// What an organizer has picked so far.
pub fn find_selection(ctx: &mut Ctx, id: DraftId) -> Result<Option<Selection>, Failure> {
    Ok(ctx.query_one(
        "select id, organizer_id, picked, status, expires_at
           from headcount_draft
          where id = $1",
        (id,),
    )?)
}

/// A use of `/headcount`. Those of yesterday are swept away: nobody looks at their menus any more.
pub fn insert_selection(ctx: &mut Ctx, selection: &Selection, yesterday: Timestamp) -> Handled {
    ctx.execute(
        "delete from headcount_draft
          where expires_at < $1",
        (yesterday,),
    )?;
    ctx.execute(
        "insert into headcount_draft (id, organizer_id, expires_at)
         values ($1, $2, $3)",
        (selection.id, selection.organizer, selection.expires_at),
    )?;
    Ok(())
}

/// What is picked now.
pub fn put_picked(ctx: &mut Ctx, id: DraftId, picked: &[String]) -> Handled {
    ctx.execute(
        "update headcount_draft
            set picked = $2
          where id = $1",
        (id, picked.join(",")),
    )?;
    Ok(())
}

/// Nothing can be picked any more. Says whether it could be until now.
pub fn put_selection_status(
    ctx: &mut Ctx,
    id: DraftId,
    status: SelectionStatus,
) -> Result<bool, Failure> {
    let rows = ctx.execute(
        "update headcount_draft
            set status = $2
          where id = $1 and status = 'choosing'",
        (id, status.as_str()),
    )?;
    Ok(rows == 1)
}

fn gone() -> Failure {
    tell_member(views::headcount_gone())
}

impl FromRow for Headcount {
    fn from_row(row: &mut Row<'_>) -> Result<Self, SqlError> {
        let channel: Option<ChannelId> = row.get("channel_id")?;
        let posted = channel.zip(row.get("post_message_id")?);
        Ok(Self {
            id: row.get("id")?,
            organizer: row.get("organizer_id")?,
            organizer_name: row.get("organizer_name")?,
            dungeons: split_keys(&row.get::<String>("dungeon_keys")?),
            status: row.get("status")?,
            run: row.get("run_id")?,
            created_at: row.get("created_at")?,
            ended_at: row.get("ended_at")?,
            ended_by: row.get("ended_by")?,
            end_reason: row.get("end_reason")?,
            posted: posted.map(|(channel, message)| Posted { channel, message }),
            logged: row.get("logged")?,
        })
    }
}

impl FromRow for HeadcountAndMember {
    fn from_row(row: &mut Row<'_>) -> Result<Self, SqlError> {
        let own: Option<UserId> = row.get("own_id")?;
        Ok(Self {
            headcount: Headcount::from_row(row)?,
            is_in: own.is_some(),
            total: row.get("total")?,
        })
    }
}

impl FromRow for Selection {
    fn from_row(row: &mut Row<'_>) -> Result<Self, SqlError> {
        Ok(Self {
            id: row.get("id")?,
            organizer: row.get("organizer_id")?,
            picked: split_keys(&row.get::<String>("picked")?),
            status: row.get("status")?,
            expires_at: row.get("expires_at")?,
        })
    }
}

words!(HeadcountStatus, SelectionStatus);
