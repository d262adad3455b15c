//! The consent page of "Login with Discord": who is here, and do they agree?

use axum::body::Bytes;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};

use crate::id::UserId;
use crate::oauth::{Unfit, Wish};
use crate::rest::form_pairs;
use crate::server::Shared;
use crate::world::World;

/// `GET` shows the page, `POST` takes its answer.
pub(super) fn serve(shared: &Shared, method: &Method, query: &str, body: &Bytes) -> Response {
    let mut response = match *method {
        Method::GET => ask(&mut shared.world.lock(), query),
        Method::POST => answer(&mut shared.world.lock(), body),
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    };
    let headers = response.headers_mut();
    let policy = "default-src 'none'; style-src 'self'; form-action *; frame-ancestors 'none'";
    let value = HeaderValue::from_static(policy);
    headers.insert(header::CONTENT_SECURITY_POLICY, value);
    let value = HeaderValue::from_static("no-store");
    headers.insert(header::CACHE_CONTROL, value);
    response
}

fn ask(world: &mut World, query: &str) -> Response {
    let wish = match world.read_wish(&form_pairs(query.as_bytes())) {
        Ok(wish) => wish,
        Err(unfit) => return failed(&unfit),
    };
    let known = world.agreed_before(&wish).filter(|_| !wish.ask_again);
    let key = world.open_consent(wish.clone());
    match known {
        Some(user) => gone_on(world.grant_consent(&key, user, None)),
        None => Html(page(world, &wish, &key)).into_response(),
    }
}

fn answer(world: &mut World, body: &Bytes) -> Response {
    let pairs = form_pairs(body);
    let get = |key: &str| {
        let found = pairs.iter().find(|(name, _)| name == key);
        found.map_or("", |(_, value)| value.as_str())
    };
    let key = get("key");
    let user = get("user").parse::<u64>().map(UserId);
    match (get("answer"), user) {
        ("authorize", Ok(user)) if world.users.contains_key(&user) => {
            gone_on(world.grant_consent(key, user, get("guild").parse().ok()))
        }
        _ => gone_on(world.refuse_consent(key)),
    }
}

fn gone_on(outcome: Result<Option<String>, Unfit>) -> Response {
    match outcome {
        Ok(Some(address)) => Redirect::to(&address).into_response(),
        Ok(None) => Html("<!doctype html><title>Done</title><p>Done. You can close this page.")
            .into_response(),
        Err(unfit) => failed(&unfit),
    }
}

fn failed(unfit: &Unfit) -> Response {
    let text = format!(
        "<!doctype html><title>Error</title><p>{}",
        escaped(&unfit.to_string())
    );
    (StatusCode::BAD_REQUEST, Html(text)).into_response()
}

/// Plain HTML without any style: the address is what matters.
fn page(world: &World, wish: &Wish, key: &str) -> String {
    let mut people: Vec<_> = world.users.values().filter(|user| !user.bot).collect();
    people.sort_by(|a, b| a.name.cmp(&b.name));
    let people: String = people
        .iter()
        .map(|user| {
            format!(
                "<option value=\"{}\">{}</option>",
                user.id,
                escaped(&user.name)
            )
        })
        .collect();
    let guilds: String = world
        .guilds
        .values()
        .filter(|guild| !guild.has_bot)
        .filter(|guild| !wish.guild_is_fixed || wish.guild == Some(guild.id))
        .map(|guild| {
            let chosen = if wish.guild == Some(guild.id) {
                " selected"
            } else {
                ""
            };
            format!(
                "<option value=\"{}\"{chosen}>{}</option>",
                guild.id,
                escaped(&guild.name)
            )
        })
        .collect();
    let guild_field = match wish.adds_bot() {
        true => format!("<p><label>Add to guild <select name=\"guild\">{guilds}</select></label>"),
        false => String::new(),
    };
    let scopes: String = wish
        .scopes
        .iter()
        .map(|scope| format!("<li>{}</li>", escaped(scope)))
        .collect();
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Authorize</title>\
         <h1>{name}</h1><p>wants to use an account of the playground for:<ul>{scopes}</ul>\
         <form method=\"post\"><input type=\"hidden\" name=\"key\" value=\"{key}\">\
         <p><label>You are <select name=\"user\">{people}</select></label>{guild_field}\
         <p><button name=\"answer\" value=\"authorize\">Authorize</button> \
         <button name=\"answer\" value=\"cancel\">Cancel</button></form>",
        name = escaped(&world.config.application.name),
    )
}

/// Text inside of HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
