//! Messages that show the plugin's state.

use std::fmt::Display;

use serde::Serialize;

use super::{Ctx, json};
use crate::imports::PanelError;
use crate::{Handled, Place};

/// How a panel is opened: where, and what happens to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    name: String,
    place: Place,
    options: Options,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
struct Options {
    #[serde(skip_serializing_if = "Option::is_none")]
    when_deleted: Option<&'static str>,
    #[serde(skip_serializing_if = "String::is_empty")]
    tag: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    public: bool,
}

impl Panel {
    /// A panel of this name (`run/42`) in this place.
    pub fn new(name: impl Display, place: impl Into<Place>) -> Self {
        Self {
            name: name.to_string(),
            place: place.into(),
            options: Options::default(),
        }
    }

    /// A panel that is the private answer to this interaction. It lives for 15 minutes after the last press
    /// on it.
    pub fn private_answer(name: impl Display) -> Self {
        Self::new(name, Place::private_answer())
    }

    /// A panel that is the public answer to this interaction, and stays like any message of the channel.
    pub fn public_answer(name: impl Display) -> Self {
        let mut panel = Self::private_answer(name);
        panel.options.public = true;
        panel
    }

    /// If somebody deletes its message, the event `panel.lost` is sent. Else it is posted again.
    #[must_use]
    pub fn report_when_deleted(mut self) -> Self {
        self.options.when_deleted = Some("report");
        self
    }

    /// How [`Ctx::reply_after`] and the outcome call the post.
    #[must_use]
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.options.tag = tag.into();
        self
    }
}

impl Ctx<'_> {
    /// Shows a new panel. Opening an open one does nothing.
    ///
    /// # Errors
    /// [`PanelError::BadPlace`] if the bot may not post there: with `?` the guild's owner is told.
    pub fn open_panel(&mut self, panel: &Panel) -> Result<(), PanelError> {
        let options = json(&panel.options);
        self.host
            .panel_open(&panel.name, panel.place.as_str(), &options)
    }

    /// What the panel shows may have changed. A name that ends in `*` means every open panel with that
    /// beginning.
    pub fn refresh(&mut self, name: impl Display) -> Handled {
        Ok(self.host.panel_refresh(&name.to_string())?)
    }

    /// The message stays and shows the panel of another name from now on.
    pub fn rename_panel(&mut self, old: impl Display, new: impl Display) -> Handled {
        Ok(self.host.panel_rename(&old.to_string(), &new.to_string())?)
    }

    /// Posts the panel anew at the end of its channel, and deletes the old message.
    pub fn repost_panel(&mut self, name: impl Display) -> Handled {
        Ok(self.host.panel_repost(&name.to_string())?)
    }

    /// Shows the panel's view once more, and then leaves the message alone. `*` as in
    /// [`refresh`](Self::refresh).
    pub fn close_panel(&mut self, name: impl Display) -> Handled {
        Ok(self.host.panel_close(&name.to_string())?)
    }
}
