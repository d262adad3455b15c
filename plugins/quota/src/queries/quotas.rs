//! What roles owe, and the dungeons that count something else for them.

use muster_sdk::ids::{ChannelId, RoleId};
use muster_sdk::imports::{SqlError, Statement};
use muster_sdk::sql::{FromRow, Row};
use muster_sdk::{Ctx, Failure, Handled};

use crate::period::Schedule;
use crate::points::Points;
use crate::quota::{Quota, StaffPoints};
use crate::recurrence::Recurrence;

macro_rules! select_quotas {
    ($rest:literal) => {
        concat!(
            "select discord_role_id, required_points, period_start_at, reset_at, recurrence, anchor_at,
                    base_exalt_points, base_non_exalt_points, verify_points, warn_points, suspend_points,
                    modmail_reply_points, editname_points, addnote_points, panel_channel_id
               from quota_role_config ",
            $rest
        )
    };
}

impl FromRow for Quota {
    fn from_row(row: &mut Row<'_>) -> Result<Self, SqlError> {
        let recurrence: String = row.get("recurrence")?;
        Ok(Self {
            role: row.get("discord_role_id")?,
            required: row.get("required_points")?,
            schedule: Schedule {
                start: row.get("period_start_at")?,
                reset_at: row.get("reset_at")?,
                // Written by `put`, so it is one of those it writes.
                recurrence: Recurrence::parse(&recurrence).unwrap_or_default(),
                anchor: row.get("anchor_at")?,
            },
            base_exalt: row.get("base_exalt_points")?,
            base_other: row.get("base_non_exalt_points")?,
            staff_work: StaffPoints {
                verify: row.get("verify_points")?,
                warn: row.get("warn_points")?,
                suspend: row.get("suspend_points")?,
                modmail_reply: row.get("modmail_reply_points")?,
                edit_name: row.get("editname_points")?,
                add_note: row.get("addnote_points")?,
            },
            panel_channel: row.get("panel_channel_id")?,
            overrides: Vec::new(),
        })
    }
}

type Override = (RoleId, String, Points);

/// Every quota of the guild, by role.
pub fn list(ctx: &mut Ctx) -> Result<Vec<Quota>, Failure> {
    let mut found = ctx.batch(&[
        Statement::new(select_quotas!("order by discord_role_id"), ()),
        Statement::new(
            "select discord_role_id, dungeon_key, points
               from quota_dungeon_override
              order by points desc, dungeon_key",
            (),
        ),
    ])?;
    let overrides: Vec<Override> = found.pop().unwrap_or_default().read()?;
    let quotas: Vec<Quota> = found.pop().unwrap_or_default().read()?;
    Ok(quotas
        .into_iter()
        .map(|quota| with_overrides(quota, &overrides))
        .collect())
}

/// The quota of a role.
pub fn find(ctx: &mut Ctx, role: RoleId) -> Result<Option<Quota>, Failure> {
    let mut found = ctx.batch(&[
        Statement::new(select_quotas!("where discord_role_id = $1"), (role,)),
        Statement::new(
            "select discord_role_id, dungeon_key, points
               from quota_dungeon_override
              where discord_role_id = $1
              order by points desc, dungeon_key",
            (role,),
        ),
    ])?;
    let overrides: Vec<Override> = found.pop().unwrap_or_default().read()?;
    let quota = found.pop().unwrap_or_default().read()?.pop();
    Ok(quota.map(|quota: Quota| with_overrides(quota, &overrides)))
}

fn with_overrides(quota: Quota, all: &[Override]) -> Quota {
    let mine = all.iter().filter(|(role, ..)| *role == quota.role);
    let overrides = mine.map(|(_, dungeon, points)| (dungeon.clone(), *points));
    Quota {
        overrides: overrides.collect(),
        ..quota
    }
}

/// Creates or replaces everything but the overrides.
pub fn put(ctx: &mut Ctx, quota: &Quota) -> Handled {
    let now = ctx.now();
    let Quota {
        role,
        required,
        schedule,
        base_exalt,
        base_other,
        staff_work,
        panel_channel,
        overrides: _,
    } = quota;
    ctx.execute(
        "insert into quota_role_config
                (discord_role_id, required_points, period_start_at, reset_at, recurrence, anchor_at,
                 base_exalt_points, base_non_exalt_points, verify_points, warn_points, suspend_points,
                 modmail_reply_points, editname_points, addnote_points, panel_channel_id, created_at,
                 updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16)
         on conflict (discord_role_id) do update
            set required_points = excluded.required_points,
                period_start_at = excluded.period_start_at,
                reset_at = excluded.reset_at,
                recurrence = excluded.recurrence,
                anchor_at = excluded.anchor_at,
                base_exalt_points = excluded.base_exalt_points,
                base_non_exalt_points = excluded.base_non_exalt_points,
                verify_points = excluded.verify_points,
                warn_points = excluded.warn_points,
                suspend_points = excluded.suspend_points,
                modmail_reply_points = excluded.modmail_reply_points,
                editname_points = excluded.editname_points,
                addnote_points = excluded.addnote_points,
                panel_channel_id = excluded.panel_channel_id,
                updated_at = excluded.updated_at",
        (
            *role,
            *required,
            schedule.start,
            schedule.reset_at,
            schedule.recurrence.to_string(),
            schedule.anchor,
            *base_exalt,
            *base_other,
            staff_work.verify,
            staff_work.warn,
            staff_work.suspend,
            staff_work.modmail_reply,
            staff_work.edit_name,
            staff_work.add_note,
            *panel_channel,
            now,
        ),
    )?;
    Ok(())
}

/// Forgets the quota and its overrides. What was earned stays.
pub fn delete(ctx: &mut Ctx, role: RoleId) -> Handled {
    ctx.execute(
        "delete from quota_role_config where discord_role_id = $1",
        (role,),
    )?;
    Ok(())
}

/// What a run of this dungeon counts for the role.
pub fn put_override(ctx: &mut Ctx, role: RoleId, dungeon: &str, points: Points) -> Handled {
    let now = ctx.now();
    ctx.execute(
        "insert into quota_dungeon_override (discord_role_id, dungeon_key, points, updated_at)
         values ($1, $2, $3, $4)
         on conflict (discord_role_id, dungeon_key) do update
            set points = excluded.points, updated_at = excluded.updated_at",
        (role, dungeon, points, now),
    )?;
    Ok(())
}

/// The dungeon counts what any other does.
pub fn delete_override(ctx: &mut Ctx, role: RoleId, dungeon: &str) -> Handled {
    ctx.execute(
        "delete from quota_dungeon_override where discord_role_id = $1 and dungeon_key = $2",
        (role, dungeon),
    )?;
    Ok(())
}

/// Where the role's panel stands.
pub fn put_panel_channel(ctx: &mut Ctx, role: RoleId, channel: Option<ChannelId>) -> Handled {
    ctx.execute(
        "update quota_role_config set panel_channel_id = $2 where discord_role_id = $1",
        (role, channel),
    )?;
    Ok(())
}
