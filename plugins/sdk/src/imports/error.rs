//! Why the host did not do what it was asked: one type for each import.

use std::fmt;

/// Writes the enum and what it prints; `=>` stands between a case and its text.
macro_rules! errors {
    ($(
        $(#[$doc:meta])*
        $name:ident {
            $( $(#[$case_doc:meta])* $case:ident $(($text:ty))? => $prints:literal, )*
        }
    )*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $name {
            $( $(#[$case_doc])* $case $(($text))?, )*
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $( errors!(@pattern $case $(text $text)?) => $prints, )*
                })?;
                match self {
                    $( errors!(@bind text $case $($text)?) => errors!(@rest f text $($text)?), )*
                }
            }
        }

        impl std::error::Error for $name {}
    )*};
    (@pattern $case:ident text $text:ty) => { Self::$case(_) };
    (@pattern $case:ident) => { Self::$case };
    (@bind $bound:ident $case:ident $text:ty) => { Self::$case($bound) };
    (@bind $bound:ident $case:ident) => { Self::$case };
    (@rest $f:ident $bound:ident $text:ty) => { write!($f, ": {}", $bound) };
    (@rest $f:ident $bound:ident) => { Ok(()) };
}

errors! {
    /// Why a statement did not run. The whole call can still succeed.
    SqlError {
        /// The statement is not accepted: what to write instead.
        Refused(String) => "the statement is refused",
        /// A primary key, unique constraint or unique index was hit: its name, else its columns.
        Unique(String) => "a unique key was hit",
        /// A row that others refer to, or that is referred to, is missing or in use.
        ForeignKey(String) => "a foreign key was hit",
        /// A check constraint was hit: its name.
        Check(String) => "a check was hit",
        /// A column that must have a value got none: its name.
        NotNull(String) => "a column got no value",
        /// A number outside 64 bits, a division by zero, a text that is no number.
        Overflow => "a number went out of range",
        /// The statement took too long and was rolled back; the call cannot go on writing.
        Timeout => "the statement took too long",
        /// A budget of this call is used up: which one.
        Limit(String) => "a limit of this call is reached",
        /// This call may not write (autocomplete, views).
        ReadOnly => "this call may not write",
        /// Anything else.
        Other(String) => "the database failed",
    }

    /// Why an answer was not queued.
    ReplyError {
        /// The message or modal breaks a limit of Discord: where and how.
        Invalid(String) => "the answer is not valid",
        /// This call has no interaction to answer, or not in this way.
        NotPossible(String) => "this cannot be answered so",
        /// Anything else.
        Other(String) => "the answer failed",
    }

    /// Why an effect was not queued, or a look-up not answered.
    DiscordError {
        /// The place, role, member or name is not known in this guild.
        NotFound(String) => "not found",
        /// The plugin or the acting member may not do this: a sentence for the member.
        Denied(String) => "denied",
        /// The bot lacks a permission or stands too low: a sentence that names the remedy.
        BotLacks(String) => "the bot may not do this",
        /// A text, number or message breaks a limit: where and how.
        Invalid(String) => "the effect is not valid",
        /// A budget of this call is used up: which one.
        Limit(String) => "a limit of this call is reached",
        /// Discord could not be asked in time.
        Unavailable(String) => "Discord could not be asked",
        /// Anything else.
        Other(String) => "the effect failed",
    }

    /// Why a change of a panel was not queued.
    PanelError {
        /// The place is not known in this guild, or the bot may not post there: a sentence.
        BadPlace(String) => "the panel cannot go there",
        /// A name is 1 to 100 printable characters without spaces.
        BadName(String) => "this is no panel name",
        /// A budget of this call is used up: which one.
        Limit(String) => "a limit of this call is reached",
        /// Anything else.
        Other(String) => "the panel failed",
    }

    /// Why a timer was not set.
    TimerError {
        /// A name is 1 to 100 printable characters without spaces.
        BadName(String) => "this is no timer name",
        /// A budget of this call is used up: which one.
        Limit(String) => "a limit of this call is reached",
        /// Anything else.
        Other(String) => "the timer failed",
    }

    /// Why an event was not queued.
    EventError {
        /// The manifest does not list the topic under `emits`.
        NotDeclared(String) => "the topic is not declared",
        /// The body is no JSON object of at most 64 KiB, or does not fit the topic's schema.
        Invalid(String) => "the event is not valid",
        /// A budget of this call is used up: which one.
        Limit(String) => "a limit of this call is reached",
        /// Anything else.
        Other(String) => "the event failed",
    }

    /// Why a line of the audit was not written.
    AuditError {
        /// A text is too long, or `meta` is no JSON object.
        Invalid(String) => "the audit line is not valid",
        /// A budget of this call is used up: which one.
        Limit(String) => "a limit of this call is reached",
        /// Anything else.
        Other(String) => "the audit failed",
    }
}

impl SqlError {
    /// Whether the statement hit the unique constraint or index of this name.
    ///
    /// ```
    /// # use muster_sdk::{imports::SqlError, tell_member};
    /// # let error = SqlError::Unique("run_one_open_per_organizer".into());
    /// let failure = if error.is_unique("run_one_open_per_organizer") {
    ///     tell_member("You have a run already. End it first.")
    /// } else {
    ///     error.into()
    /// };
    /// # assert_eq!(failure, tell_member("You have a run already. End it first."));
    /// ```
    pub fn is_unique(&self, constraint: &str) -> bool {
        matches!(self, Self::Unique(name) if name == constraint)
    }

    /// Whether the statement hit the check constraint of this name.
    pub fn is_check(&self, constraint: &str) -> bool {
        matches!(self, Self::Check(name) if name == constraint)
    }
}
