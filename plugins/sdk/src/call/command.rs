//! A slash command, used or being typed.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Attachment, Member};
use crate::ctx::from_host;
use crate::ids::{ChannelId, RoleId, UserId};
use crate::{Ctx, Failure, broken};

/// A member used a slash command.
///
/// `find_..` gives an option that may be left out; the others fail to the operator if an option is
/// missing, since Discord does not send a command without its required options.
#[derive(Clone, Debug)]
pub struct Command {
    /// The command's name.
    pub name: String,
    /// Who used it.
    pub member: UserId,
    subcommand: Option<String>,
    options: Vec<Opt>,
    resolved: Resolved,
}

/// A member is typing an option of a command. What else they have filled in can be read from
/// [`command`](Self::command).
#[derive(Clone, Debug)]
pub struct Typing {
    /// The option that is being typed.
    pub option: String,
    /// What stands in it so far.
    pub text: String,
    /// The command so far. Required options may be missing.
    pub command: Command,
}

#[derive(Deserialize)]
struct Data {
    options: Option<Vec<Opt>>,
    resolved: Option<Resolved>,
}

/// See [Discord Docs/Interaction Data Option](https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object-application-command-interaction-data-option-structure).
#[derive(Clone, Debug, Deserialize)]
struct Opt {
    name: String,
    #[serde(rename = "type")]
    kind: u8,
    #[serde(default)]
    value: Value,
    #[serde(default)]
    options: Vec<Opt>,
    #[serde(default)]
    focused: bool,
}

/// See [Discord Docs/Resolved Data](https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object-resolved-data-structure).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Resolved {
    users: BTreeMap<String, User>,
    members: BTreeMap<String, InGuild>,
    attachments: BTreeMap<String, Attachment>,
}

#[derive(Clone, Debug, Deserialize)]
struct User {
    username: String,
    global_name: Option<String>,
    #[serde(default)]
    bot: bool,
}

#[derive(Clone, Debug, Deserialize)]
struct InGuild {
    nick: Option<String>,
    #[serde(default)]
    roles: Vec<RoleId>,
}

const SUBCOMMAND: u8 = 1;
const SUBCOMMAND_GROUP: u8 = 2;

impl Command {
    /// Reads what the host sends with a command.
    ///
    /// # Errors
    /// To the operator: nobody acted, or the JSON is not Discord's.
    pub fn read(ctx: &Ctx<'_>, name: &str, data: &str) -> Result<Self, Failure> {
        let Data { options, resolved } = from_host("command", data)?;
        let mut options = options.unwrap_or_default();
        let mut path = Vec::new();
        while let [only] = options.as_mut_slice()
            && matches!(only.kind, SUBCOMMAND | SUBCOMMAND_GROUP)
        {
            path.push(std::mem::take(&mut only.name));
            options = std::mem::take(&mut only.options);
        }
        Ok(Self {
            name: name.to_owned(),
            member: ctx.member()?,
            subcommand: (!path.is_empty()).then(|| path.join(" ")),
            options,
            resolved: resolved.unwrap_or_default(),
        })
    }

    /// The subcommand, with its group before it: `save`, or `template save`.
    pub fn subcommand(&self) -> Option<&str> {
        self.subcommand.as_deref()
    }

    /// A text option.
    ///
    /// # Errors
    /// To the operator: it is missing. So for all that follow.
    pub fn text(&self, name: &str) -> Result<String, Failure> {
        self.required(name)
    }

    /// A text option that may be left out.
    pub fn find_text(&self, name: &str) -> Option<String> {
        self.find(name)
    }

    /// A whole number.
    pub fn integer(&self, name: &str) -> Result<i64, Failure> {
        self.required(name)
    }

    /// A whole number that may be left out.
    pub fn find_integer(&self, name: &str) -> Option<i64> {
        self.find(name)
    }

    /// A number.
    pub fn number(&self, name: &str) -> Result<f64, Failure> {
        self.required(name)
    }

    /// A number that may be left out.
    pub fn find_number(&self, name: &str) -> Option<f64> {
        self.find(name)
    }

    /// Yes or no.
    pub fn boolean(&self, name: &str) -> Result<bool, Failure> {
        self.required(name)
    }

    /// Yes or no, or left out.
    pub fn find_boolean(&self, name: &str) -> Option<bool> {
        self.find(name)
    }

    /// A user. They need not be a member of the guild: see [`find_resolved`](Self::find_resolved).
    pub fn user(&self, name: &str) -> Result<UserId, Failure> {
        self.required(name)
    }

    /// A user that may be left out.
    pub fn find_user(&self, name: &str) -> Option<UserId> {
        self.find(name)
    }

