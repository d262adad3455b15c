//! Discord's rules by name, so that each can be switched off: whoever claims that a bot keeps a rule can show that the
//! bot would not pass without it, and a test of the simulator can show that it looks at the rule at all.
//!
//! What Discord's documentation leaves open is not here but in [`crate::Switches`].

use std::collections::BTreeSet;
use std::fmt;

/// Which part of Discord a rule belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Chapter {
    /// The life of an interaction ("Receiving and Responding to Interactions").
    Interactions,
    /// Who may act on whom ("Permissions", "Permission Hierarchy").
    Hierarchy,
    /// What REST refuses ("Opcodes and Status Codes").
    Refusals,
}

macro_rules! rules {
    ($($chapter:ident { $($name:ident = $says:literal,)* })*) => {
        /// A rule that Discord keeps, and the playground with it unless told otherwise.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $($(#[doc = $says] $name,)*)*
        }

        impl Rule {
            /// All of them, by chapter.
            pub const ALL: &[Self] = &[$($(Self::$name,)*)*];

            /// The rule in one sentence.
            pub fn says(self) -> &'static str {
                match self { $($(Self::$name => $says,)*)* }
            }

            /// Where it belongs.
            pub fn chapter(self) -> Chapter {
                match self { $($(Self::$name => Chapter::$chapter,)*)* }
            }
        }
    };
}

rules! {
    Interactions {
        AnswerIs204 = "A first answer in time is 204 without a body.",
        WithResponse = "With `with_response=true` it is 200 and tells of the message.",
        FailureAfter3s = "After 3 s without an answer the person sees a failure.",
        LateAnswerUnknown = "After 3 s an answer is 404 10062.",
        NoWebhookBeforeAnswer = "Before the first answer the webhook is 404 10015.",
        AnsweredOnce = "A second first answer is 400 40060.",
        FollowupFillsThinking = "After a deferred answer the first followup fills it.",
        TokenLives15Minutes = "Followups, edits and deletions are taken for 15 minutes, and then are 401 50027.",
        CallbackKnowsToken = "An answer with a wrong token or id is 404 10062.",
        WebhookKnowsToken = "A webhook call with a wrong token is 404 10015.",
        TokenIsEnough = "The token in the path is the only credential of these routes.",
    }
    Hierarchy {
        GivingNeedsRight = "Giving a role needs MANAGE_ROLES.",
        GivenRoleIsLower = "A role that is given or taken stands below the bot.",
        GivingIgnoresRank = "The member's own rank does not matter for roles: even the owner can be given a low one.",
        ChangedRoleIsLower = "A role that is edited, moved or deleted stands below the bot.",
        GrantsWhatItHas = "A bot puts only such rights into a role as it has itself.",
        RenamingNeedsRight = "Renaming another member needs MANAGE_NICKNAMES.",
        RenamedIsLower = "A member who is renamed stands below the bot.",
        OwnerIsNotRenamed = "The owner is never renamed.",
        OwnNameNeedsRight = "The bot's own nickname needs CHANGE_NICKNAME.",
        KickNeedsRight = "Kicking needs KICK_MEMBERS.",
        BanNeedsRight = "Banning needs BAN_MEMBERS.",
        TimeOutNeedsRight = "A time-out needs MODERATE_MEMBERS.",
        PunishedIsLower = "Who is kicked, banned or timed out stands below the bot.",
        TimeOutSparesAdministrators = "The owner and administrators are never timed out.",
        ManagedIsNotGiven = "A managed role and @everyone cannot be given by hand.",
        EqualIsNotLower = "A role of the bot's own position is not below the bot.",
        AdministratorIsNotAbove = "ADMINISTRATOR does not lift the hierarchy.",
        RoleListReplaces = "A member's list of roles is set as a whole.",
        RoleTwiceIsFine = "Giving a role that is there, or taking one that is not, is 204.",
    }
    Refusals {
        BotToken = "Without the bot's token it is 401.",
        BotIsInGuild = "A guild without the bot is 403 50001.",
        ChannelIsSeen = "A channel that the bot cannot see is 403 50001.",
        RightIsThere = "What the bot has no right to is 403 50013.",
        ChannelExists = "An unknown channel is 404 10003.",
        GuildExists = "An unknown guild is 404 10004.",
        MemberExists = "An unknown member is 404 10007.",
        MessageExists = "An unknown message is 404 10008.",
        RoleExists = "An unknown role is 404 10011.",
        UserExists = "An unknown user is 404 10013.",
        EmojiExists = "An unknown emoji is 404 10014.",
        WebhookExists = "An unknown webhook is 404 10015.",
        ApplicationExists = "An unknown application is 404 10002.",
        CommandExists = "An unknown command is 404 10063.",
        InteractionExists = "An unknown interaction is 404 10062.",
        BanExists = "An unknown ban is 404 10026.",
        DmsAreOpen = "A direct message to somebody who takes none is 50007.",
        DmNeedsGuild = "A direct message to somebody without a guild in common is 50278.",
        MessageSaysSomething = "An empty message is 400 50006.",
        BodyIsValid = "A body that breaks a limit is 400 50035, with the path of each fault.",
        ContentTypeIsSaid = "A body without its Content-Type is 400 50035.",
        JsonIsWhole = "Broken JSON is 400 50109.",
        OwnMessage = "Editing another's message is 403 50005.",
        ChannelTypeFits = "What a channel of this type cannot do is 400 50024.",
        ChannelTakesText = "A message in a category or forum is 400 50008.",
        ThreadIsOpen = "Editing in an archived thread is 400 50083.",
        ThreadIsUnlocked = "Writing in a locked thread is 400 160005.",
        OneThreadPerMessage = "A second thread on a message is 400 160004.",
        ReplyNeedsHistory = "A reply without the right to read the history is 400 160002.",
        ReactionLimit = "A 21st emoji on a message is 400 30010.",
        RoleLimit = "A 251st role is 400 30005.",
        ChannelLimit = "A 501st channel is 400 30013.",
        CommandLimit = "A 101st command is 400 30032.",
        PinLimit = "A 251st pin is 400 30003.",
        WebhookLimit = "A 16th webhook of a channel is 400 30007.",
        WebhookToken = "A webhook's wrong token is 401 50027.",
        AutoMod = "A text that the guild's AutoMod blocks is 200000.",
        OldEditLimit = "Too many edits of messages older than an hour are 429 30046.",
        TemporaryFailure = "Now and then it is 500 or 502, and nothing was done.",
        PathExists = "An unknown path is 404.",
        MethodFits = "A wrong method is 405.",
    }
}

