//! Who may act on whom.

use muster_playground::{BotSpec, Config, Permissions};
use serde_json::{Value, json};

use crate::bot::Bot;
use crate::hierarchy::{REFUSED, edit, in_a_day, ranked_in, set_role, user};
use crate::rules::{Case, Found, cases, is};

pub(super) const CASES: &[Case] = cases![
    GivingNeedsRight => giving_a_role_needs_manage_roles,
    GivenRoleIsLower => a_role_above_the_bot_is_not_given,
    GivingIgnoresRank => the_owner_can_be_given_a_low_role,
    ChangedRoleIsLower => a_role_above_the_bot_is_not_changed,
    GrantsWhatItHas => a_bot_grants_only_what_it_has,
    RenamingNeedsRight => renaming_needs_manage_nicknames,
    RenamedIsLower => who_stands_above_is_not_renamed,
    OwnerIsNotRenamed => the_owner_is_not_renamed,
    OwnNameNeedsRight => the_own_nickname_needs_change_nickname,
    KickNeedsRight => kicking_needs_kick_members,
    BanNeedsRight => banning_needs_ban_members,
    TimeOutNeedsRight => a_time_out_needs_moderate_members,
    PunishedIsLower => who_stands_above_is_neither_kicked_nor_banned,
    TimeOutSparesAdministrators => administrators_are_not_timed_out,
    ManagedIsNotGiven => a_managed_role_is_not_given,
    EqualIsNotLower => an_equal_position_is_not_lower,
    AdministratorIsNotAbove => administrator_does_not_lift_the_hierarchy,
    RoleListReplaces => a_list_of_roles_is_the_whole_list,
    RoleTwiceIsFine => a_role_is_given_twice,
];

/// A bot right below the role Top.
async fn ranked(config: Config) -> Bot {
    ranked_in(config, below_top(BotSpec::USUAL), None).await
}

/// The same without one right.
async fn without(config: Config, right: Permissions) -> Bot {
    let everyone = Permissions::EVERYONE.without(right);
    let spec = below_top(BotSpec::USUAL.without(right));
    ranked_in(config, spec, Some(everyone)).await
}

fn below_top(permissions: Permissions) -> BotSpec {
    BotSpec {
        below: Some("Top".into()),
        permissions,
        ..BotSpec::default()
    }
}

fn role(bot: &Bot, name: &str) -> String {
    let id = bot.guild.role(name).expect("a role").id;
    bot.in_guild(&format!("/roles/{id}"))
}

fn member(bot: &Bot, name: &str) -> String {
    bot.in_guild(&format!("/members/{}", user(bot, name)))
}

async fn ban(bot: &Bot, name: &str) -> (u16, u64) {
    let path = bot.in_guild(&format!("/bans/{}", user(bot, name)));
    bot.put(&path, json!({})).await.error()
}

async fn giving_a_role_needs_manage_roles(config: Config) -> Found {
    let bot = without(config, Permissions::MANAGE_ROLES).await;
    is(set_role(&bot, "Tom", "Low").await, REFUSED)?;
    is(edit(&bot, "Leo", json!({ "roles": [] })).await, REFUSED)
}

async fn a_role_above_the_bot_is_not_given(config: Config) -> Found {
    let bot = ranked(config).await;
    is(set_role(&bot, "Leo", "Top").await, REFUSED)?;
    is(edit(&bot, "Tom", json!({ "roles": [] })).await, REFUSED)
}

async fn the_owner_can_be_given_a_low_role(config: Config) -> Found {
    let bot = ranked(config).await;
    is(set_role(&bot, "Olivia", "Low").await.0, 204)
}

async fn a_role_above_the_bot_is_not_changed(config: Config) -> Found {
    let bot = ranked(config).await;
    let renamed = bot
        .patch(&role(&bot, "Top"), json!({ "name": "Peak" }))
        .await;
    is(renamed.error(), REFUSED)?;
    is(bot.delete(&role(&bot, "Top")).await.error(), REFUSED)?;
    let (low, own) = (bot.guild.role("Low"), bot.guild.bot_role());
    let (low, own) = (low.expect("there").id, own.expect("there").position);
    let lifted = json!([{ "id": low, "position": own }]);
    is(
        bot.patch(&bot.in_guild("/roles"), lifted).await.error(),
        REFUSED,
    )
}