    /// A role.
    pub fn role(&self, name: &str) -> Result<RoleId, Failure> {
        self.required(name)
    }

    /// A role that may be left out.
    pub fn find_role(&self, name: &str) -> Option<RoleId> {
        self.find(name)
    }

    /// A channel.
    pub fn channel(&self, name: &str) -> Result<ChannelId, Failure> {
        self.required(name)
    }

    /// A channel that may be left out.
    pub fn find_channel(&self, name: &str) -> Option<ChannelId> {
        self.find(name)
    }

    /// A file.
    pub fn attachment(&self, name: &str) -> Result<Attachment, Failure> {
        self.find_attachment(name).ok_or_else(|| self.missing(name))
    }

    /// A file that may be left out.
    pub fn find_attachment(&self, name: &str) -> Option<Attachment> {
        let id: String = self.find(name)?;
        self.resolved.attachments.get(&id).cloned()
    }

    /// What Discord sent along about a user option, if they are a member of the guild. Costs nothing.
    pub fn find_resolved(&self, user: UserId) -> Option<Member> {
        let key = user.to_string();
        let (account, member) = (
            self.resolved.users.get(&key)?,
            self.resolved.members.get(&key)?,
        );
        let shown = member.nick.as_ref().or(account.global_name.as_ref());
        Some(Member {
            id: user,
            username: account.username.clone(),
            display_name: shown.unwrap_or(&account.username).clone(),
            bot: account.bot,
            roles: member.roles.clone(),
        })
    }

    fn find<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let option = self.options.iter().find(|option| option.name == name)?;
        serde_json::from_value(option.value.clone()).ok()
    }

    fn required<T: DeserializeOwned>(&self, name: &str) -> Result<T, Failure> {
        self.find(name).ok_or_else(|| self.missing(name))
    }

    fn missing(&self, name: &str) -> Failure {
        broken(format!("/{} came without its option `{name}`", self.name))
    }
}

impl Typing {
    /// Reads what the host sends while a member types.
    ///
    /// # Errors
    /// To the operator: nobody acted, or no option is being typed.
    pub fn read(ctx: &Ctx<'_>, name: &str, data: &str) -> Result<Self, Failure> {
        let command = Command::read(ctx, name, data)?;
        let focused = command.options.iter().find(|option| option.focused);
        let option = focused.ok_or_else(|| broken(format!("/{name}: nothing is being typed")))?;
        let text = match &option.value {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            other => other.to_string(),
        };
        Ok(Self {
            option: option.name.clone(),
            text,
            command,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestHost;

    fn read(data: &str) -> Command {
        Command::read(&TestHost::default().ctx(), "run", data).expect("Discord's shape")
    }

    #[test]
    fn options_are_read_by_name() {
        let command = read(
            r#"{"options": [
                {"name": "dungeon", "type": 3, "value": "SHATTERS"},
                {"name": "days", "type": 4, "value": 7},
                {"name": "member", "type": 6, "value": "7"}
            ], "resolved": {
                "users": {"7": {"id": "7", "username": "ben", "global_name": "Ben"}},
                "members": {"7": {"nick": null, "roles": ["5"]}}
            }}"#,
        );
        assert_eq!(command.text("dungeon").as_deref(), Ok("SHATTERS"));
        assert_eq!(command.find_integer("days"), Some(7));
        assert_eq!(command.find_text("party"), None);
        assert!(command.text("party").is_err());
        let ben = command.find_resolved(UserId(7)).expect("sent along");
        assert_eq!((ben.display_name.as_str(), ben.roles.len()), ("Ben", 1));
    }

    #[test]
    fn a_subcommand_keeps_its_options() {
        let command = read(
            r#"{"options": [{"name": "template", "type": 2, "options": [
                {"name": "save", "type": 1, "options": [{"name": "name", "type": 3, "value": "x"}]}
            ]}], "resolved": null}"#,
        );
        assert_eq!(command.subcommand(), Some("template save"));
        assert_eq!(command.find_text("name").as_deref(), Some("x"));
    }

    #[test]
    fn a_command_without_options_has_none() {
        for data in ["{}", r#"{"options": null, "resolved": null}"#] {
            assert_eq!(read(data).subcommand(), None);
        }
    }

    #[test]
    fn typing_knows_its_option() {
        let data = r#"{"options": [{"name": "runid", "type": 4, "value": "4", "focused": true}]}"#;
        let typing = Typing::read(&TestHost::default().ctx(), "viewrun", data).expect("focused");
        assert_eq!(
            (typing.option.as_str(), typing.text.as_str()),
            ("runid", "4")
        );
    }
}
