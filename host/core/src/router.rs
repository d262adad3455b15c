//! The door: which plugin an interaction is for, and whether this member may pass.
//!
//! Permission is checked here, at press time, from what the plugin declared, never from what a
//! message or custom id claims.

use std::sync::Arc;

use crate::custom_id;
use crate::guild_config::GuildConfig;
use crate::ids::UserId;
use crate::interaction::PressedMessage;
use crate::manifest::{CommandSpec, ComponentSpec, Manifest, PluginName};
use crate::rate::Rate;
use crate::roles::{MinimumRole, Standing};

/// Where an interaction goes.
#[derive(Debug, Clone)]
pub enum Route {
    /// A plugin's command.
    Command(Arc<Manifest>, CommandSpec),
    /// A plugin's button, menu or modal, with the custom id as the plugin wrote it.
    Component(Arc<Manifest>, ComponentSpec, String),
}

impl Route {
    /// The plugin.
    pub fn plugin(&self) -> &PluginName {
        match self {
            Self::Command(manifest, _) | Self::Component(manifest, ..) => &manifest.name,
        }
    }

    /// Who may pass in a guild with this configuration.
    pub fn minimum_role(&self, config: &GuildConfig) -> MinimumRole {
        match self {
            Self::Command(_, spec) => config.minimum_role(spec),
            Self::Component(_, spec, _) => spec.minimum_role,
        }
    }

    /// How often one member may pass.
    pub fn rate(&self) -> &Rate {
        match self {
            Self::Command(_, spec) => &spec.rate,
            Self::Component(_, spec, _) => &spec.rate,
        }
    }

    /// Whether the answer may be a modal, so that deferring is out of the question.
    pub fn opens_modal(&self) -> bool {
        match self {
            Self::Command(_, spec) => spec.opens_modal,
            Self::Component(_, spec, _) => spec.opens_modal,
        }
    }
}

/// What a stale or foreign button is told.
const OUTDATED: &str = "This button is outdated. Use the command again to get a fresh message.";

/// The plugin that owns a command in this guild. Where two plugins claim one name, the first of
/// `plugins.toml` has it.
///
/// # Errors
/// A sentence for the member.
pub fn route_command(
    installed: &[Arc<Manifest>],
    config: &GuildConfig,
    name: &str,
) -> Result<Route, String> {
    let owners = || {
        installed
            .iter()
            .filter_map(|m| m.command(name).map(|spec| (m, spec)))
    };
    match owners().find(|(manifest, _)| config.is_enabled(&manifest.name)) {
        Some((manifest, spec)) => Ok(Route::Command(manifest.clone(), spec.clone())),
        None if owners().next().is_some() => Err(switched_off()),
        None => Err(format!(
            "The command `/{name}` no longer exists here. Reload Discord (Ctrl+R)."
        )),
    }
}

/// The plugin that owns a component, if the press is genuine: the message is the bot's own, and
/// holds a component with this custom id.
///
/// # Errors
/// A sentence for the member.
pub fn route_component(
    installed: &[Arc<Manifest>],
    config: &GuildConfig,
    bot: UserId,
    whole_id: &str,
    message: Option<&PressedMessage>,
    is_modal: bool,
) -> Result<Route, String> {
    let (plugin, own) = custom_id::split(whole_id).ok_or(OUTDATED)?;
    let manifest = installed
        .iter()
        .find(|m| m.name == plugin)
        .ok_or(OUTDATED)?;
    if !config.is_enabled(&plugin) {
        return Err(switched_off());
    }
    let genuine = match message {
        // A modal's own id stands in no message.
        Some(message) if is_modal => message.author == bot,
        Some(message) => {
            message.author == bot && message.custom_ids.iter().any(|id| id == whole_id)
        }
        None => is_modal,
    };
    let spec = manifest
        .component(custom_id::action(own))
        .filter(|_| genuine)
        .ok_or(OUTDATED)?;
    Ok(Route::Component(
        manifest.clone(),
        spec.clone(),
        own.to_owned(),
    ))
}

