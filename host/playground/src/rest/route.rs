//! Every path that is served, and whose work it is.

use std::borrow::Cow;
use std::sync::LazyLock;

use crate::rest::call::{Answer, Call, percent_decoded};
use crate::rest::{
    application, channels, commands, direct, guilds, incoming, interactions, members, messages,
    oauth, reactions, roles, threads, webhooks,
};
use crate::world::World;

type Handler = fn(&mut World, &Call<'_>) -> Answer;

/// One method on one path.
#[derive(Debug)]
pub(crate) struct Route {
    pub method: &'static str,
    /// The path with Discord's placeholders.
    pub template: &'static str,
    pub handler: Handler,
    segments: Vec<&'static str>,
}

/// A route that fits a request, with what stood in place of its placeholders.
#[derive(Debug)]
pub(crate) struct Found<'a> {
    pub route: &'static Route,
    pub values: Vec<Cow<'a, str>>,
}

pub(crate) enum Lookup<'a> {
    Found(Found<'a>),
    WrongMethod,
    Unknown,
}

impl Found<'_> {
    pub(crate) fn placeholder(&self, at: usize) -> &'static str {
        let names = self
            .route
            .segments
            .iter()
            .filter(|part| part.starts_with('{'));
        names
            .map(|part| part.trim_matches(['{', '}']))
            .nth(at)
            .unwrap_or_default()
    }

    /// Routes whose only credential is the token in the path.
    pub(crate) fn is_interaction(&self) -> bool {
        matches!(
            self.route.segments[..],
            ["interactions" | "webhooks", _, _, ..]
        )
    }

    /// Routes whose credential is the client's secret.
    pub(crate) fn is_oauth(&self) -> bool {
        self.route.template.starts_with("/oauth2/token")
    }

    /// Routes that people who logged in with Discord may call.
    pub(crate) fn takes_bearer(&self) -> bool {
        matches!(
            self.route.template,
            "/users/@me" | "/users/@me/guilds" | "/oauth2/@me"
        )
    }

    /// The interaction's token, which no log shall keep.
    pub(crate) fn token(&self) -> Option<&str> {
        let token = self.values.get(1).filter(|_| self.is_interaction());
        token.map(Cow::as_ref)
    }

    /// The top-level resource that separates buckets: channel, guild, or webhook with its token.
    pub(crate) fn major(&self) -> String {
        let value = |at: usize| self.values.get(at).map(Cow::as_ref).unwrap_or_default();
        match self.route.segments.first() {
            Some(&("channels" | "guilds")) => value(0).to_owned(),
            Some(&("webhooks" | "interactions")) => format!("{}/{}", value(0), value(1)),
            Some(&"applications") => value(1).to_owned(),
            _ => String::new(),
        }
    }
}

/// Finds the route of a request; the path starts with `/api`, with or without a version.
pub(crate) fn find<'a>(method: &str, path: &'a str) -> Lookup<'a> {
    // Clients encode more than they must: `%40original`.
    let decoded = |part: &'a str| match part.contains('%') {
        true => Cow::Owned(percent_decoded(part)),
        false => Cow::Borrowed(part),
    };
    let parts = path.split('/').filter(|part| !part.is_empty());
    let mut parts: Vec<Cow<'a, str>> = parts.map(decoded).collect();
    parts.remove(0);
    match parts.first().map(Cow::as_ref) {
        Some("v10" | "v9") => {
            parts.remove(0);
        }
        Some(version) if version.starts_with('v') && version[1..].parse::<u8>().is_ok() => {
            return Lookup::Unknown;
        }
        _ => {}
    }
    let mut known = false;
    for route in ROUTES
        .iter()
        .filter(|route| route.segments.len() == parts.len())
    {
        let fits = route
            .segments
            .iter()
            .zip(&parts)
            .all(|(wanted, part)| wanted.starts_with('{') || *wanted == part.as_ref());
        if !fits {
            continue;
        }
        known = true;
        if route.method == method {
            let pairs = route.segments.iter().zip(&parts);
            let values = pairs
                .filter(|(wanted, _)| wanted.starts_with('{'))
                .map(|(_, part)| part.clone())
                .collect();
            return Lookup::Found(Found { route, values });
        }
    }
    if known {
        Lookup::WrongMethod
    } else {
        Lookup::Unknown
    }
}

