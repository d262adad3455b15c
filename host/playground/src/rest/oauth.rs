//! Tokens of people who logged in with Discord ([Discord Docs/OAuth2, "Authorization Code Grant"]).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::clock::iso8601;
use crate::error;
use crate::oauth::{Grant, TOKEN_LIVES_MS, VERIFIER, challenge_of};
use crate::permission::Permissions;
use crate::rest::call::{Answer, Call, Reply};
use crate::world::World;

/// An error of RFC 6749, 5.2.
fn refused(status: u16, error: &str, description: &str) -> Answer {
    Ok(Reply {
        status,
        body: Some(json!({ "error": error, "error_description": description })),
    })
}

/// `POST /oauth2/token`
pub(super) fn token(world: &mut World, call: &Call<'_>) -> Answer {
    if !is_own_client(world, call) {
        return refused(401, "invalid_client", "client_id or client_secret is wrong");
    }
    let field = |key: &str| call.body[key].as_str().unwrap_or_default();
    match field("grant_type") {
        "authorization_code" => exchange(world, call),
        "refresh_token" => refresh(world, field("refresh_token")),
        "" => refused(400, "invalid_request", "grant_type is missing"),
        _ => refused(400, "unsupported_grant_type", "grant_type is not known"),
    }
}

/// A code is good once, for the address it was given to and the verifier it was asked with.
fn exchange(world: &mut World, call: &Call<'_>) -> Answer {
    let field = |key: &str| call.body[key].as_str();
    let (Some(code), Some(redirect_uri)) = (field("code"), field("redirect_uri")) else {
        return refused(400, "invalid_request", "code or redirect_uri is missing");
    };
    let now = world.now();
    let at = world
        .oauth
        .codes
        .iter()
        .position(|known| known.code == code);
    let Some(code) = at.map(|at| world.oauth.codes.remove(at)) else {
        return refused(400, "invalid_grant", "Invalid \"code\" in request.");
    };
    let verifies = match (&code.challenge, field("code_verifier")) {
        (None, _) => true,
        (Some(challenge), Some(verifier)) => {
            VERIFIER.contains(&verifier.len()) && challenge_of(verifier) == *challenge
        }
        (Some(_), None) => false,
    };
    if code.expires_ms <= now || code.redirect_uri != redirect_uri || !verifies {
        return refused(400, "invalid_grant", "Invalid \"code\" in request.");
    }
    let grant = world.put_grant(code.user, code.scopes);
    Reply::ok(tokens(&grant))
}

fn refresh(world: &mut World, token: &str) -> Answer {
    let at = world
        .oauth
        .grants
        .iter()
        .position(|grant| grant.refresh == token);
    let Some(at) = at else {
        return refused(
            400,
            "invalid_grant",
            "Invalid \"refresh_token\" in request.",
        );
    };
    let old = match world.switches.refresh_ends_old_token {
        true => world.oauth.grants.remove(at),
        false => world.oauth.grants[at].clone(),
    };
    let grant = world.put_grant(old.user, old.scopes);
    Reply::ok(tokens(&grant))
}

fn tokens(grant: &Grant) -> Value {
    json!({
        "token_type": "Bearer", "access_token": grant.access, "expires_in": TOKEN_LIVES_MS / 1000,
        "refresh_token": grant.refresh, "scope": grant.scopes.join(" "),
    })
}

/// `POST /oauth2/token/revoke`: ends all tokens of that user's authorization.
pub(super) fn revoke(world: &mut World, call: &Call<'_>) -> Answer {
    if !is_own_client(world, call) {
        return refused(401, "invalid_client", "client_id or client_secret is wrong");
    }
    let Some(token) = call.body["token"].as_str() else {
        return refused(400, "invalid_request", "token is missing");
    };
    let mut grants = world.oauth.grants.iter();
    let meant = grants.find(|grant| grant.access == token || grant.refresh == token);
    if let Some(user) = meant.map(|grant| grant.user) {
        world.oauth.grants.retain(|grant| grant.user != user);
    }
    Reply::ok(json!({}))
}

/// Client id and secret, by Basic authorization or in the form.
fn is_own_client(world: &World, call: &Call<'_>) -> bool {
    let application = &world.config.application;
    let own = (
        application.id.to_string(),
        application.client_secret.clone(),
    );
    let basic = call.authorization.strip_prefix("Basic ").and_then(|text| {
        let decoded = String::from_utf8(STANDARD.decode(text).ok()?).ok()?;
        let (id, secret) = decoded.split_once(':')?;
        Some((id.to_owned(), secret.to_owned()))
    });
    let field = |key: &str| call.body[key].as_str().unwrap_or_default().to_owned();
    basic.unwrap_or_else(|| (field("client_id"), field("client_secret"))) == own
}

/// `GET /oauth2/@me`
pub(super) fn me(world: &mut World, call: &Call<'_>) -> Answer {
    let grant = call.grant.as_ref().ok_or(error::UNAUTHORIZED)?;
    let application = world.application_json();
    let pick = [
        "id",
        "name",
        "icon",
        "description",
        "bot_public",
        "bot_require_code_grant",
        "verify_key",
    ];
    let partial: serde_json::Map<String, Value> = pick
        .iter()
        .map(|key| ((*key).to_owned(), application[*key].clone()))
        .collect();
    let mut about = json!({
        "application": partial, "scopes": grant.scopes, "expires": iso8601(grant.expires_ms),
    });
    if grant.has("identify") {
        about["user"] = world.user_json(grant.user);
    }
    Reply::ok(about)
}

/// `GET /users/@me` for somebody who logged in: no address of theirs without the scope for it.
pub(super) fn user(world: &World, grant: &Grant) -> Answer {
    if !grant.has("identify") {
        return Err(error::UNAUTHORIZED);
    }
    let mut user = world.user_json(grant.user);
    let known = world.users.get(&grant.user);
    user["locale"] = json!(known.map_or("en-US", |user| user.locale.as_str()));
    user["mfa_enabled"] = json!(false);
    user["premium_type"] = json!(0);
    Reply::ok(user)
}

/// `GET /users/@me/guilds` for somebody who logged in.
pub(super) fn guilds(world: &World, call: &Call<'_>, grant: &Grant) -> Answer {
    if !grant.has("guilds") {
        return Err(error::UNAUTHORIZED);
    }
    let with_counts = call.query_is_true("with_counts");
    let limit = call.query_number("limit").unwrap_or(200).clamp(1, 200) as usize;
    let after = call.query_number("after").unwrap_or(0);
    let mine = world.guilds.values().filter_map(|guild| {
        let member = guild.members.get(&grant.user)?;
        (guild.id.0 > after).then_some((guild, member))
    });
    let partial = mine.take(limit).map(|(guild, member)| {
        let rights: Permissions = guild.permissions_of(member);
        let mut json = json!({
            "id": guild.id, "name": guild.name, "icon": null, "banner": null,
            "owner": guild.owner == grant.user, "permissions": rights, "features": [],
        });
        if with_counts {
            json["approximate_member_count"] = json!(guild.members.len());
            json["approximate_presence_count"] = json!(guild.members.len());
        }
        json
    });
    Reply::ok(partial.collect())
}