impl Rule {
    /// The rule behind an error that names none itself.
    pub(crate) fn of_code(code: u32) -> Option<Self> {
        Some(match code {
            10002 => Self::ApplicationExists,
            10003 => Self::ChannelExists,
            10004 => Self::GuildExists,
            10007 => Self::MemberExists,
            10008 => Self::MessageExists,
            10011 => Self::RoleExists,
            10013 => Self::UserExists,
            10014 => Self::EmojiExists,
            10015 => Self::WebhookExists,
            10026 => Self::BanExists,
            10062 => Self::InteractionExists,
            10063 => Self::CommandExists,
            50006 => Self::MessageSaysSomething,
            50013 => Self::RightIsThere,
            50024 => Self::ChannelTypeFits,
            50035 => Self::BodyIsValid,
            50109 => Self::JsonIsWhole,
            _ => return None,
        })
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// The rules that are switched off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lenient(BTreeSet<Rule>);

impl Lenient {
    /// Whether a rule is kept.
    pub fn keeps(&self, rule: Rule) -> bool {
        !self.0.contains(&rule)
    }

    /// Switches a rule off, or on again.
    pub fn set(&mut self, rule: Rule, kept: bool) {
        if kept {
            self.0.remove(&rule);
        } else {
            self.0.insert(rule);
        }
    }
}

impl FromIterator<Rule> for Lenient {
    fn from_iter<I: IntoIterator<Item = Rule>>(rules: I) -> Self {
        Self(rules.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_kept_until_it_is_switched_off() {
        let mut lenient = Lenient::default();
        assert!(Rule::ALL.iter().all(|rule| lenient.keeps(*rule)));
        lenient.set(Rule::BotToken, false);
        assert!(!lenient.keeps(Rule::BotToken) && lenient.keeps(Rule::PathExists));
        lenient.set(Rule::BotToken, true);
        assert_eq!(lenient, Lenient::default());
    }
}
