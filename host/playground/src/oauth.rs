//! "Login with Discord" and adding the bot ([Discord Docs/OAuth2]): what a consent page asks, and what its answer
//! gives. The page itself is in `server/authorize.rs`, the token routes are in `rest/oauth.rs`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::distr::{Alphanumeric, SampleString};
use sha2::{Digest, Sha256};

use crate::id::{GuildId, UserId};
use crate::permission::Permissions;
use crate::world::World;

/// How long a code can be exchanged.
const CODE_LIVES_MS: i64 = 60 * 1000;
/// "expires_in": a week.
pub(crate) const TOKEN_LIVES_MS: i64 = 604_800 * 1000;
/// So many codes, open pages and authorizations are kept.
const KEPT: usize = 1000;
/// The scopes that mean something here ("OAuth2 Scopes").
const SCOPES: [&str; 4] = ["identify", "guilds", "bot", "applications.commands"];
/// "code_verifier": RFC 7636, 4.1.
pub(crate) const VERIFIER: std::ops::RangeInclusive<usize> = 43..=128;

/// What a page asks its visitor for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Where the browser goes afterwards; only the bot can be added without.
    pub redirect_uri: Option<String>,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// Given back as it was.
    pub state: Option<String>,
    /// The hash of a `code_verifier` (PKCE, S256).
    pub challenge: Option<String>,
    /// Whether somebody who agreed before is asked again.
    pub ask_again: bool,
    /// What the bot wants to be allowed.
    pub permissions: Permissions,
    /// The guild that the bot is to be added to.
    pub guild: Option<GuildId>,
    /// Whether the visitor may not choose another one.
    pub guild_is_fixed: bool,
}

impl Wish {
    /// Whether the bot is to be added to a guild.
    pub fn adds_bot(&self) -> bool {
        self.scopes.iter().any(|scope| scope == "bot")
    }
}

/// Why an address of a consent page is no good. Nobody is sent back: it may not be the bot's own.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Another application.
    #[error("Unknown Application: client_id is not this bot's")]
    Client,
    /// An address that was not registered.
    #[error("Invalid OAuth2 redirect_uri: it is not among the registered ones, letter by letter")]
    Redirect,
    /// Anything but a code.
    #[error("Unsupported response_type: only `code` is")]
    ResponseType,
    /// A scope that is not known.
    #[error("The requested scope is invalid, unknown, or malformed")]
    Scope,
    /// Another method of PKCE.
    #[error("code_challenge_method must be S256")]
    Challenge,
    /// Neither `none` nor `consent`.
    #[error("prompt must be none or consent")]
    Prompt,
    /// The page was left open too long, or answered before.
    #[error("This page was answered before; open its address again")]
    Answered,
    /// Who may not add bots to the guild.
    #[error("Only who may manage a guild (MANAGE_GUILD) can add a bot to it")]
    NotTheirGuild,
}

/// An authorization: who agreed to what, and the tokens for it.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    pub user: UserId,
    pub scopes: Vec<String>,
    pub access: String,
    pub refresh: String,
    pub expires_ms: i64,
}

