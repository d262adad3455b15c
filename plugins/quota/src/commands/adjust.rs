//! What `/addpoints` and `/addquotapoints` have in common: staff give or take points by hand.

use muster_sdk::ids::UserId;
use muster_sdk::imports::DiscordError;
use muster_sdk::{
    Command, CommandSpec, Ctx, Failure, Handled, Member, OptionSpec, Rank, tell_member,
};

use crate::members;
use crate::points::Points;
use crate::views;

/// The most points at once.
const MOST: Points = Points::whole(999);

/// The longest reason.
const REASON: u16 = 500;

/// What somebody is to be given.
pub struct Adjustment {
    /// Who.
    pub member: Member,
    /// How much; negative takes.
    pub amount: Points,
    /// Why, if it was said.
    pub reason: Option<String>,
    /// Who gives it.
    pub by: UserId,
}

/// The options that both have.
pub fn spec(description: &str) -> CommandSpec {
    CommandSpec::new(description)
        .minimum_role(Rank::Officer)
        .option(
            OptionSpec::text(
                "amount",
                "How many points, such as 5 or 0.5; negative takes them",
            )
            .required()
            .length(1, 20),
        )
        .option(OptionSpec::user("member", "Who; you, if left out"))
        .option(OptionSpec::text("reason", "Why; kept in the audit").length(1, REASON))
}

/// Reads the options, and asks whether this may be.
///
/// # Errors
/// Told to the member: it is no amount, nobody of this guild, or nobody whom they outrank.
pub fn read(ctx: &mut Ctx, command: &Command) -> Result<Adjustment, Failure> {
    let amount = Points::parse(&command.text("amount")?)
        .ok()
        .filter(|amount| *amount != Points::ZERO && *amount <= MOST && -*amount <= MOST)
        .ok_or_else(|| tell_member(views::bad_points(MOST)))?;
    let member = members::meant(ctx, command)?;
    may_adjust(ctx, command.member, member.id)?;
    Ok(Adjustment {
        member,
        amount,
        reason: command.find_text("reason"),
        by: command.member,
    })
}

/// Administrators may give themselves; everybody else needs somebody whom they outrank.
fn may_adjust(ctx: &mut Ctx, actor: UserId, target: UserId) -> Handled {
    if actor == target {
        return if ctx.ranks_at_least(Rank::Administrator) {
            Ok(())
        } else {
            Err(tell_member(views::NOT_YOURSELF))
        };
    }
    match ctx.may_act_on(target) {
        Err(DiscordError::NotFound(_)) => Err(tell_member(views::no_member(target))),
        result => Ok(result?),
    }
}

impl Adjustment {
    /// What the answer shows of it.
    pub fn into_view(
        self,
        total: Points,
        role: Option<muster_sdk::ids::RoleId>,
    ) -> views::Adjusted {
        views::Adjusted {
            member: self.member.id,
            amount: self.amount,
            total,
            role,
            reason: self.reason,
            by: self.by,
        }
    }
}
