//! An interaction as Discord sent it, in our words.

use muster_core::Timestamp;
use muster_core::call::Origin;
use muster_core::ids::{ApplicationId, ChannelId, InteractionId, UserId};
use muster_core::interaction::{CommandOptions, Interaction, InteractionKind, PressedMessage};
use serde_json::Value;
use serenity::model::application::{
    ActionRow, ActionRowComponent, ButtonKind, CommandData, CommandInteraction,
    ComponentInteractionDataKind, Interaction as Theirs,
};
use serenity::model::channel::{Message, MessageFlags};

use super::convert;

/// What an interaction turned out to be.
#[derive(Debug)]
pub(super) enum Converted {
    /// One in a guild.
    Ours(Box<Interaction>),
    /// One that the bot does not serve.
    Unsupported(Box<Unsupported>),
    /// Discord's check of an HTTP endpoint, which never comes by the gateway.
    Ping,
}

/// An interaction that the bot does not serve: one outside any guild. It still wants an answer.
#[derive(Debug, Clone)]
pub struct Unsupported {
    /// Its id.
    pub id: InteractionId,
    /// The application it is for.
    pub application: ApplicationId,
    /// The secret that answers it. Never logged.
    pub token: String,
    /// The direct messages in which it happened.
    pub channel: ChannelId,
    /// Who acted.
    pub user: UserId,
    /// The user's language.
    pub locale: String,
    /// When it reached this process.
    pub received_at: Timestamp,
    /// What it was.
    pub origin: Origin,
    /// What was done.
    pub kind: InteractionKind,
}

macro_rules! shared {
    ($theirs:expr, $received_at:expr, $origin:expr, $kind:expr) => {{
        let theirs = $theirs;
        let (id, token, locale) = (
            convert::interaction_id(theirs.id),
            theirs.token.clone(),
            theirs.locale.clone(),
        );
        let application = convert::application_id(theirs.application_id);
        let channel = convert::channel_id(theirs.channel_id);
        match (&theirs.guild_id, &theirs.member) {
            (Some(guild), Some(member)) => Converted::Ours(Box::new(Interaction {
                id,
                application,
                token,
                guild: convert::guild_id(*guild),
                channel,
                member: convert::member(member),
                app_permissions: theirs
                    .app_permissions
                    .map(convert::permissions)
                    .unwrap_or_default(),
                locale,
                received_at: $received_at,
                kind: $kind,
            })),
            _ => Converted::Unsupported(Box::new(Unsupported {
                id,
                application,
                token,
                channel,
                user: convert::user_id(theirs.user.id),
                locale,
                received_at: $received_at,
                origin: $origin,
                kind: $kind,
            })),
        }
    }};
}

/// Reads an interaction that arrived at `received_at`.
pub(super) fn convert(theirs: &Theirs, received_at: Timestamp) -> Converted {
    match theirs {
        Theirs::Command(command) => shared!(
            command,
            received_at,
            Origin::Command,
            InteractionKind::Command {
                name: command.data.name.clone(),
                options: options(&command.data),
            }
        ),
        Theirs::Autocomplete(command) => shared!(
            command as &CommandInteraction,
            received_at,
            Origin::Autocomplete,
            InteractionKind::Autocomplete {
                name: command.data.name.clone(),
                options: options(&command.data),
            }
        ),
        Theirs::Component(press) => shared!(
            press,
            received_at,
            Origin::Component,
            InteractionKind::Component {
                custom_id: press.data.custom_id.clone(),
                values: values(&press.data.kind),
                message: pressed(&press.message),
            }
        ),
        Theirs::Modal(modal) => shared!(
            modal,
            received_at,
            if modal.message.is_some() {
                Origin::ModalOfComponent
            } else {
                Origin::ModalOfCommand
            },
            InteractionKind::Modal {
                custom_id: modal.data.custom_id.clone(),
                fields: fields(&modal.data.components),
                message: modal.message.as_deref().map(pressed),
            }
        ),
        _ => Converted::Ping,
    }
}

fn options(data: &CommandData) -> CommandOptions {
    CommandOptions {
        options: if data.options.is_empty() {
            Value::Array(vec![])
        } else {
            serde_json::to_value(&data.options).unwrap_or_default()
        },
        resolved: resolved(data),
    }
}

