//! "Login with Discord", step by step ([Discord Docs/OAuth2]).

use muster_playground::{ApplicationConfig, BotSpec, Config, GuildSpec, Permissions, RateLimits};
use reqwest::redirect::Policy;
use serde_json::{Value, json};

use crate::bot::{Answered, Bot, INTENTS, config, text};

const BACK: &str = "http://127.0.0.1:9/back?from=discord";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// Its S256 challenge (RFC 7636, appendix B).
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

async fn started() -> Bot {
    let config = Config {
        application: ApplicationConfig {
            redirect_uris: vec![BACK.into()],
            ..config().application
        },
        rate_limits: RateLimits::off(),
        ..config()
    };
    Bot::start_with(config, &GuildSpec::named("Testing"), INTENTS).await
}

/// A browser: no redirect is followed, since only its address is of interest.
fn browser() -> reqwest::Client {
    let client = reqwest::Client::builder().redirect(Policy::none());
    client.build().expect("a client")
}

fn encoded(text: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-._~".contains(letter);
    text.chars()
        .map(|letter| match plain(letter) {
            true => letter.to_string(),
            false => format!("%{:02X}", letter as u32),
        })
        .collect()
}

fn form(pairs: &[(&str, &str)]) -> String {
    let pair = |(key, value): &(&str, &str)| format!("{key}={}", encoded(value));
    pairs.iter().map(pair).collect::<Vec<_>>().join("&")
}

/// What a login asks for.
fn wish<'a>(id: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut pairs = vec![
        ("response_type", "code"),
        ("client_id", id),
        ("redirect_uri", BACK),
        ("scope", "identify guilds"),
        ("state", "s t&te"),
    ];
    for (key, value) in more {
        pairs.retain(|(known, _)| known != key);
        pairs.push((key, value));
    }
    pairs
}

/// Opens the consent page: its status and text, or where it sends the browser at once.
async fn opens(bot: &Bot, pairs: &[(&str, &str)]) -> (u16, String) {
    let base = bot.playground.base_url();
    let url = format!("{base}/oauth2/authorize?{}", form(pairs));
    let page = browser().get(url).send().await.expect("a page");
    let location = page.headers().get("location").cloned();
    let status = page.status().as_u16();
    match location {
        Some(address) => (status, address.to_str().expect("an address").to_owned()),
        None => (status, page.text().await.expect("a text")),
    }
}

/// Answers a consent page; where it sends the browser.
async fn answers(bot: &Bot, page: &str, pairs: &[(&str, &str)]) -> Result<String, u16> {
    let key = page.split("name=\"key\" value=\"").nth(1).expect("a key");
    let key = key.split('"').next().expect("a key");
    let mut all = vec![("key", key)];
    all.extend(pairs);
    let request = browser()
        .post(format!(
            "{}/api/oauth2/authorize",
            bot.playground.base_url()
        ))
        .body(form(&all));
    let answered = request.send().await.expect("an answer");
    let location = answered.headers().get("location").cloned();
    location.map_or(Err(answered.status().as_u16()), |address| {
        Ok(address.to_str().expect("an address").to_owned())
    })
}

/// A parameter of an address.
fn parameter(address: &str, name: &str) -> Option<String> {
    let (_, query) = address.split_once('?')?;
    let pair = query
        .split('&')
        .find_map(|pair| pair.strip_prefix(&format!("{name}=")))?;
    Some(pair.to_owned())
}

/// Logs Ann in; the code.
async fn code(bot: &Bot, more: &[(&str, &str)]) -> String {
    let id = bot.playground.application_id().to_string();
    let (status, page) = opens(bot, &wish(&id, more)).await;
    assert_eq!(status, 200, "{page}");
    let ann = bot.guild.member("Ann").id().to_string();
    let answer = [("user", ann.as_str()), ("answer", "authorize")];
    let address = answers(bot, &page, &answer).await.expect("a redirect");
    assert!(address.starts_with(&format!("{BACK}&code=")), "{address}");
    assert_eq!(parameter(&address, "state").as_deref(), Some("s%20t%26te"));
    parameter(&address, "code").expect("a code")
}

/// A request to the token routes.
async fn posts(bot: &Bot, path: &str, pairs: &[(&str, &str)]) -> Answered {
    let id = bot.playground.application_id().to_string();
    let mut all = vec![
        ("client_id", id.as_str()),
        ("client_secret", "playground-client-secret"),
    ];
    for (key, value) in pairs {
        all.retain(|(known, _)| known != key);
        all.push((key, value));
    }
    let kind = "application/x-www-form-urlencoded";
    bot.sends(path, kind, form(&all)).await
}

async fn exchanges(bot: &Bot, code: &str, more: &[(&str, &str)]) -> Answered {
    let mut pairs = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", BACK),
    ];
    pairs.extend(more);
    posts(bot, "/oauth2/token", &pairs).await
}

