//! Who somebody is now: their roles with a quota, and whom a command means.

use muster_sdk::ids::UserId;
use muster_sdk::{Command, Ctx, Failure, Member, tell_member};

use crate::points::Points;
use crate::queries::{names, quotas};
use crate::quota::{Credit, Quota, Standing, credit};
use crate::views;

/// Which of somebody's roles an act is credited to, by the roles that they hold now. Who left the guild holds
/// none.
pub fn credit_of(
    ctx: &mut Ctx,
    user: UserId,
    value: impl Fn(&Quota) -> Points,
    otherwise: Points,
) -> Result<Credit, Failure> {
    let all = quotas::list(ctx)?;
    if all.is_empty() {
        return Ok(Credit {
            role: None,
            points: otherwise,
        });
    }
    let member = ctx.find_member(user)?;
    let roles = member.map(|member| member.roles).unwrap_or_default();
    let mut held = Vec::new();
    for quota in all.iter().filter(|quota| roles.contains(&quota.role)) {
        let position = ctx
            .find_role_info(quota.role)?
            .map_or(i64::MIN, |role| role.position);
        held.push((quota, Standing::of(quota.role, position)));
    }
    Ok(credit(&held, value, otherwise))
}

/// The member whom a command names in its option `member`, or who used it. Their name is remembered.
pub fn meant(ctx: &mut Ctx, command: &Command) -> Result<Member, Failure> {
    let user = command.find_user("member").unwrap_or(command.member);
    let found = match command.find_resolved(user) {
        Some(member) => Some(member),
        None => ctx.find_member(user)?,
    };
    found.ok_or_else(|| tell_member(views::no_member(user)))
}

/// Remembers the name of somebody whom points are about.
pub fn seen(ctx: &mut Ctx, member: &Member) -> Result<(), Failure> {
    names::put(ctx, member.id, &member.display_name)
}