/// Discord's `resolved` without its empty parts; null if nothing is left.
fn resolved(data: &CommandData) -> Value {
    let found = &data.resolved;
    if found.users.is_empty()
        && found.members.is_empty()
        && found.roles.is_empty()
        && found.channels.is_empty()
        && found.messages.is_empty()
        && found.attachments.is_empty()
    {
        return Value::Null;
    }
    let mut whole = serde_json::to_value(found).unwrap_or_default();
    if let Value::Object(parts) = &mut whole {
        parts.retain(|_, part| part.as_object().is_some_and(|part| !part.is_empty()));
    }
    whole
}

fn values(kind: &ComponentInteractionDataKind) -> Option<Vec<String>> {
    use ComponentInteractionDataKind as Kind;
    fn texts<T: ToString>(ids: &[T]) -> Vec<String> {
        ids.iter().map(T::to_string).collect()
    }
    match kind {
        Kind::StringSelect { values } => Some(values.clone()),
        Kind::UserSelect { values } => Some(texts(values)),
        Kind::RoleSelect { values } => Some(texts(values)),
        Kind::MentionableSelect { values } => Some(texts(values)),
        Kind::ChannelSelect { values } => Some(texts(values)),
        _ => None,
    }
}

fn pressed(message: &Message) -> PressedMessage {
    PressedMessage {
        id: convert::message_id(message.id),
        channel: convert::channel_id(message.channel_id),
        author: convert::user_id(message.author.id),
        ephemeral: message
            .flags
            .is_some_and(|flags| flags.contains(MessageFlags::EPHEMERAL)),
        custom_ids: custom_ids(&message.components),
    }
}

fn custom_ids(rows: &[ActionRow]) -> Vec<String> {
    rows.iter()
        .flat_map(|row| &row.components)
        .filter_map(|part| match part {
            ActionRowComponent::Button(button) => match &button.data {
                ButtonKind::NonLink { custom_id, .. } => Some(custom_id.clone()),
                _ => None,
            },
            ActionRowComponent::SelectMenu(menu) => menu.custom_id.clone(),
            _ => None,
        })
        .collect()
}

