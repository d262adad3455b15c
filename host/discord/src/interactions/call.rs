//! From an interaction to the call of a plugin.

use muster_core::Standing;
use muster_core::call::{Actor, Call, Cause, Input, InteractionRef, Origin, Pressed};
use muster_core::interaction::{Interaction, InteractionKind};
use muster_core::router::Route;
use serde_json::{Value, json};

use super::MODAL_START;
use crate::panels::PanelKeeper;

/// How the interaction is answered.
pub(super) fn reference(interaction: &Interaction, private: bool) -> InteractionRef {
    InteractionRef {
        id: interaction.id,
        token: interaction.token.clone(),
        channel: interaction.channel,
        locale: interaction.locale.clone(),
        origin: match &interaction.kind {
            InteractionKind::Command { .. } => Origin::Command,
            InteractionKind::Autocomplete { .. } => Origin::Autocomplete,
            InteractionKind::Component { .. } => Origin::Component,
            InteractionKind::Modal {
                message: Some(_), ..
            } => Origin::ModalOfComponent,
            InteractionKind::Modal { message: None, .. } => Origin::ModalOfCommand,
        },
        private,
    }
}

/// The call that the interaction asks for.
pub(super) fn build(
    interaction: &Interaction,
    route: &Route,
    standing: Standing,
    panels: &PanelKeeper,
    opens_modal: bool,
) -> Call {
    let private = match route {
        Route::Command(_, spec) => spec.private,
        Route::Component(..) => true,
    };
    let own_id = || match route {
        Route::Component(_, _, own) => own.clone(),
        Route::Command(..) => String::new(),
    };
    let input = match &interaction.kind {
        InteractionKind::Command { name, options }
        | InteractionKind::Autocomplete { name, options } => Input::Command {
            name: name.clone(),
            data: json!({ "options": options.options, "resolved": options.resolved }),
        },
        InteractionKind::Component { values: None, .. } => Input::Button {
            custom_id: own_id(),
        },
        InteractionKind::Component {
            values: Some(values),
            ..
        } => Input::Select {
            custom_id: own_id(),
            values: values.clone(),
        },
        InteractionKind::Modal { fields, .. } => Input::Modal {
            custom_id: own_id(),
            fields: fields.clone(),
        },
    };
    let pressed = interaction.message().map(|message| {
        let panel = panels
            .pressed(interaction.guild, message.id)
            .filter(|panel| panel.plugin == *route.plugin());
        Pressed {
            message: message.id,
            channel: message.channel,
            ephemeral: message.ephemeral,
            opened_by: panel.as_ref().and_then(|panel| panel.opened_by),
            panel: panel.map(|panel| panel.name),
        }
    });
    Call {
        guild: interaction.guild,
        plugin: route.plugin().clone(),
        cause: Cause::Interaction { id: interaction.id },
        input,
        actor: Some(Actor {
            member: interaction.member.clone(),
            standing,
            pressed,
        }),
        interaction: Some(reference(interaction, private)),
        start_before: opens_modal.then(|| interaction.received_at.plus(MODAL_START)),
    }
}

/// `group.sub` of a command's options, if it has subcommands.
pub(super) fn subcommand(options: &Value) -> Option<String> {
    /// Discord's option types for a subcommand and a group of them.
    const NESTED: [i64; 2] = [1, 2];
    let first = options.as_array()?.first()?;
    if !NESTED.contains(&first.get("type")?.as_i64()?) {
        return None;
    }
    let name = first.get("name")?.as_str()?;
    Some(match first.get("options").and_then(subcommand) {
        Some(inner) => format!("{name}.{inner}"),
        None => name.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subcommand_is_named_with_its_group() {
        let options =
            json!([{ "name": "log", "type": 2, "options": [{ "name": "show", "type": 1 }] }]);
        assert_eq!(subcommand(&options).as_deref(), Some("log.show"));
        assert_eq!(
            subcommand(&json!([{ "name": "dungeon", "type": 3, "value": "X" }])),
            None
        );
        assert_eq!(subcommand(&Value::Null), None);
    }
}