/// Whether the member may pass; otherwise the sentence for them.
///
/// # Errors
/// A sentence for the member.
pub fn check_door(route: &Route, standing: &Standing, config: &GuildConfig) -> Result<(), String> {
    match route.minimum_role(config).refusal(standing, &config.roles) {
        Some(refusal) => Err(refusal),
        None => Ok(()),
    }
}

fn switched_off() -> String {
    "This feature is switched off on this server. An administrator can enable it.".into()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::ids::{ChannelId, MessageId};

    fn installed() -> Vec<Arc<Manifest>> {
        let json = r#"{"name": "acme", "version": "0.1.0", "summary": "s",
            "commands": [{"name": "note", "description": "d", "minimum_role": "security"}],
            "components": [{"action": "join", "minimum_role": "everyone"}]}"#;
        vec![Arc::new(Manifest::parse(json).expect("valid"))]
    }

    fn config(on: bool) -> GuildConfig {
        let plugins = on.then(|| ("acme".parse().expect("a name"), BTreeMap::new()));
        GuildConfig {
            plugins: plugins.into_iter().collect(),
            ..Default::default()
        }
    }

    fn bot() -> UserId {
        UserId::new(9).expect("not 0")
    }

    fn message(author: UserId, ids: &[&str]) -> PressedMessage {
        PressedMessage {
            id: MessageId::new(1).expect("not 0"),
            channel: ChannelId::new(2).expect("not 0"),
            author,
            ephemeral: false,
            custom_ids: ids.iter().map(|id| (*id).to_owned()).collect(),
        }
    }

    fn press(on: bool, id: &str, message: &PressedMessage) -> Result<Route, String> {
        route_component(&installed(), &config(on), bot(), id, Some(message), false)
    }

    #[test]
    fn a_genuine_press_reaches_its_plugin() {
        let route = press(true, "acme:join/42", &message(bot(), &["acme:join/42"])).expect("ours");
        let Route::Component(_, spec, own) = route else {
            panic!("a component")
        };
        assert_eq!((spec.action.as_str(), own.as_str()), ("join", "join/42"));
    }

    #[test]
    fn forged_and_foreign_presses_are_turned_away() {
        let stranger = UserId::new(8).expect("not 0");
        let genuine = &["acme:join/42"][..];
        for (id, message) in [
            ("acme:join/43", message(bot(), genuine)),
            ("acme:join/42", message(stranger, genuine)),
            ("acme:gone/42", message(bot(), &["acme:gone/42"])),
            ("other:join/42", message(bot(), &["other:join/42"])),
            ("nonsense", message(bot(), &["nonsense"])),
        ] {
            assert_eq!(press(true, id, &message).expect_err(id), OUTDATED);
        }
    }

    #[test]
    fn a_plugin_that_is_off_says_so() {
        let text =
            press(false, "acme:join/42", &message(bot(), &["acme:join/42"])).expect_err("off");
        assert!(text.contains("switched off"));
        let text = route_command(&installed(), &config(false), "note").expect_err("off");
        assert!(text.contains("switched off"));
    }

    #[test]
    fn an_unknown_command_says_how_to_get_rid_of_it() {
        let text = route_command(&installed(), &config(true), "gone").expect_err("gone");
        assert!(text.contains("Reload Discord"));
    }
    #[test]
    fn a_guild_may_let_others_use_a_command() {
        let standing = Standing::of(&[], false, false, &BTreeMap::new());
        let mut config = config(true);
        let route = route_command(&installed(), &config, "note").expect("ours");
        assert!(check_door(&route, &standing, &config).is_err());
        let chosen = [("min_role.note".to_owned(), "everyone".into())].into();
        config.own.settings.insert("host".into(), chosen);
        assert_eq!(check_door(&route, &standing, &config), Ok(()));
    }
}