impl Grant {
    pub(crate) fn has(&self, scope: &str) -> bool {
        self.scopes.iter().any(|known| known == scope)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub code: String,
    pub user: UserId,
    pub scopes: Vec<String>,
    pub redirect_uri: String,
    pub challenge: Option<String>,
    pub expires_ms: i64,
}

/// Open pages, codes and authorizations.
#[derive(Debug, Default)]
pub(crate) struct OAuth {
    open: Vec<(String, Wish)>,
    pub codes: Vec<Code>,
    pub grants: Vec<Grant>,
}

/// A random text of 128 bits and more.
pub(crate) fn secret() -> String {
    Alphanumeric.sample_string(&mut rand::rng(), 30)
}

/// The hash that a `code_verifier` has to have.
pub(crate) fn challenge_of(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

fn bounded<T>(list: &mut Vec<T>, entry: T) {
    if list.len() >= KEPT {
        list.remove(0);
    }
    list.push(entry);
}

impl World {
    /// Reads the query of a consent page.
    pub(crate) fn read_wish(&self, query: &[(String, String)]) -> Result<Wish, Unfit> {
        let application = &self.config.application;
        let get = |key: &str| {
            let found = query.iter().find(|(name, _)| name == key);
            found.map(|(_, value)| value.as_str())
        };
        if get("client_id") != Some(&application.id.to_string()) {
            return Err(Unfit::Client);
        }
        let scopes: Vec<String> = get("scope")
            .unwrap_or_default()
            .split([' ', '+'])
            .filter(|scope| !scope.is_empty())
            .map(str::to_owned)
            .collect();
        if scopes.is_empty() || scopes.iter().any(|scope| !SCOPES.contains(&scope.as_str())) {
            return Err(Unfit::Scope);
        }
        let only_bot = scopes
            .iter()
            .all(|scope| scope == "bot" || scope == "applications.commands");
        let redirect_uri = get("redirect_uri").map(str::to_owned);
        let is_registered = |uri: &String| application.redirect_uris.contains(uri);
        match &redirect_uri {
            Some(uri) if !is_registered(uri) => return Err(Unfit::Redirect),
            None if !only_bot => return Err(Unfit::Redirect),
            _ => {}
        }
        match get("response_type") {
            Some("code") => {}
            None if only_bot => {}
            _ => return Err(Unfit::ResponseType),
        }
        let challenge = get("code_challenge").map(str::to_owned);
        if challenge.is_some() && get("code_challenge_method") != Some("S256") {
            return Err(Unfit::Challenge);
        }
        let ask_again = match get("prompt") {
            None | Some("consent") => true,
            Some("none") => false,
            Some(_) => return Err(Unfit::Prompt),
        };
        Ok(Wish {
            redirect_uri,
            scopes,
            state: get("state").map(str::to_owned),
            challenge,
            ask_again,
            permissions: get("permissions")
                .and_then(|bits| bits.parse().ok())
                .map_or(Permissions::NONE, Permissions),
            guild: get("guild_id").and_then(|id| id.parse().ok()),
            guild_is_fixed: get("disable_guild_select") == Some("true"),
        })
    }

    /// Opens a consent page; its key is good for one answer.
    pub(crate) fn open_consent(&mut self, wish: Wish) -> String {
        let key = secret();
        bounded(&mut self.oauth.open, (key.clone(), wish));
        key
    }

    /// Who agreed to all of this before, last.
    pub(crate) fn agreed_before(&self, wish: &Wish) -> Option<UserId> {
        let covers =
            |grant: &&crate::oauth::Grant| wish.scopes.iter().all(|scope| grant.has(scope));
        let grant = self.oauth.grants.iter().rev().find(covers);
        grant.map(|grant| grant.user).filter(|_| !wish.adds_bot())
    }

    fn close_consent(&mut self, key: &str) -> Result<Wish, Unfit> {
        let at = self.oauth.open.iter().position(|(known, _)| known == key);
        at.map(|at| self.oauth.open.remove(at).1)
            .ok_or(Unfit::Answered)
    }

    /// The visitor said no; where the browser goes.
    pub(crate) fn refuse_consent(&mut self, key: &str) -> Result<Option<String>, Unfit> {
        let wish = self.close_consent(key)?;
        let mut pairs = vec![
            ("error", "access_denied".to_owned()),
            (
                "error_description",
                "The resource owner or authorization server denied the request".to_owned(),
            ),
        ];
        pairs.extend(wish.state.map(|state| ("state", state)));
        Ok(wish.redirect_uri.map(|uri| with_query(&uri, &pairs)))
    }

    /// The visitor agreed as `user`; where the browser goes.
    pub(crate) fn grant_consent(
        &mut self,
        key: &str,
        user: UserId,
        guild: Option<GuildId>,
    ) -> Result<Option<String>, Unfit> {
        let wish = self.close_consent(key)?;
        let guild = match wish.guild_is_fixed {
            true => wish.guild,
            false => guild.or(wish.guild),
        };
        let mut pairs = Vec::new();
        if wish.adds_bot() {
            let guild = guild.ok_or(Unfit::NotTheirGuild)?;
            self.add_bot_as(user, guild, wish.permissions)?;
            pairs.push(("guild_id", guild.to_string()));
            pairs.push(("permissions", wish.permissions.to_string()));
        }
        let Some(redirect_uri) = wish.redirect_uri else {
            return Ok(None);
        };
        let code = Code {
            code: secret(),
            user,
            scopes: wish.scopes,
            redirect_uri: redirect_uri.clone(),
            challenge: wish.challenge,
            expires_ms: self.now() + CODE_LIVES_MS,
        };
        pairs.insert(0, ("code", code.code.clone()));
        pairs.extend(wish.state.map(|state| ("state", state)));
        bounded(&mut self.oauth.codes, code);
        Ok(Some(with_query(&redirect_uri, &pairs)))
    }

    /// Guilds that somebody may add bots to.
    pub(crate) fn guilds_to_manage(&self, user: UserId) -> Vec<GuildId> {
        let manages = |id: &&GuildId| {
            let guild = &self.guilds[*id];
            self.permissions_in_guild(guild, user)
                .contains(Permissions::MANAGE_GUILD)
        };
        self.guilds.keys().filter(manages).copied().collect()
    }

    fn add_bot_as(
        &mut self,
        user: UserId,
        id: GuildId,
        permissions: Permissions,
    ) -> Result<(), Unfit> {
        if !self.guilds_to_manage(user).contains(&id) {
            return Err(Unfit::NotTheirGuild);
        }
        let bot = self.bot();
        let Some(guild) = self.guilds.get_mut(&id).filter(|guild| !guild.has_bot) else {
            return Ok(());
        };
        let own = guild.roles.values_mut().find(|role| role.bot == Some(bot));
        if let Some(own) = own {
            own.permissions = permissions;
        }
        self.put_bot_in(id);
        Ok(())
    }

    /// New tokens for an authorization.
    pub(crate) fn put_grant(&mut self, user: UserId, scopes: Vec<String>) -> Grant {
        let grant = Grant {
            user,
            scopes,
            access: secret(),
            refresh: secret(),
            expires_ms: self.now() + TOKEN_LIVES_MS,
        };
        bounded(&mut self.oauth.grants, grant.clone());
        grant
    }

    /// The authorization that a `Bearer` token is for.
    pub(crate) fn grant_of(&self, token: &str) -> Option<&Grant> {
        let now = self.now();
        let mut grants = self.oauth.grants.iter();
        grants.find(|grant| grant.access == token && grant.expires_ms > now)
    }
}

/// An address with more in its query.
fn with_query(uri: &str, pairs: &[(&str, String)]) -> String {
    let pairs = pairs
        .iter()
        .map(|(key, value)| format!("{key}={}", crate::rest::percent_encoded(value)));
    let sign = if uri.contains('?') { '&' } else { '?' };
    format!("{uri}{sign}{}", pairs.collect::<Vec<_>>().join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_the_one_of_rfc_7636() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let wanted = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert_eq!(challenge_of(verifier), wanted);
    }

    #[test]
    fn a_query_is_added_to_one_that_is_there() {
        let pairs = [("state", "a b&c".to_owned())];
        assert_eq!(
            with_query("http://x/y", &pairs),
            "http://x/y?state=a%20b%26c"
        );
        assert_eq!(
            with_query("http://x/y?z=1", &pairs),
            "http://x/y?z=1&state=a%20b%26c"
        );
    }
}
