//! `muster:panels`: messages that show the plugin's state.

use muster_core::address::Address;
use muster_core::answer::Answer;
use muster_core::effect::{PanelChange, PanelPlace, WhenDeleted};

use super::json::{check_length, check_name, options};
use super::places::Stop;
use super::{CallState, DiscordError, READ_ONLY};
use crate::lookup::Lookup;

/// Why a change of a panel was not queued.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PanelError {
    /// The place is not known in this guild, or the bot may not post there.
    #[error("{0}")]
    BadPlace(String),
    /// The name breaks the rule for names.
    #[error("{0}")]
    BadName(String),
    /// A budget of this call is used up.
    #[error("{0}")]
    Limit(String),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

#[derive(Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
struct OpenOptions {
    when_deleted: WhenDeleted,
    tag: String,
    public: bool,
}

impl CallState {
    /// Shows a new panel.
    ///
    /// # Errors
    /// The inner one for the plugin to react to; the outer one if the place is a member who must be
    /// looked up first.
    pub fn open_panel(
        &mut self,
        name: &str,
        place: &str,
        options_json: &str,
    ) -> Result<Result<(), PanelError>, Lookup> {
        match self.try_open(name, place, options_json) {
            Ok(()) => Ok(Ok(())),
            Err(Halt::Told(error)) => Ok(Err(error)),
            Err(Halt::Ask(lookup)) => Err(lookup),
        }
    }

    fn try_open(&mut self, name: &str, place: &str, options_json: &str) -> Result<(), Halt> {
        self.may_change_panels()?;
        check_name(name).map_err(PanelError::BadName)?;
        let options: OpenOptions = options(options_json).map_err(PanelError::Other)?;
        check_length("tag", &options.tag, 0, 100).map_err(PanelError::Other)?;
        let place = if place == "answer" {
            self.answer_place(options.public)
                .map_err(PanelError::BadPlace)?
        } else {
            let address: Address =
                place
                    .parse()
                    .map_err(|error: muster_core::address::NotAnAddress| {
                        PanelError::BadPlace(error.to_string())
                    })?;
            self.check_posting(&address)?;
            PanelPlace::At(address)
        };
        self.count_queued(0).map_err(PanelError::Limit)?;
        if !matches!(place, PanelPlace::At(_)) {
            let private = place == PanelPlace::PrivateAnswer;
            self.answer_with(Answer::Panel {
                name: name.into(),
                private,
            });
        }
        let OpenOptions {
            when_deleted, tag, ..
        } = options;
        self.queued.panels.push(PanelChange::Open {
            name: name.into(),
            place,
            when_deleted,
            tag,
        });
        Ok(())
    }

    fn answer_place(&self, public: bool) -> Result<PanelPlace, String> {
        self.answerable().map_err(|error| error.to_string())?;
        if !public {
            return Ok(PanelPlace::PrivateAnswer);
        }
        self.public_allowed()?;
        Ok(PanelPlace::PublicAnswer)
    }

    /// The view may have changed. A name that ends in `*` means every open panel with that beginning.
    ///
    /// # Errors
    /// For the plugin to react to.
    pub fn refresh_panel(&mut self, name: &str) -> Result<(), PanelError> {
        self.change_panel(&[name], true, |name| PanelChange::Refresh { name })
    }

    /// The message stays and shows the view of another name from now on.
    ///
    /// # Errors
    /// For the plugin to react to.
    pub fn rename_panel(&mut self, from: &str, to: &str) -> Result<(), PanelError> {
        self.change_panel(&[from, to], false, |from| PanelChange::Rename {
            from,
            to: to.into(),
        })
    }

    /// Posts the panel anew at the end of its channel.
    ///
    /// # Errors
    /// For the plugin to react to.
    pub fn repost_panel(&mut self, name: &str) -> Result<(), PanelError> {
        self.change_panel(&[name], false, |name| PanelChange::Repost { name })
    }

    /// Shows the view once more and then leaves the message alone.
    ///
    /// # Errors
    /// For the plugin to react to.
    pub fn close_panel(&mut self, name: &str) -> Result<(), PanelError> {
        self.change_panel(&[name], true, |name| PanelChange::Close { name })
    }

    /// Queues a change to the first of `names`; `*` at their end only where many may be meant.
    fn change_panel(
        &mut self,
        names: &[&str],
        many: bool,
        change: impl FnOnce(String) -> PanelChange,
    ) -> Result<(), PanelError> {
        self.may_change_panels()?;
        for name in names {
            check_name(name).map_err(PanelError::BadName)?;
            if !many && name.ends_with('*') {
                let problem = format!("`{name}`: this is done to one panel, not to many");
                return Err(PanelError::BadName(problem));
            }
        }
        let change = change(names[0].to_owned());
        // Saying the same twice in a row is common where rules call each other.
        if self.queued.panels.last() != Some(&change) {
            self.count_queued(0).map_err(PanelError::Limit)?;
            self.queued.panels.push(change);
        }
        Ok(())
    }

    fn may_change_panels(&self) -> Result<(), PanelError> {
        if self.scene.writes {
            return Ok(());
        }
        Err(PanelError::Other(READ_ONLY.into()))
    }
}

enum Halt {
    Told(PanelError),
    Ask(Lookup),
}

impl From<PanelError> for Halt {
    fn from(error: PanelError) -> Self {
        Self::Told(error)
    }
}

impl From<Stop> for Halt {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Ask(lookup) => Self::Ask(lookup),
            Stop::Told(DiscordError::Limit(why)) => Self::Told(PanelError::Limit(why)),
            Stop::Told(DiscordError::Unavailable(why)) => Self::Told(PanelError::Other(why)),
            Stop::Told(error) => Self::Told(PanelError::BadPlace(error.to_string())),
        }
    }
}