/// Status and error of a refusal.
fn refusal(answered: &Answered) -> (u16, &str) {
    (
        answered.status,
        answered.body["error"].as_str().unwrap_or("none"),
    )
}

async fn asks(bot: &Bot, path: &str, token: &str) -> Answered {
    let bearer = format!("Bearer {token}");
    bot.request("GET", path, Value::Null, &[("authorization", &bearer)])
        .await
}

#[tokio::test]
async fn a_login_gives_tokens_that_tell_who_it_is_and_where_they_are() {
    let bot = started().await;
    let code = code(&bot, &[]).await;
    let tokens = exchanges(&bot, &code, &[]).await.ok();
    assert_eq!(
        (
            &tokens["token_type"],
            &tokens["expires_in"],
            &tokens["scope"]
        ),
        (&json!("Bearer"), &json!(604_800), &json!("identify guilds"))
    );
    let token = text(&tokens, "access_token");
    let me = asks(&bot, "/users/@me", token).await.ok();
    assert_eq!(me["username"], "Ann");
    assert!(me.get("email").is_none());
    let guilds = asks(&bot, "/users/@me/guilds?with_counts=true", token)
        .await
        .ok();
    assert_eq!(
        (&guilds[0]["name"], &guilds[0]["owner"]),
        (&json!("Testing"), &json!(false))
    );
    assert_eq!(guilds[0]["permissions"], Permissions::EVERYONE.to_string());
    assert_eq!(guilds[0]["approximate_member_count"], 3);
    let about = asks(&bot, "/oauth2/@me", token).await.ok();
    assert_eq!(about["scopes"], json!(["identify", "guilds"]));
    assert_eq!(about["user"]["username"], "Ann");
}

#[tokio::test]
async fn a_page_is_shown_only_for_the_bots_own_registered_address() {
    let bot = started().await;
    let id = bot.playground.application_id().to_string();
    for (key, value) in [
        ("client_id", "7"),
        ("redirect_uri", "http://127.0.0.1:9/back"),
        ("response_type", "token"),
        ("scope", "identify everything"),
        ("scope", ""),
        ("prompt", "maybe"),
        ("code_challenge", CHALLENGE),
    ] {
        let (status, page) = opens(&bot, &wish(&id, &[(key, value)])).await;
        assert_eq!(status, 400, "{key}={value}: {page}");
    }
}

#[tokio::test]
async fn whoever_cancels_is_sent_back_with_an_error_and_a_page_is_answered_once() {
    let bot = started().await;
    let id = bot.playground.application_id().to_string();
    let (_, page) = opens(&bot, &wish(&id, &[])).await;
    let address = answers(&bot, &page, &[("answer", "cancel")])
        .await
        .expect("a redirect");
    assert_eq!(
        parameter(&address, "error").as_deref(),
        Some("access_denied")
    );
    assert_eq!(parameter(&address, "state").as_deref(), Some("s%20t%26te"));
    assert_eq!(
        answers(&bot, &page, &[("answer", "cancel")]).await,
        Err(400)
    );
}

#[tokio::test]
async fn without_a_prompt_who_agreed_before_is_not_asked_again() {
    let bot = started().await;
    let id = bot.playground.application_id().to_string();
    let silent = wish(&id, &[("prompt", "none")]);
    assert_eq!(opens(&bot, &silent).await.0, 200, "nobody agreed yet");
    let first = code(&bot, &[]).await;
    exchanges(&bot, &first, &[]).await.ok();
    let (status, address) = opens(&bot, &silent).await;
    assert_eq!(status, 303);
    assert!(parameter(&address, "code").is_some());
}

#[tokio::test]
async fn a_code_is_good_once_for_a_minute_and_for_its_address() {
    let bot = started().await;
    let used = code(&bot, &[]).await;
    exchanges(&bot, &used, &[]).await.ok();
    let again = exchanges(&bot, &used, &[]).await;
    assert_eq!(refusal(&again), (400, "invalid_grant"));

    let elsewhere = code(&bot, &[]).await;
    let moved = [("redirect_uri", "http://127.0.0.1:9/other")];
    let answered = exchanges(&bot, &elsewhere, &moved).await;
    assert_eq!(refusal(&answered), (400, "invalid_grant"));

    let late = code(&bot, &[]).await;
    bot.after(61);
    assert_eq!(
        refusal(&exchanges(&bot, &late, &[]).await),
        (400, "invalid_grant")
    );
}

