//! Who may act on whom ([Discord Docs/Permissions, "Permission Hierarchy"]).

use muster_playground::{BotSpec, Config, GuildSpec, MemberSpec, Permissions, RoleSpec, UserId};
use serde_json::{Value, json};

use crate::bot::{Bot, INTENTS, config};

/// Roles Top (above the bot), Low (below it); Tom has Top, Leo has Low.
async fn ranked() -> Bot {
    ranked_with(BotSpec {
        below: Some("Top".into()),
        ..BotSpec::default()
    })
    .await
}

async fn ranked_with(bot: BotSpec) -> Bot {
    ranked_in(config(), bot, None).await
}

/// The same in a playground of its own kind, where @everyone may do `everyone`.
pub async fn ranked_in(config: Config, bot: BotSpec, everyone: Option<Permissions>) -> Bot {
    let role = |name: &str, managed| RoleSpec {
        name: name.into(),
        managed,
        ..RoleSpec::default()
    };
    let member = |name: &str, roles: &[&str]| MemberSpec {
        name: name.into(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        ..MemberSpec::default()
    };
    let admin = RoleSpec {
        permissions: Permissions::ADMINISTRATOR,
        ..role("Admin", false)
    };
    let spec = GuildSpec {
        roles: vec![
            role("Top", false),
            role("Low", false),
            role("Managed", true),
            admin,
        ],
        members: vec![
            member("Tom", &["Top"]),
            member("Leo", &["Low"]),
            member("Ada", &["Admin"]),
        ],
        bot,
        everyone,
        ..GuildSpec::named("Testing")
    };
    Bot::start_with(config, &spec, INTENTS).await
}

pub fn user(bot: &Bot, name: &str) -> UserId {
    bot.guild.persona(name).expect("a member").id()
}

pub async fn set_role(bot: &Bot, member: &str, role: &str) -> (u16, u64) {
    let role = bot.guild.role(role).expect("a role").id;
    let path = bot.in_guild(&format!("/members/{}/roles/{role}", user(bot, member)));
    bot.put(&path, Value::Null).await.error()
}

pub async fn edit(bot: &Bot, member: &str, body: Value) -> (u16, u64) {
    bot.patch(
        &bot.in_guild(&format!("/members/{}", user(bot, member))),
        body,
    )
    .await
    .error()
}

pub const REFUSED: (u16, u64) = (403, 50013);

#[tokio::test]
async fn a_role_below_the_bot_can_be_given_to_anybody_even_the_owner() {
    let bot = ranked().await;
    for name in ["Leo", "Tom", "Olivia"] {
        assert_eq!(set_role(&bot, name, "Low").await.0, 204, "{name}");
        assert!(
            bot.guild
                .roles_of(user(&bot, name))
                .contains(&"Low".to_owned())
        );
    }
    assert_eq!(
        set_role(&bot, "Leo", "Low").await.0,
        204,
        "twice is the same"
    );
}

#[tokio::test]
async fn a_role_above_the_bot_its_own_managed_ones_and_everyone_cannot_be_given() {
    let bot = ranked().await;
    for role in ["Top", "Muster", "Managed", "@everyone"] {
        assert_eq!(set_role(&bot, "Leo", role).await, REFUSED, "{role}");
    }
    bot.playground
        .set_switches(|switches| switches.managed_role_is_invalid = true);
    assert_eq!(set_role(&bot, "Leo", "Managed").await, (400, 50028));
}

#[tokio::test]
async fn without_manage_roles_no_role_can_be_given() {
    let permissions = BotSpec::USUAL.without(Permissions::MANAGE_ROLES);
    let bot = ranked_with(BotSpec {
        permissions,
        ..BotSpec::default()
    })
    .await;
    assert_eq!(set_role(&bot, "Leo", "Low").await, REFUSED);
}

#[tokio::test]
async fn administrator_does_not_lift_the_hierarchy() {
    let bot = ranked_with(BotSpec {
        below: Some("Top".into()),
        permissions: Permissions::ADMINISTRATOR,
        ..BotSpec::default()
    })
    .await;
    assert_eq!(set_role(&bot, "Leo", "Top").await, REFUSED);
    assert_eq!(edit(&bot, "Tom", json!({ "nick": "Tommy" })).await, REFUSED);
}

#[tokio::test]
async fn a_whole_role_list_is_checked_for_what_it_adds_and_takes() {
    let bot = ranked().await;
    let id = |name: &str| bot.guild.role(name).expect("a role").id;
    assert_eq!(
        edit(&bot, "Leo", json!({ "roles": [id("Low"), id("Top")] })).await,
        REFUSED
    );
    assert_eq!(edit(&bot, "Tom", json!({ "roles": [] })).await, REFUSED);
    assert_eq!(
        edit(&bot, "Tom", json!({ "roles": [id("Top"), id("Low")] }))
            .await
            .0,
        200,
        "what stays is not checked"
    );
}

#[tokio::test]
async fn equal_positions_are_refused_unless_the_switch_says_otherwise() {
    let bot = ranked().await;
    let own = bot.guild.bot_role().expect("there");
    let low = bot.guild.role("Low").expect("there");
    bot.guild
        .change_role(low.id, |role| role.position = own.position);
    assert_eq!(set_role(&bot, "Tom", "Low").await, REFUSED);
    bot.playground
        .set_switches(|switches| switches.equal_positions_rank_by_id = true);
    let outcome = set_role(&bot, "Tom", "Low").await.0;
    assert_eq!(outcome == 204, own.id < low.id);
}

#[tokio::test]
async fn roles_are_edited_and_deleted_below_the_bot_only() {
    let bot = ranked().await;
    let path = |name: &str| {
        bot.in_guild(&format!(
            "/roles/{}",
            bot.guild.role(name).expect("a role").id
        ))
    };
    assert_eq!(
        bot.patch(&path("Top"), json!({ "name": "Peak" }))
            .await
            .error(),
        REFUSED
    );
    assert_eq!(bot.delete(&path("Top")).await.error(), REFUSED);
    assert_eq!(
        bot.patch(&path("Low"), json!({ "name": "Base" }))
            .await
            .ok()["name"],
        "Base"
    );
    assert_eq!(bot.delete(&path("Base")).await.status, 204);
    assert!(bot.guild.roles_of(user(&bot, "Leo")).is_empty());
}

#[tokio::test]
async fn a_bot_grants_only_what_it_has() {
    let bot = ranked().await;
    let role = |permissions: Permissions| json!({ "name": "New", "permissions": permissions });
    let refused = bot
        .post(&bot.in_guild("/roles"), role(Permissions::MANAGE_GUILD))
        .await;
    assert_eq!(refused.error(), REFUSED);
    let made = bot
        .post(&bot.in_guild("/roles"), role(Permissions::MANAGE_THREADS))
        .await
        .ok();
    let path = bot.in_guild(&format!("/roles/{}", made["id"].as_str().expect("an id")));
    assert_eq!(
        bot.patch(&path, role(Permissions::ADMINISTRATOR))
            .await
            .error(),
        REFUSED
    );
    assert!(made["colors"]["primary_color"].is_number());
}

#[tokio::test]
async fn roles_are_moved_below_the_bot_only() {
    let bot = ranked().await;
    let low = bot.guild.role("Low").expect("a role").id;
    let own = bot.guild.bot_role().expect("there").position;
    let to = |position: i64| json!([{ "id": low, "position": position }]);
    assert_eq!(
        bot.patch(&bot.in_guild("/roles"), to(own)).await.error(),
        REFUSED
    );
    bot.patch(&bot.in_guild("/roles"), to(1)).await.ok();
    assert_eq!(bot.guild.role("Low").expect("a role").position, 1);
}

#[tokio::test]
async fn nicknames_follow_rank_and_the_owners_is_never_changed() {
    let bot = ranked().await;
    assert_eq!(edit(&bot, "Leo", json!({ "nick": "Lion" })).await.0, 200);
    assert_eq!(edit(&bot, "Tom", json!({ "nick": "Tommy" })).await, REFUSED);
    assert_eq!(
        edit(&bot, "Olivia", json!({ "nick": "Liv" })).await,
        REFUSED
    );
    let nick = |name: &str| {
        bot.guild
            .member_state(user(&bot, name))
            .and_then(|member| member.nick)
    };
    assert_eq!((nick("Leo"), nick("Tom")), (Some("Lion".into()), None));
    assert_eq!(edit(&bot, "Leo", json!({ "nick": "" })).await.0, 200);
    assert_eq!(nick("Leo"), None);
    let own = bot
        .patch(&bot.in_guild("/members/@me"), json!({ "nick": "Helper" }))
        .await
        .ok();
    assert_eq!(own["nick"], "Helper");
}

#[tokio::test]
async fn time_outs_spare_the_higher_the_owner_and_administrators() {
    let bot = ranked().await;
    let until = |days: u64| {
        let at = bot.playground.clock().now() / 1000 + (days * 86_400) as i64;
        json!({ "communication_disabled_until": iso(at) })
    };
    for name in ["Tom", "Olivia", "Ada"] {
        assert_eq!(edit(&bot, name, until(1)).await, REFUSED, "{name}");
    }
    assert_eq!(edit(&bot, "Leo", until(29)).await, (400, 50035));
    assert_eq!(edit(&bot, "Leo", until(1)).await.0, 200);
    let leo = bot.guild.persona("Leo").expect("a member");
    assert!(leo.writes("let me").is_err());
    bot.after(2 * 86_400);
    leo.writes("at last").expect("it is over");
}

/// A time-out until tomorrow.
pub fn in_a_day(bot: &Bot) -> Value {
    let at = bot.playground.clock().now() / 1000 + 86_400;
    json!({ "communication_disabled_until": iso(at) })
}

/// Seconds since 1970 as ISO 8601.
fn iso(seconds: i64) -> String {
    let (mut days, rest) = (seconds / 86_400, seconds % 86_400);
    let mut year = 1970;
    let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    while days >= 365 + i64::from(leap(year)) {
        days -= 365 + i64::from(leap(year));
        year += 1;
    }
    let lengths = [
        31,
        28 + i64::from(leap(year)),
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ];
    let mut month = 1;
    for length in lengths {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    format!(
        "{year}-{month:02}-{:02}T{:02}:{:02}:{:02}Z",
        days + 1,
        rest / 3600,
        rest / 60 % 60,
        rest % 60
    )
}

#[tokio::test]
async fn kicks_and_bans_follow_rank() {
    let bot = ranked().await;
    let member = |name: &str| bot.in_guild(&format!("/members/{}", user(&bot, name)));
    let ban = |id: UserId| bot.in_guild(&format!("/bans/{id}"));
    for name in ["Tom", "Olivia"] {
        assert_eq!(bot.delete(&member(name)).await.error(), REFUSED, "{name}");
        assert_eq!(
            bot.put(&ban(user(&bot, name)), json!({})).await.error(),
            REFUSED,
            "{name}"
        );
    }
    let (leo, ada) = (user(&bot, "Leo"), user(&bot, "Ada"));
    assert_eq!(bot.delete(&member("Leo")).await.status, 204);
    assert!(bot.guild.member_state(leo).is_none());
    let token = format!("Bot {}", bot.playground.token());
    let headers = [
        ("authorization", token.as_str()),
        ("x-audit-log-reason", "late%20again"),
    ];
    let banned = bot.request("PUT", &ban(ada), json!({}), &headers).await;
    assert_eq!(banned.status, 204);
    assert_eq!(bot.guild.ban_of(ada), Some(Some("late again".into())));
    let noted = bot.playground.audit_log().pop().expect("an entry");
    assert_eq!(
        (noted.action, noted.target, noted.reason.as_deref()),
        ("MEMBER_BAN_ADD", ada.0, Some("late again"))
    );
    assert_eq!(bot.delete(&ban(ada)).await.status, 204);
    assert_eq!(bot.delete(&ban(ada)).await.error(), (404, 10026));
}

#[tokio::test]
async fn role_changes_are_told_to_the_bot_that_made_them() {
    let role = RoleSpec {
        name: "Low".into(),
        ..RoleSpec::default()
    };
    let spec = GuildSpec {
        roles: vec![role],
        ..GuildSpec::named("Testing")
    };
    let mut bot = Bot::start_with(config(), &spec, INTENTS | 2).await;
    let ann = bot.guild.member("Ann").id();
    bot.socket.event("GUILD_MEMBER_ADD").await;
    assert_eq!(set_role(&bot, "Ann", "Low").await.0, 204);
    let update = bot.socket.event("GUILD_MEMBER_UPDATE").await;
    assert_eq!(update["user"]["id"], ann.to_string());
    assert_eq!(update["roles"].as_array().map(Vec::len), Some(1));
}