/// The text inputs of a modal in row form. serenity loses what stands in the label form, so the host
/// never sends one.
fn fields(rows: &[ActionRow]) -> Vec<(String, String)> {
    rows.iter()
        .flat_map(|row| &row.components)
        .filter_map(|part| match part {
            ActionRowComponent::InputText(input) => Some((
                input.custom_id.clone(),
                input.value.clone().unwrap_or_default(),
            )),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use muster_core::Permissions;
    use serde_json::json;

    use super::*;

    fn interaction(kind: u8, data: Value, extra: Value) -> Theirs {
        let mut whole = json!({
            "id": "900000000000000001", "application_id": "900000000000000002", "type": kind,
            "token": "secret", "version": 1, "guild_id": "900000000000000003",
            "channel_id": "900000000000000004", "locale": "en-US", "entitlements": [],
            "attachment_size_limit": 10_485_760, "app_permissions": "2048", "data": data,
            "member": {
                "user": user("900000000000000005", "ben"), "nick": "Benny",
                "roles": ["900000000000000006"], "joined_at": "2024-01-01T00:00:00Z",
                "deaf": false, "mute": false, "flags": 0, "permissions": "8",
            },
        });
        for (key, value) in extra.as_object().expect("an object") {
            whole[key] = value.clone();
        }
        serde_json::from_value(whole).expect("serenity reads it")
    }

    fn user(id: &str, name: &str) -> Value {
        json!({ "id": id, "username": name, "discriminator": "0", "global_name": null, "avatar": null })
    }

    fn message(components: Value, flags: u64) -> Value {
        json!({
            "id": "900000000000000007", "channel_id": "900000000000000004", "content": "",
            "author": user("900000000000000008", "muster"), "timestamp": "2024-01-01T00:00:00Z",
            "edited_timestamp": null, "tts": false, "mention_everyone": false, "mentions": [],
            "mention_roles": [], "attachments": [], "embeds": [], "pinned": false, "type": 0,
            "flags": flags, "components": components,
        })
    }

    fn ours(theirs: &Theirs) -> Interaction {
        match convert(theirs, Timestamp::from_ms(5)) {
            Converted::Ours(interaction) => *interaction,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_press_says_who_where_and_on_what() {
        let components = json!([{ "type": 1, "components": [
            { "type": 2, "style": 3, "label": "Join", "custom_id": "notes:join/42" },
            { "type": 2, "style": 5, "label": "Web", "url": "https://example.com" },
        ] }, { "type": 1, "components": [
            { "type": 3, "custom_id": "notes:pick", "options": [] },
        ] }]);
        let data = json!({ "custom_id": "notes:join/42", "component_type": 2 });
        let press = ours(&interaction(
            3,
            data,
            json!({ "message": message(components, 64) }),
        ));
        assert_eq!(press.member.display_name, "Benny");
        assert!(
            press
                .member
                .permissions
                .contains(Permissions::ADMINISTRATOR)
        );
        assert!(press.app_permissions.contains(Permissions::SEND_MESSAGES));
        assert_eq!(press.received_at, Timestamp::from_ms(5));
        let message = press.message().expect("pressed");
        assert!(message.ephemeral);
        assert_eq!(message.custom_ids, ["notes:join/42", "notes:pick"]);
        let InteractionKind::Component { values: None, .. } = press.kind else {
            panic!("a button: {:?}", press.kind)
        };
    }

    #[test]
    fn a_menu_brings_its_values_whatever_it_offers() {
        for (kind, value) in [(3, "red"), (5, "900000000000000005")] {
            let data =
                json!({ "custom_id": "notes:pick", "component_type": kind, "values": [value] });
            let press = ours(&interaction(
                3,
                data,
                json!({ "message": message(json!([]), 0) }),
            ));
            let InteractionKind::Component {
                values: Some(values),
                ..
            } = press.kind
            else {
                panic!("a menu: {:?}", press.kind)
            };
            assert_eq!(values, [value]);
        }
    }

    #[test]
    fn a_command_keeps_discords_own_shape() {
        let options = json!([{ "name": "set", "type": 1, "options": [
            { "name": "who", "type": 6, "value": "900000000000000005" },
            { "name": "count", "type": 4, "value": 3 },
        ] }]);
        let data = json!({ "id": "900000000000000009", "name": "note", "type": 1, "options": options,
            "resolved": { "users": { "900000000000000005": user("900000000000000005", "ben") } } });
        let command = ours(&interaction(2, data, json!({})));
        let InteractionKind::Command {
            name,
            options: read,
        } = command.kind
        else {
            panic!("a command")
        };
        assert_eq!(name, "note");
        assert_eq!(read.options, options);
        assert_eq!(
            read.resolved["users"]["900000000000000005"]["username"],
            "ben"
        );
        assert!(read.resolved.get("roles").is_none());
    }

    #[test]
    fn what_is_being_typed_is_marked() {
        let options = json!([{ "name": "dungeon", "type": 3, "value": "sha", "focused": true }]);
        let data =
            json!({ "id": "900000000000000009", "name": "run", "type": 1, "options": options });
        let typing = ours(&interaction(4, data, json!({})));
        let InteractionKind::Autocomplete { options: read, .. } = typing.kind else {
            panic!("autocomplete")
        };
        assert_eq!(read.options, options);
        assert_eq!(read.resolved, Value::Null);
    }

    #[test]
    fn a_modal_in_row_form_brings_its_texts() {
        let rows = json!([{ "type": 1, "components": [
            { "type": 4, "custom_id": "party", "value": "Party of Ann" }] }]);
        let data = json!({ "custom_id": "notes:party/42", "components": rows });
        let modal = ours(&interaction(5, data.clone(), json!({})));
        let InteractionKind::Modal {
            fields,
            message: None,
            ..
        } = modal.kind
        else {
            panic!("a modal")
        };
        assert_eq!(fields, [("party".to_owned(), "Party of Ann".to_owned())]);
        let from_button = json!({ "message": message(json!([]), 0) });
        assert!(ours(&interaction(5, data, from_button)).message().is_some());
    }

    #[test]
    fn outside_a_guild_it_can_only_be_answered() {
        let data = json!({ "id": "900000000000000009", "name": "run", "type": 1 });
        let extra =
            json!({ "guild_id": null, "member": null, "user": user("900000000000000005", "ben") });
        let Converted::Unsupported(direct) =
            convert(&interaction(2, data, extra), Timestamp::from_ms(0))
        else {
            panic!("no guild")
        };
        assert_eq!(
            (direct.token.as_str(), direct.origin),
            ("secret", Origin::Command)
        );
        assert_eq!(direct.user.get(), 900_000_000_000_000_005);
    }
}
