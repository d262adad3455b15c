//! Custom ids: the plugin writes `join/42`, Discord sees `<plugin>:join/42`.
//!
//! A custom id proves nothing about who pressed or whether they may; it only names the plugin and
//! the action.

use crate::manifest::PluginName;

/// The longest custom id that Discord takes, in characters
/// ([Discord Docs/Components](https://discord.com/developers/docs/components/reference)).
pub const MAX_LENGTH: usize = 100;

/// The custom id that Discord sees, or `None` if the two together are too long or empty.
pub fn prefixed(plugin: &PluginName, own: &str) -> Option<String> {
    let whole = format!("{plugin}:{own}");
    (!own.is_empty() && whole.chars().count() <= MAX_LENGTH).then_some(whole)
}

/// The plugin's name and its own custom id; `None` if the text is not of this form.
pub fn split(whole: &str) -> Option<(PluginName, &str)> {
    let (plugin, own) = whole.split_once(':')?;
    let plugin = plugin.parse().ok()?;
    (!own.is_empty()).then_some((plugin, own))
}

/// The action of a plugin's own custom id: what stands before the first `/`.
pub fn action(own: &str) -> &str {
    own.split_once('/').map_or(own, |(action, _)| action)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_custom_id_names_plugin_and_action() {
        let plugin: PluginName = "acme".parse().expect("a name");
        let whole = prefixed(&plugin, "join/42").expect("short enough");
        assert_eq!(split(&whole), Some((plugin, "join/42")));
        assert_eq!(action("join/42"), "join");
        assert_eq!(action("join"), "join");
    }

    #[test]
    fn foreign_ids_are_not_ours() {
        for foreign in ["", "join", "join/42", ":x", "acme:", "NOTES:x"] {
            assert_eq!(split(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn discords_limit_holds_for_the_whole() {
        let plugin: PluginName = "acme".parse().expect("a name");
        assert!(prefixed(&plugin, &"x".repeat(95)).is_some());
        assert!(prefixed(&plugin, &"x".repeat(96)).is_none());
    }
}