/// Literal paths stand before those with placeholders that they would fit.
static ROUTES: LazyLock<Vec<Route>> = LazyLock::new(|| {
    let route = |(method, template, handler): (&'static str, &'static str, Handler)| Route {
        method,
        template,
        handler,
        segments: template
            .split('/')
            .filter(|part| !part.is_empty())
            .collect(),
    };
    TABLE.iter().copied().map(route).collect()
});

const TABLE: &[(&str, &str, Handler)] = &[
    ("POST", "/oauth2/token", oauth::token),
    ("POST", "/oauth2/token/revoke", oauth::revoke),
    ("GET", "/oauth2/@me", oauth::me),
    ("GET", "/gateway", application::gateway),
    ("GET", "/gateway/bot", application::gateway_bot),
    ("GET", "/users/@me", application::me),
    ("GET", "/users/@me/guilds", application::my_guilds),
    ("DELETE", "/users/@me/guilds/{guild.id}", guilds::leave),
    ("POST", "/users/@me/channels", direct::open),
    ("GET", "/users/{user.id}", application::user),
    ("GET", "/oauth2/applications/@me", application::application),
    ("GET", "/applications/@me", application::application),
    (
        "GET",
        "/applications/{application.id}/commands",
        commands::list_global,
    ),
    (
        "POST",
        "/applications/{application.id}/commands",
        commands::create_global,
    ),
    (
        "PUT",
        "/applications/{application.id}/commands",
        commands::put_global,
    ),
    (
        "GET",
        "/applications/{application.id}/commands/{command.id}",
        commands::get_global,
    ),
    (
        "PATCH",
        "/applications/{application.id}/commands/{command.id}",
        commands::edit_global,
    ),
    (
        "DELETE",
        "/applications/{application.id}/commands/{command.id}",
        commands::delete_global,
    ),
    (
        "GET",
        "/applications/{application.id}/guilds/{guild.id}/commands",
        commands::list_guild,
    ),
    (
        "POST",
        "/applications/{application.id}/guilds/{guild.id}/commands",
        commands::create_guild,
    ),
    (
        "PUT",
        "/applications/{application.id}/guilds/{guild.id}/commands",
        commands::put_guild,
    ),
    (
        "GET",
        "/applications/{application.id}/guilds/{guild.id}/commands/{command.id}",
        commands::get_guild,
    ),
    (
        "PATCH",
        "/applications/{application.id}/guilds/{guild.id}/commands/{command.id}",
        commands::edit_guild,
    ),
    (
        "DELETE",
        "/applications/{application.id}/guilds/{guild.id}/commands/{command.id}",
        commands::delete_guild,
    ),
    (
        "POST",
        "/interactions/{interaction.id}/{interaction.token}/callback",
        interactions::callback,
    ),
    (
        "POST",
        "/webhooks/{application.id}/{interaction.token}",
        webhooks::follow_up,
    ),
    (
        "GET",
        "/webhooks/{application.id}/{interaction.token}/messages/{message.id}",
        webhooks::get,
    ),
    (
        "PATCH",
        "/webhooks/{application.id}/{interaction.token}/messages/{message.id}",
        webhooks::edit,
    ),
    (
        "DELETE",
        "/webhooks/{application.id}/{interaction.token}/messages/{message.id}",
        webhooks::delete,
    ),
    (
        "GET",
        "/webhooks/{webhook.id}/{webhook.token}",
        incoming::get_by_token,
    ),
    (
        "PATCH",
        "/webhooks/{webhook.id}/{webhook.token}",
        incoming::edit_by_token,
    ),
    (
        "DELETE",
        "/webhooks/{webhook.id}/{webhook.token}",
        incoming::delete_by_token,
    ),
    ("GET", "/webhooks/{webhook.id}", incoming::get),
    ("PATCH", "/webhooks/{webhook.id}", incoming::edit),
    ("DELETE", "/webhooks/{webhook.id}", incoming::delete),
    ("POST", "/channels/{channel.id}/webhooks", incoming::create),
    (
        "GET",
        "/channels/{channel.id}/webhooks",
        incoming::of_channel,
    ),
    ("GET", "/guilds/{guild.id}/webhooks", incoming::of_guild),
    ("GET", "/channels/{channel.id}", channels::get),
    ("PATCH", "/channels/{channel.id}", channels::edit),
    ("DELETE", "/channels/{channel.id}", channels::delete),
    (
        "PUT",
        "/channels/{channel.id}/permissions/{overwrite.id}",
        channels::put_overwrite,
    ),
    (
        "DELETE",
        "/channels/{channel.id}/permissions/{overwrite.id}",
        channels::delete_overwrite,
    ),
    ("POST", "/channels/{channel.id}/typing", channels::typing),
    ("GET", "/channels/{channel.id}/messages", messages::list),
    ("POST", "/channels/{channel.id}/messages", messages::create),
    (
        "POST",
        "/channels/{channel.id}/messages/bulk-delete",
        messages::bulk_delete,
    ),
    (
        "GET",
        "/channels/{channel.id}/messages/pins",
        messages::pins,
    ),
    (
        "PUT",
        "/channels/{channel.id}/messages/pins/{message.id}",
        messages::pin,
    ),
    (
        "DELETE",
        "/channels/{channel.id}/messages/pins/{message.id}",
        messages::unpin,
    ),
    (
        "PUT",
        "/channels/{channel.id}/pins/{message.id}",
        messages::pin,
    ),
    (
        "DELETE",
        "/channels/{channel.id}/pins/{message.id}",
        messages::unpin,
    ),
    (
        "GET",
        "/channels/{channel.id}/messages/{message.id}",
        messages::get,
    ),
    (
        "PATCH",
        "/channels/{channel.id}/messages/{message.id}",
        messages::edit,
    ),
    (
        "DELETE",
        "/channels/{channel.id}/messages/{message.id}",
        messages::delete,
    ),
    (
        "PUT",
        "/channels/{channel.id}/messages/{message.id}/reactions/{emoji}/@me",
        reactions::add,
    ),
    (
        "DELETE",
        "/channels/{channel.id}/messages/{message.id}/reactions/{emoji}/@me",
        reactions::remove,
    ),
    (
        "DELETE",
        "/channels/{channel.id}/messages/{message.id}/reactions/{emoji}/{user.id}",
        reactions::remove_of,
    ),
    (
        "GET",
        "/channels/{channel.id}/messages/{message.id}/reactions/{emoji}",
        reactions::list,
    ),
    (
        "DELETE",
        "/channels/{channel.id}/messages/{message.id}/reactions/{emoji}",
        reactions::clear_emoji,
    ),
    (
        "DELETE",
        "/channels/{channel.id}/messages/{message.id}/reactions",
        reactions::clear,
    ),
    (
        "POST",
        "/channels/{channel.id}/messages/{message.id}/threads",
        threads::from_message,
    ),
    ("POST", "/channels/{channel.id}/threads", threads::create),
    (
        "PUT",
        "/channels/{channel.id}/thread-members/@me",
        threads::join,
    ),
    (
        "DELETE",
        "/channels/{channel.id}/thread-members/@me",
        threads::leave,
    ),
    (
        "PUT",
        "/channels/{channel.id}/thread-members/{user.id}",
        threads::add_member,
    ),
    (
        "DELETE",
        "/channels/{channel.id}/thread-members/{user.id}",
        threads::remove_member,
    ),
    ("GET", "/guilds/{guild.id}", guilds::get),
    ("GET", "/guilds/{guild.id}/channels", guilds::channels),
    ("POST", "/guilds/{guild.id}/channels", channels::create),
    (
        "GET",
        "/guilds/{guild.id}/threads/active",
        guilds::active_threads,
    ),
    ("GET", "/guilds/{guild.id}/roles", roles::list),
    ("POST", "/guilds/{guild.id}/roles", roles::create),
    ("PATCH", "/guilds/{guild.id}/roles", roles::reorder),
    ("GET", "/guilds/{guild.id}/roles/{role.id}", roles::get),
    ("PATCH", "/guilds/{guild.id}/roles/{role.id}", roles::edit),
    (
        "DELETE",
        "/guilds/{guild.id}/roles/{role.id}",
        roles::delete,
    ),
    ("GET", "/guilds/{guild.id}/members", members::list),
    ("GET", "/guilds/{guild.id}/members/search", members::search),
    ("PATCH", "/guilds/{guild.id}/members/@me", members::edit_me),
    ("GET", "/guilds/{guild.id}/members/{user.id}", members::get),
    (
        "PATCH",
        "/guilds/{guild.id}/members/{user.id}",
        members::edit,
    ),
    (
        "DELETE",
        "/guilds/{guild.id}/members/{user.id}",
        members::kick,
    ),
    (
        "PUT",
        "/guilds/{guild.id}/members/{user.id}/roles/{role.id}",
        members::add_role,
    ),
    (
        "DELETE",
        "/guilds/{guild.id}/members/{user.id}/roles/{role.id}",
        members::remove_role,
    ),
    ("GET", "/guilds/{guild.id}/audit-logs", guilds::audit_log),
    ("GET", "/guilds/{guild.id}/bans", guilds::bans),
    ("GET", "/guilds/{guild.id}/bans/{user.id}", guilds::ban),
    ("PUT", "/guilds/{guild.id}/bans/{user.id}", guilds::put_ban),
    (
        "DELETE",
        "/guilds/{guild.id}/bans/{user.id}",
        guilds::delete_ban,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn template(method: &str, path: &str) -> Option<&'static str> {
        match find(method, path) {
            Lookup::Found(found) => Some(found.route.template),
            _ => None,
        }
    }

    #[test]
    fn a_path_is_found_with_and_without_version() {
        assert_eq!(
            template("GET", "/api/v10/gateway/bot"),
            Some("/gateway/bot")
        );
        assert_eq!(template("GET", "/api/gateway"), Some("/gateway"));
        assert_eq!(template("GET", "/api/users/%40me"), Some("/users/@me"));
        assert_eq!(template("GET", "/api/v6/gateway"), None);
    }

    #[test]
    fn literal_paths_come_before_placeholders() {
        let search = template("GET", "/api/v10/guilds/1/members/search");
        assert_eq!(search, Some("/guilds/{guild.id}/members/search"));
        let me = template("PATCH", "/api/v10/guilds/1/members/@me");
        assert_eq!(me, Some("/guilds/{guild.id}/members/@me"));
    }

    #[test]
    fn a_known_path_with_another_method_is_told_apart_from_an_unknown_path() {
        assert!(matches!(
            find("PUT", "/api/v10/gateway"),
            Lookup::WrongMethod
        ));
        assert!(matches!(find("GET", "/api/v10/nowhere"), Lookup::Unknown));
    }

    #[test]
    fn buckets_are_kept_apart_by_channel_guild_and_token() {
        let major = |method: &str, path: &str| match find(method, path) {
            Lookup::Found(found) => found.major(),
            _ => panic!("no route"),
        };
        assert_eq!(major("POST", "/api/channels/7/messages"), "7");
        assert_eq!(
            major("PATCH", "/api/webhooks/1/tok/messages/@original"),
            "1/tok"
        );
        assert_eq!(major("POST", "/api/users/@me/channels"), "");
    }
}
