//! The application, the bot itself, users, and where the gateway is.

use serde_json::json;

use crate::error;
use crate::id::UserId;
use crate::permission::Permissions;
use crate::rest::call::{Answer, Call, Reply};
use crate::rest::oauth;
use crate::world::World;

/// `GET /gateway`
pub(super) fn gateway(world: &mut World, _: &Call<'_>) -> Answer {
    Reply::ok(json!({ "url": world.gateway_url() }))
}

/// `GET /gateway/bot` ("Get Gateway Bot")
pub(super) fn gateway_bot(world: &mut World, _: &Call<'_>) -> Answer {
    let now = world.now();
    let gateway = &world.config.gateway;
    let (since, used) = world.sessions.identifies;
    let running = now - since < 86_400_000;
    let used = if running { used } else { 0 };
    let reset_after = if running { since + 86_400_000 - now } else { 0 };
    Reply::ok(json!({
        "url": world.gateway_url(), "shards": gateway.recommended_shards,
        "session_start_limit": {
            "total": gateway.identifies_per_day,
            "remaining": gateway.identifies_per_day.saturating_sub(used),
            "reset_after": reset_after, "max_concurrency": gateway.max_concurrency,
        },
    }))
}

/// `GET /users/@me`
pub(super) fn me(world: &mut World, call: &Call<'_>) -> Answer {
    if let Some(grant) = &call.grant {
        return oauth::user(world, grant);
    }
    let mut user = world.user_json(world.bot());
    user["verified"] = json!(true);
    user["mfa_enabled"] = json!(true);
    user["email"] = json!(null);
    user["locale"] = json!("en-US");
    Reply::ok(user)
}

/// `GET /users/@me/guilds`
pub(super) fn my_guilds(world: &mut World, call: &Call<'_>) -> Answer {
    if let Some(grant) = &call.grant {
        return oauth::guilds(world, call, grant);
    }
    let bot = world.bot();
    let guilds = world
        .guilds
        .values()
        .filter(|guild| guild.has_bot)
        .map(|guild| {
            let rights = guild
                .members
                .get(&bot)
                .map_or(Permissions::NONE, |member| guild.permissions_of(member));
            json!({
                "id": guild.id, "name": guild.name, "icon": null, "banner": null,
                "owner": guild.owner == bot, "permissions": rights, "features": [],
            })
        });
    Reply::ok(guilds.collect())
}

/// `GET /users/{user.id}`
pub(super) fn user(world: &mut World, call: &Call<'_>) -> Answer {
    let user = world
        .users
        .get(&call.id::<UserId>(0)?)
        .ok_or(error::UNKNOWN_USER)?;
    Reply::ok(user.to_json())
}

/// `GET /applications/@me` and `GET /oauth2/applications/@me`
pub(super) fn application(world: &mut World, _: &Call<'_>) -> Answer {
    Reply::ok(world.application_json())
}
