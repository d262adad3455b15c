//! The first screen's suggestions.

use serde::{Deserialize, Serialize};

/// Something to try: who does it, where, and what they type. It comes from whoever opened the
/// playground; names that the guild does not have make the suggestion one without a button.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TryThis {
    /// What it is about, in a few words.
    pub title: String,
    /// What to do and what will be seen.
    pub text: String,
    /// The guild's name; the first guild if absent.
    pub guild: Option<String>,
    /// The name of the person who does it.
    pub persona: String,
    /// The channel's name.
    pub channel: String,
    /// What is put into the line to type in, such as `/plan title:Garden day`.
    pub types: Option<String>,
    /// Somebody to be shown beside, in a second pane.
    pub beside: Option<String>,
    /// The channel of the second pane; the same one if absent.
    pub beside_channel: Option<String>,
}
