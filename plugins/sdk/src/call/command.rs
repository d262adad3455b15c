//! A slash command, used or being typed.

use serde_json::Value;

use super::{Attachment, Member, id, ids, list, text};
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
    /// See [Discord Docs/Interaction Data Option](https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object-application-command-interaction-data-option-structure).
    options: Vec<Value>,
    /// See [Discord Docs/Resolved Data](https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object-resolved-data-structure).
    resolved: Value,
}

/// A member is typing an option of a command. What else they have filled in can be read from
/// [`command`](Self::command).
///
/// ```
/// use muster_sdk::message::Choice;
/// use muster_sdk::{Ctx, Failure, Typing};
///
/// fn dungeons(_: &mut Ctx, typing: Typing) -> Result<Vec<Choice>, Failure> {
///     let known = ["Shatters", "Nest", "Oryx's Sanctuary"];
///     let fits = |name: &&str| name.to_lowercase().contains(&typing.text.to_lowercase());
///     Ok(known.into_iter().filter(fits).map(|name| Choice::new(name, name)).collect())
/// }
/// # let _: fn(&mut Ctx, Typing) -> Result<Vec<Choice>, Failure> = dungeons;
/// ```
#[derive(Clone, Debug)]
pub struct Typing {
    /// The option that is being typed.
    pub option: String,
    /// What stands in it so far.
    pub text: String,
    /// The command so far. Required options may be missing.
    pub command: Command,
}

const SUBCOMMAND: u64 = 1;
const SUBCOMMAND_GROUP: u64 = 2;

impl Command {
    /// Reads what the host sends with a command.
    ///
    /// # Errors
    /// To the operator: nobody acted, or the JSON is not Discord's.
    pub fn read(ctx: &Ctx<'_>, name: &str, data: &str) -> Result<Self, Failure> {
        let mut data = from_host("command", data)?;
        let mut options = data["options"].take();
        let mut path = Vec::new();
        while let [only] = list(&options)
            && let Some(SUBCOMMAND | SUBCOMMAND_GROUP) = only["type"].as_u64()
        {
            path.extend(text(&only["name"]));
            options = options[0]["options"].take();
        }
        Ok(Self {
            name: name.to_owned(),
            member: ctx.member()?,
            subcommand: (!path.is_empty()).then(|| path.join(" ")),
            options: match options {
                Value::Array(options) => options,
                _ => Vec::new(),
            },
            resolved: data["resolved"].take(),
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
        self.find_text(name).ok_or_else(|| self.missing(name))
    }

    /// A text option that may be left out.
    pub fn find_text(&self, name: &str) -> Option<String> {
        text(self.value(name))
    }

    /// A whole number.
    pub fn integer(&self, name: &str) -> Result<i64, Failure> {
        self.find_integer(name).ok_or_else(|| self.missing(name))
    }

    /// A whole number that may be left out.
    pub fn find_integer(&self, name: &str) -> Option<i64> {
        self.value(name).as_i64()
    }

    /// A number.
    pub fn number(&self, name: &str) -> Result<f64, Failure> {
        self.find_number(name).ok_or_else(|| self.missing(name))
    }

    /// A number that may be left out.
    pub fn find_number(&self, name: &str) -> Option<f64> {
        self.value(name).as_f64()
    }

    /// Yes or no.
    pub fn boolean(&self, name: &str) -> Result<bool, Failure> {
        self.find_boolean(name).ok_or_else(|| self.missing(name))
    }

    /// Yes or no, or left out.
    pub fn find_boolean(&self, name: &str) -> Option<bool> {
        self.value(name).as_bool()
    }

    /// A user. They need not be a member of the guild: see [`find_resolved`](Self::find_resolved).
    pub fn user(&self, name: &str) -> Result<UserId, Failure> {
        self.find_user(name).ok_or_else(|| self.missing(name))
    }

    /// A user that may be left out.
    pub fn find_user(&self, name: &str) -> Option<UserId> {
        id(self.value(name))
    }

    /// A role.
    pub fn role(&self, name: &str) -> Result<RoleId, Failure> {
        self.find_role(name).ok_or_else(|| self.missing(name))
    }

    /// A role that may be left out.
    pub fn find_role(&self, name: &str) -> Option<RoleId> {
        id(self.value(name))
    }

    /// A channel.
    pub fn channel(&self, name: &str) -> Result<ChannelId, Failure> {
        self.find_channel(name).ok_or_else(|| self.missing(name))
    }

    /// A channel that may be left out.
    pub fn find_channel(&self, name: &str) -> Option<ChannelId> {
        id(self.value(name))
    }

    /// A file.
    pub fn attachment(&self, name: &str) -> Result<Attachment, Failure> {
        self.find_attachment(name).ok_or_else(|| self.missing(name))
    }

    /// A file that may be left out.
    pub fn find_attachment(&self, name: &str) -> Option<Attachment> {
        let id = self.value(name).as_str()?;
        Attachment::from_json(&self.resolved["attachments"][id])
    }

    /// What Discord sent along about a user option, if they are a member of the guild. Costs nothing.
    pub fn find_resolved(&self, user: UserId) -> Option<Member> {
        let key = user.to_string();
        let (account, member) = (
            &self.resolved["users"][&key],
            &self.resolved["members"][&key],
        );
        let username = text(&account["username"])?;
        let shown = text(&member["nick"]).or_else(|| text(&account["global_name"]));
        member.is_object().then(|| Member {
            id: user,
            display_name: shown.unwrap_or_else(|| username.clone()),
            username,
            bot: account["bot"].as_bool().unwrap_or(false),
            roles: ids(&member["roles"]),
        })
    }

    /// The value of an option; null if it was left out.
    fn value(&self, name: &str) -> &Value {
        let option = self.options.iter().find(|option| option["name"] == name);
        option.map_or(&Value::Null, |option| &option["value"])
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
        let focused = command
            .options
            .iter()
            .find(|option| option["focused"] == true);
        let focused = focused.ok_or_else(|| broken(format!("/{name}: nothing is being typed")))?;
        Ok(Self {
            option: text(&focused["name"]).unwrap_or_default(),
            text: text(&focused["value"]).unwrap_or_default(),
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