#[tokio::test]
async fn a_challenge_wants_its_verifier() {
    let bot = started().await;
    let asked = [
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    for verifier in [None, Some("short"), Some("e".repeat(43).as_str())] {
        let code = code(&bot, &asked).await;
        let more: Vec<_> = verifier
            .map(|text| ("code_verifier", text))
            .into_iter()
            .collect();
        let answered = exchanges(&bot, &code, &more).await;
        assert_eq!(refusal(&answered), (400, "invalid_grant"), "{verifier:?}");
    }
    let code = code(&bot, &asked).await;
    exchanges(&bot, &code, &[("code_verifier", VERIFIER)])
        .await
        .ok();
}

#[tokio::test]
async fn the_token_route_takes_forms_of_the_bots_own_client_only() {
    let bot = started().await;
    let wrong = [
        ("grant_type", "authorization_code"),
        ("client_secret", "wrong"),
    ];
    let answered = posts(&bot, "/oauth2/token", &wrong).await;
    assert_eq!(refusal(&answered), (401, "invalid_client"));
    for (pairs, error) in [
        (vec![], "invalid_request"),
        (
            vec![("grant_type", "authorization_code")],
            "invalid_request",
        ),
        (vec![("grant_type", "password")], "unsupported_grant_type"),
    ] {
        let answered = posts(&bot, "/oauth2/token", &pairs).await;
        assert_eq!(refusal(&answered), (400, error), "{pairs:?}");
    }
    let id = bot.playground.application_id();
    let body = json!({
        "client_id": id.to_string(), "client_secret": "playground-client-secret",
        "grant_type": "authorization_code", "code": code(&bot, &[]).await, "redirect_uri": BACK,
    });
    let answered = bot
        .sends("/oauth2/token", "application/json", body.to_string())
        .await;
    assert_eq!(answered.status, 401, "JSON is no form");
}

#[tokio::test]
async fn a_refresh_gives_a_new_pair_and_a_revocation_ends_all() {
    let bot = started().await;
    let login = code(&bot, &[]).await;
    let first = exchanges(&bot, &login, &[]).await.ok();
    let again = [
        ("grant_type", "refresh_token"),
        ("refresh_token", text(&first, "refresh_token")),
    ];
    let second = posts(&bot, "/oauth2/token", &again).await.ok();
    assert_ne!(first["access_token"], second["access_token"]);
    let used = posts(&bot, "/oauth2/token", &again).await;
    assert_eq!(
        refusal(&used),
        (400, "invalid_grant"),
        "the old one is dead"
    );

    let other_login = code(&bot, &[]).await;
    let third = exchanges(&bot, &other_login, &[]).await.ok();
    let token = [("token", text(&second, "access_token"))];
    posts(&bot, "/oauth2/token/revoke", &token).await.ok();
    for tokens in [&second, &third] {
        let answered = asks(&bot, "/users/@me", text(tokens, "access_token")).await;
        assert_eq!(answered.error(), (401, 0));
    }
}

#[tokio::test]
async fn tokens_end_after_a_week_and_reach_no_other_route() {
    let bot = started().await;
    let code = code(&bot, &[("scope", "identify")]).await;
    let tokens = exchanges(&bot, &code, &[]).await.ok();
    let token = text(&tokens, "access_token");
    assert_eq!(
        asks(&bot, "/users/@me/guilds", token).await.error(),
        (401, 0),
        "no such scope"
    );
    assert_eq!(asks(&bot, &bot.in_guild(""), token).await.error(), (401, 0));
    bot.after(604_801);
    assert_eq!(asks(&bot, "/users/@me", token).await.error(), (401, 0));
}

#[tokio::test]
async fn who_manages_a_guild_adds_the_bot_to_it() {
    let mut bot = started().await;
    let spec = GuildSpec {
        bot: BotSpec {
            present: false,
            ..BotSpec::default()
        },
        ..GuildSpec::named("Second")
    };
    let second = bot.playground.add_guild(&spec).expect("a guild");
    let (id, guild) = (
        bot.playground.application_id().to_string(),
        second.id().to_string(),
    );
    let rights = Permissions::SEND_MESSAGES.to_string();
    let asked = [
        ("client_id", id.as_str()),
        ("scope", "bot applications.commands"),
        ("permissions", rights.as_str()),
        ("guild_id", guild.as_str()),
        ("disable_guild_select", "true"),
    ];
    let page = opens(&bot, &asked).await.1;
    let ann = bot.guild.member("Ann").id().to_string();
    let refused = answers(&bot, &page, &[("user", &ann), ("answer", "authorize")]).await;
    assert_eq!(refused, Err(400), "Ann manages nothing");
    let page = opens(&bot, &asked).await.1;
    let owner = second.owner().id().to_string();
    let added = answers(&bot, &page, &[("user", &owner), ("answer", "authorize")]).await;
    assert_eq!(added, Err(200), "a page without a way back");
    assert_eq!(bot.socket.event("GUILD_CREATE").await["name"], "Second");
    assert_eq!(
        second.bot_role().map(|role| role.permissions),
        Some(Permissions::SEND_MESSAGES)
    );
}
