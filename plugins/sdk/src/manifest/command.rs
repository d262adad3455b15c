//! Commands and components, as the manifest declares them.

use serde::Serialize;

use crate::MinimumRole;
use crate::message::Choice;

/// A slash command.
///
/// ```
/// use muster_sdk::{Category, CommandSpec, OptionSpec, Rank};
///
/// pub fn spec() -> CommandSpec {
///     CommandSpec::new("Posts a run for members to join")
///         .minimum_role(Rank::Organizer)
///         .category(Category::RaidManagement)
///         .option(OptionSpec::text("dungeon", "Which dungeon").required().autocomplete())
///         .option(OptionSpec::text("party", "The party's name").length(0, 100))
/// }
/// # let _ = spec();
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct CommandSpec {
    description: String,
    options: Vec<OptionSpec>,
    minimum_role: MinimumRole,
    category: Category,
    #[serde(skip_serializing_if = "Option::is_none")]
    rate: Option<Rate>,
    private: bool,
    opens_modal: bool,
}

/// The heading in `/help`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Runs, headcounts, keys.
    RaidManagement,
    /// Warnings, suspensions, notes.
    Moderation,
    /// Roles, channels, settings.
    Configuration,
    /// Points and leaderboards.
    Statistics,
    /// The rest.
    #[default]
    Utility,
}

/// At most so many uses in so many seconds by one member. What names the same class shares one count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rate {
    class: String,
    limit: u32,
    per_seconds: u32,
}

impl CommandSpec {
    /// A command for everyone, answered privately, 5 times in 10 s at most. 1 to 100 characters of
    /// description.
    pub fn new(description: &str) -> Self {
        Self {
            description: description.to_owned(),
            options: Vec::new(),
            minimum_role: MinimumRole::Everyone,
            category: Category::default(),
            rate: None,
            private: true,
            opens_modal: false,
        }
    }

    /// Who may use it.
    #[must_use]
    pub fn minimum_role(mut self, role: impl Into<MinimumRole>) -> Self {
        self.minimum_role = role.into();
        self
    }

    /// Its heading in `/help`.
    #[must_use]
    pub fn category(mut self, category: Category) -> Self {
        self.category = category;
        self
    }

    /// Adds an option, up to 25. Discord wants the required ones first.
    #[must_use]
    pub fn option(mut self, option: OptionSpec) -> Self {
        self.options.push(option);
        self
    }

    /// How often a member may use it.
    #[must_use]
    pub fn rate(mut self, class: &str, limit: u32, per_seconds: u32) -> Self {
        self.rate = Some(Rate::new(class, limit, per_seconds));
        self
    }

    /// Everybody sees the answer.
    #[must_use]
    pub fn public(mut self) -> Self {
        self.private = false;
        self
    }

    /// The answer may be a form. Such a command is never deferred, so it must be quick.
    #[must_use]
    pub fn opens_modal(mut self) -> Self {
        self.opens_modal = true;
        self
    }
}

impl Rate {
    fn new(class: &str, limit: u32, per_seconds: u32) -> Self {
        Self {
            class: class.to_owned(),
            limit,
            per_seconds,
        }
    }
}

/// A button, menu or form.
#[derive(Clone, Debug, Serialize)]
pub struct ComponentSpec {
    minimum_role: MinimumRole,
    #[serde(skip_serializing_if = "Option::is_none")]
    rate: Option<Rate>,
    opens_modal: bool,
}

impl ComponentSpec {
    /// One that every member may use, 5 times in 8 s at most.
    pub fn for_everyone() -> Self {
        Self::for_role(MinimumRole::Everyone)
    }

    /// One for members of this rank and above.
    pub fn for_rank(rank: crate::Rank) -> Self {
        Self::for_role(rank.into())
    }

    fn for_role(minimum_role: MinimumRole) -> Self {
        Self {
            minimum_role,
            rate: None,
            opens_modal: false,
        }
    }

    /// How often a member may use it.
    #[must_use]
    pub fn rate(mut self, class: &str, limit: u32, per_seconds: u32) -> Self {
        self.rate = Some(Rate::new(class, limit, per_seconds));
        self
    }

    /// The answer may be a form. Such a press is never deferred, so it must be quick.
    #[must_use]
    pub fn opens_modal(mut self) -> Self {
        self.opens_modal = true;
        self
    }
}

/// An option of a command, or a subcommand.
///
/// See [Discord Docs/Application Command Option](https://discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-option-structure).
#[derive(Clone, Debug, Serialize)]
pub struct OptionSpec {
    #[serde(rename = "type")]
    kind: u8,
    name: String,
    description: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    required: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    autocomplete: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    choices: Vec<Choice>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    options: Vec<OptionSpec>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_value: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_value: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_length: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_length: Option<u16>,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $function:ident = $kind:literal;)*) => {$(
        $(#[$doc])*
        pub fn $function(name: &str, description: &str) -> Self {
            Self::new($kind, name, description)
        }
    )*};
}

impl OptionSpec {
    kinds! {
        /// A subcommand, which has options of its own.
        subcommand = 1;
        /// A group, which has subcommands.
        group = 2;
        /// Text.
        text = 3;
        /// A whole number.
        integer = 4;
        /// Yes or no.
        boolean = 5;
        /// A user.
        user = 6;
        /// A channel.
        channel = 7;
        /// A role.
        role = 8;
        /// A number.
        number = 10;
        /// A file.
        attachment = 11;
    }

    fn new(kind: u8, name: &str, description: &str) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            description: description.to_owned(),
            required: false,
            autocomplete: false,
            choices: Vec::new(),
            options: Vec::new(),
            min_value: None,
            max_value: None,
            min_length: None,
            max_length: None,
        }
    }

    /// The command cannot be used without it.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The plugin suggests values while a member types.
    #[must_use]
    pub fn autocomplete(mut self) -> Self {
        self.autocomplete = true;
        self
    }

    /// One of these, up to 25.
    #[must_use]
    pub fn choices(mut self, choices: impl IntoIterator<Item = Choice>) -> Self {
        self.choices = choices.into_iter().collect();
        self
    }

    /// For subcommands: their options. For groups: their subcommands.
    #[must_use]
    pub fn option(mut self, option: OptionSpec) -> Self {
        self.options.push(option);
        self
    }

    /// For numbers: the smallest and the greatest.
    #[must_use]
    pub fn range(mut self, range: std::ops::RangeInclusive<i64>) -> Self {
        self.min_value = Some(*range.start());
        self.max_value = Some(*range.end());
        self
    }

    /// For text: the fewest and the most characters, 6000 at most.
    #[must_use]
    pub fn length(mut self, fewest: u16, most: u16) -> Self {
        self.min_length = Some(fewest);
        self.max_length = Some(most);
        self
    }
}
