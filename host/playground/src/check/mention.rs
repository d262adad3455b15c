//! Whom a message pings ([Discord Docs/Message Resource, "Allowed Mentions Object"]).

use serde_json::Value;

use crate::form::Form;
use crate::id::{RoleId, UserId};

/// Which mentions in the text may ping.
#[derive(Clone, Debug)]
pub(crate) struct AllowedMentions {
    users: Allowed<UserId>,
    roles: Allowed<RoleId>,
    everyone: bool,
    pub replied_user: bool,
}

#[derive(Clone, Debug)]
enum Allowed<T> {
    All,
    Only(Vec<T>),
}

impl<T: PartialEq> Allowed<T> {
    fn allows(&self, id: &T) -> bool {
        match self {
            Self::All => true,
            Self::Only(ids) => ids.contains(id),
        }
    }
}

impl AllowedMentions {
    /// What holds when nothing is said in a plain message: everything.
    pub(crate) fn all() -> Self {
        Self {
            users: Allowed::All,
            roles: Allowed::All,
            everyone: true,
            replied_user: true,
        }
    }

    /// What holds when nothing is said in an interaction's message: users only.
    pub(crate) fn users_only() -> Self {
        Self {
            users: Allowed::All,
            roles: Allowed::Only(Vec::new()),
            everyone: false,
            replied_user: false,
        }
    }

    /// Reads `allowed_mentions`. Naming a kind in `parse` and listing its ids exclude each other.
    pub(crate) fn read(form: &Form<'_>) -> Self {
        let parse = form.list("parse", 0..=3);
        let mut parsed = Vec::new();
        for (path, kind) in &parse {
            match kind.as_str() {
                Some(kind @ ("users" | "roles" | "everyone")) => parsed.push(kind),
                _ => form.errors().add(
                    path,
                    "BASE_TYPE_CHOICES",
                    "Value must be one of {'users', 'roles', 'everyone'}.",
                ),
            }
        }
        let users: Option<Vec<UserId>> = form.ids("users", 100);
        let roles: Option<Vec<RoleId>> = form.ids("roles", 100);
        let lists = [
            ("users", users.as_ref().is_some_and(|ids| !ids.is_empty())),
            ("roles", roles.as_ref().is_some_and(|ids| !ids.is_empty())),
        ];
        for (kind, listed) in lists {
            if listed && parsed.contains(&kind) {
                let message =
                    format!("parse:[\"{kind}\"] and {kind}: [ids...] are mutually exclusive.");
                form.fault("parse", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message);
            }
        }
        Self {
            users: if parsed.contains(&"users") {
                Allowed::All
            } else {
                Allowed::Only(users.unwrap_or_default())
            },
            roles: if parsed.contains(&"roles") {
                Allowed::All
            } else {
                Allowed::Only(roles.unwrap_or_default())
            },
            everyone: parsed.contains(&"everyone"),
            replied_user: form.bool("replied_user").unwrap_or(false),
        }
    }
}

/// The mentions that stand in a text, in order, each once.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Mentioned {
    pub users: Vec<UserId>,
    pub roles: Vec<RoleId>,
    pub everyone: bool,
}

/// Finds `<@id>`, `<@!id>`, `<@&id>`, `@everyone` and `@here` ([Discord Docs/API Reference,
/// "Message Formatting"]).
pub(crate) fn find(text: &str) -> Mentioned {
    let mut found = Mentioned {
        everyone: text.contains("@everyone") || text.contains("@here"),
        ..Mentioned::default()
    };
    for part in text.split("<@").skip(1) {
        let Some((inside, _)) = part.split_once('>') else {
            continue;
        };
        if let Some(role) = inside.strip_prefix('&') {
            if let Ok(id) = role.parse()
                && !found.roles.contains(&id)
            {
                found.roles.push(id);
            }
        } else if let Ok(id) = inside.strip_prefix('!').unwrap_or(inside).parse()
            && !found.users.contains(&id)
        {
            found.users.push(id);
        }
    }
    found
}

/// The mentions of a text that ping.
pub(crate) fn allowed(
    text: &str,
    rule: &AllowedMentions,
    may_mention_everyone: bool,
    is_mentionable: impl Fn(RoleId) -> bool,
) -> Mentioned {
    let mut found = find(text);
    found.users.retain(|user| rule.users.allows(user));
    found
        .roles
        .retain(|role| rule.roles.allows(role) && (may_mention_everyone || is_mentionable(*role)));
    found.everyone &= rule.everyone && may_mention_everyone;
    found
}

/// `allowed_mentions` of a body, or the default.
pub(crate) fn rule(body: &Form<'_>, default: AllowedMentions) -> AllowedMentions {
    match body.get("allowed_mentions") {
        Some(Value::Object(_)) => body
            .object("allowed_mentions")
            .map_or(default, |form| AllowedMentions::read(&form)),
        Some(_) => {
            body.object("allowed_mentions");
            default
        }
        None => default,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::FormErrors;
    use serde_json::json;

    const TEXT: &str = "<@1> <@!2> <@&3> <@&4> @everyone <@x>";

    fn read(rule: &Value) -> (AllowedMentions, bool) {
        let errors = FormErrors::default();
        let read = AllowedMentions::read(&Form::new(rule, "allowed_mentions", &errors));
        (read, errors.finish().is_ok())
    }

    #[test]
    fn a_plain_message_pings_all_it_has_the_right_to() {
        let found = allowed(TEXT, &AllowedMentions::all(), false, |role| {
            role == RoleId(3)
        });
        assert_eq!(
            found,
            Mentioned {
                users: vec![UserId(1), UserId(2)],
                roles: vec![RoleId(3)],
                everyone: false
            }
        );
        assert!(allowed(TEXT, &AllowedMentions::all(), true, |_| false).everyone);
    }

    #[test]
    fn an_interactions_message_pings_users_only() {
        let found = allowed(TEXT, &AllowedMentions::users_only(), true, |_| true);
        assert_eq!(
            found,
            Mentioned {
                users: vec![UserId(1), UserId(2)],
                roles: vec![],
                everyone: false
            }
        );
    }

    #[test]
    fn an_empty_rule_pings_nobody_and_a_list_pings_the_listed() {
        let (none, _) = read(&json!({ "parse": [] }));
        assert_eq!(allowed(TEXT, &none, true, |_| true), Mentioned::default());
        let (one, _) = read(&json!({ "users": ["2"] }));
        assert_eq!(allowed(TEXT, &one, true, |_| true).users, [UserId(2)]);
    }

    #[test]
    fn parse_and_list_of_one_kind_exclude_each_other() {
        assert!(!read(&json!({ "parse": ["users"], "users": ["2"] })).1);
        assert!(read(&json!({ "parse": ["users"], "roles": ["2"] })).1);
        assert!(!read(&json!({ "parse": ["all"] })).1);
    }
}