async fn a_bot_grants_only_what_it_has(config: Config) -> Found {
    let bot = ranked(config).await;
    let wish = json!({ "permissions": Permissions::MANAGE_GUILD });
    let made = bot.post(&bot.in_guild("/roles"), wish.clone()).await;
    is(made.error(), REFUSED)?;
    is(bot.patch(&role(&bot, "Low"), wish).await.error(), REFUSED)
}

async fn renaming_needs_manage_nicknames(config: Config) -> Found {
    let bot = without(config, Permissions::MANAGE_NICKNAMES).await;
    is(edit(&bot, "Leo", json!({ "nick": "Lion" })).await, REFUSED)
}

async fn who_stands_above_is_not_renamed(config: Config) -> Found {
    let bot = ranked(config).await;
    is(edit(&bot, "Tom", json!({ "nick": "Tommy" })).await, REFUSED)
}

async fn the_owner_is_not_renamed(config: Config) -> Found {
    let bot = ranked(config).await;
    is(
        edit(&bot, "Olivia", json!({ "nick": "Liv" })).await,
        REFUSED,
    )
}

async fn the_own_nickname_needs_change_nickname(config: Config) -> Found {
    let bot = without(config, Permissions::CHANGE_NICKNAME).await;
    let path = bot.in_guild("/members/@me");
    is(
        bot.patch(&path, json!({ "nick": "Helper" })).await.error(),
        REFUSED,
    )
}

async fn kicking_needs_kick_members(config: Config) -> Found {
    let bot = without(config, Permissions::KICK_MEMBERS).await;
    is(bot.delete(&member(&bot, "Leo")).await.error(), REFUSED)
}

async fn banning_needs_ban_members(config: Config) -> Found {
    let bot = without(config, Permissions::BAN_MEMBERS).await;
    is(ban(&bot, "Leo").await, REFUSED)
}

async fn a_time_out_needs_moderate_members(config: Config) -> Found {
    let bot = without(config, Permissions::MODERATE_MEMBERS).await;
    is(edit(&bot, "Leo", in_a_day(&bot)).await, REFUSED)
}

async fn who_stands_above_is_neither_kicked_nor_banned(config: Config) -> Found {
    let bot = ranked(config).await;
    is(edit(&bot, "Tom", in_a_day(&bot)).await, REFUSED)?;
    is(bot.delete(&member(&bot, "Tom")).await.error(), REFUSED)?;
    is(ban(&bot, "Olivia").await, REFUSED)
}

async fn administrators_are_not_timed_out(config: Config) -> Found {
    let bot = ranked(config).await;
    is(edit(&bot, "Ada", in_a_day(&bot)).await, REFUSED)
}

async fn a_managed_role_is_not_given(config: Config) -> Found {
    let bot = ranked(config).await;
    is(set_role(&bot, "Leo", "Managed").await, REFUSED)?;
    is(set_role(&bot, "Leo", "@everyone").await, REFUSED)
}

async fn an_equal_position_is_not_lower(config: Config) -> Found {
    let bot = ranked(config).await;
    let own = bot.guild.bot_role().expect("there").position;
    let low = bot.guild.role("Low").expect("a role").id;
    bot.guild.change_role(low, |role| role.position = own);
    is(set_role(&bot, "Tom", "Low").await, REFUSED)
}

async fn administrator_does_not_lift_the_hierarchy(config: Config) -> Found {
    let bot = ranked_in(config, below_top(Permissions::ADMINISTRATOR), None).await;
    is(set_role(&bot, "Leo", "Top").await, REFUSED)?;
    is(edit(&bot, "Tom", json!({ "nick": "Tommy" })).await, REFUSED)
}

async fn a_list_of_roles_is_the_whole_list(config: Config) -> Found {
    let bot = ranked(config).await;
    is(edit(&bot, "Leo", json!({ "roles": [] })).await.0, 200)?;
    is(bot.guild.roles_of(user(&bot, "Leo")), Vec::new())
}

async fn a_role_is_given_twice(config: Config) -> Found {
    let bot = ranked(config).await;
    is(set_role(&bot, "Leo", "Low").await.0, 204)?;
    let role = bot.guild.role("Low").expect("a role").id;
    let path = bot.in_guild(&format!("/members/{}/roles/{role}", user(&bot, "Tom")));
    is(bot.rest("DELETE", &path, Value::Null).await.status, 204)
}
