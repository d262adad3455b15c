//! Parties that members open for each other.

use muster_sdk::ids::{ChannelId, UserId};
use muster_sdk::imports::SqlError;
use muster_sdk::sql::{FromRow, Row};
use muster_sdk::time::Timestamp;
use muster_sdk::{Ctx, Failure, Handled, tell_member};

use crate::party::{Party, PartyClosing, PartyId};
use crate::run::Posted;
use crate::views;

/// What a [`Party`] is read from.
macro_rules! party_columns {
    () => {
        "id, owner_id, owner_name, name, description, location, dungeon_keys, status, channel_id,
         post_message_id, has_thread, created_at, closes_at, closed_at, closed_by, close_reason"
    };
}

/// The party of that number.
pub fn find_party(ctx: &mut Ctx, id: PartyId) -> Result<Option<Party>, Failure> {
    Ok(ctx.query_one(
        concat!("select ", party_columns!(), " from party where id = $1"),
        (id,),
    )?)
}

/// The party of that number; the member is told if it is gone.
pub fn load_party(ctx: &mut Ctx, id: PartyId) -> Result<Party, Failure> {
    find_party(ctx, id)?.ok_or_else(|| tell_member(views::party_gone()))
}

/// The open party of a member.
pub fn find_open_party(ctx: &mut Ctx, owner: UserId) -> Result<Option<Party>, Failure> {
    Ok(ctx.query_one(
        concat!(
            "select ",
            party_columns!(),
            " from party
             where owner_id = $1 and status = 'open'
             order by created_at desc
             limit 1"
        ),
        (owner,),
    )?)
}

/// When a member opened parties since then, the latest first.
pub fn list_party_times(
    ctx: &mut Ctx,
    owner: UserId,
    since: Timestamp,
) -> Result<Vec<Timestamp>, Failure> {
    let times: Vec<(Timestamp,)> = ctx.query_all(
        "select created_at
           from party
          where owner_id = $1 and created_at > $2
          order by created_at desc
          limit 20",
        (owner, since),
    )?;
    Ok(times.into_iter().map(|(at,)| at).collect())
}

/// A party that was just opened.
pub fn insert_party(ctx: &mut Ctx, party: &Party) -> Handled {
    ctx.execute(
        "insert into party
                (id, owner_id, owner_name, name, description, location, dungeon_keys, has_thread,
                 created_at, closes_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        (
            party.id,
            party.owner,
            &party.owner_name,
            &party.name,
            &party.description,
            party.location.as_deref(),
            party.dungeons.join(","),
            party.has_thread,
            party.created_at,
            party.closes_at,
        ),
    )?;
    Ok(())
}

/// Where a party is shown.
pub fn put_party_place(ctx: &mut Ctx, id: PartyId, posted: Posted, has_thread: bool) -> Handled {
    ctx.execute(
        "update party
            set channel_id = $2, post_message_id = $3, has_thread = $4
          where id = $1",
        (id, posted.channel, posted.message, has_thread),
    )?;
    Ok(())
}

/// A later end, while the party is open. Says whether it was written.
pub fn put_party_end(ctx: &mut Ctx, id: PartyId, closes_at: Timestamp) -> Result<bool, Failure> {
    let rows = ctx.execute(
        "update party
            set closes_at = $2
          where id = $1 and status = 'open'",
        (id, closes_at),
    )?;
    Ok(rows == 1)
}

/// Closes a party, if it is still open. Says whether it did.
pub fn put_party_closing(
    ctx: &mut Ctx,
    id: PartyId,
    closing: &PartyClosing,
) -> Result<bool, Failure> {
    let rows = ctx.execute(
        "update party
            set status = 'closed', closed_at = $2, closed_by = $3, close_reason = $4
          where id = $1 and status = 'open'",
        (id, closing.at, closing.by, closing.reason.as_str()),
    )?;
    Ok(rows == 1)
}

impl FromRow for Party {
    fn from_row(row: &mut Row<'_>) -> Result<Self, SqlError> {
        let channel: Option<ChannelId> = row.get("channel_id")?;
        let posted = channel.zip(row.get("post_message_id")?);
        let dungeons: String = row.get("dungeon_keys")?;
        let status: String = row.get("status")?;
        Ok(Self {
            id: row.get("id")?,
            owner: row.get("owner_id")?,
            owner_name: row.get("owner_name")?,
            name: row.get("name")?,
            description: row.get("description")?,
            location: row.get("location")?,
            dungeons: super::split_keys(&dungeons),
            is_open: status == "open",
            posted: posted.map(|(channel, message)| Posted { channel, message }),
            has_thread: row.get("has_thread")?,
            created_at: row.get("created_at")?,
            closes_at: row.get("closes_at")?,
            closed_at: row.get("closed_at")?,
            closed_by: row.get("closed_by")?,
            close_reason: row.get("close_reason")?,
        })
    }
}
