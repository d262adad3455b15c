//! Who may do what: Discord's permission bits, how they add up, and who stands above whom.
//!
//! Pure functions, written from [Discord Docs/Permissions]. Nothing here knows where roles are kept.

use std::fmt;
use std::ops::{BitAnd, BitOr, BitOrAssign, Not};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::id::{RoleId, UserId};

/// A set of permission bits; a string of digits in Discord's JSON.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Permissions(pub u64);

macro_rules! bits {
    ($($name:ident = $bit:literal),* $(,)?) => {
        #[expect(missing_docs, reason = "Discord's own names; see its page \"Permissions\"")]
        impl Permissions {
            $(pub const $name: Self = Self(1 << $bit);)*
        }

        /// Every bit with the name that Discord gives it.
        const NAMES: &[(&str, Permissions)] = &[$((stringify!($name), Permissions::$name)),*];
    };
}

bits! {
    CREATE_INSTANT_INVITE = 0, KICK_MEMBERS = 1, BAN_MEMBERS = 2, ADMINISTRATOR = 3,
    MANAGE_CHANNELS = 4, MANAGE_GUILD = 5, ADD_REACTIONS = 6, VIEW_AUDIT_LOG = 7,
    PRIORITY_SPEAKER = 8, STREAM = 9, VIEW_CHANNEL = 10, SEND_MESSAGES = 11,
    SEND_TTS_MESSAGES = 12, MANAGE_MESSAGES = 13, EMBED_LINKS = 14, ATTACH_FILES = 15,
    READ_MESSAGE_HISTORY = 16, MENTION_EVERYONE = 17, USE_EXTERNAL_EMOJIS = 18,
    VIEW_GUILD_INSIGHTS = 19, CONNECT = 20, SPEAK = 21, MUTE_MEMBERS = 22, DEAFEN_MEMBERS = 23,
    MOVE_MEMBERS = 24, USE_VAD = 25, CHANGE_NICKNAME = 26, MANAGE_NICKNAMES = 27,
    MANAGE_ROLES = 28, MANAGE_WEBHOOKS = 29, MANAGE_GUILD_EXPRESSIONS = 30,
    USE_APPLICATION_COMMANDS = 31, REQUEST_TO_SPEAK = 32, MANAGE_EVENTS = 33, MANAGE_THREADS = 34,
    CREATE_PUBLIC_THREADS = 35, CREATE_PRIVATE_THREADS = 36, USE_EXTERNAL_STICKERS = 37,
    SEND_MESSAGES_IN_THREADS = 38, USE_EMBEDDED_ACTIVITIES = 39, MODERATE_MEMBERS = 40,
    VIEW_CREATOR_MONETIZATION_ANALYTICS = 41, USE_SOUNDBOARD = 42, CREATE_GUILD_EXPRESSIONS = 43,
    CREATE_EVENTS = 44, USE_EXTERNAL_SOUNDS = 45, SEND_VOICE_MESSAGES = 46, SEND_POLLS = 49,
    USE_EXTERNAL_APPS = 50, PIN_MESSAGES = 51, BYPASS_SLOWMODE = 52,
}

impl Permissions {
    /// No right at all.
    pub const NONE: Self = Self(0);
    /// Every right: what an owner or administrator has.
    pub const ALL: Self = Self((1 << 53) - 1);
    /// What Discord gives to @everyone in a new guild.
    pub const EVERYONE: Self = Self(
        Self::CREATE_INSTANT_INVITE.0
            | Self::ADD_REACTIONS.0
            | Self::STREAM.0
            | Self::VIEW_CHANNEL.0
            | Self::SEND_MESSAGES.0
            | Self::EMBED_LINKS.0
            | Self::ATTACH_FILES.0
            | Self::READ_MESSAGE_HISTORY.0
            | Self::MENTION_EVERYONE.0
            | Self::USE_EXTERNAL_EMOJIS.0
            | Self::CONNECT.0
            | Self::SPEAK.0
            | Self::USE_VAD.0
            | Self::CHANGE_NICKNAME.0
            | Self::USE_APPLICATION_COMMANDS.0
            | Self::CREATE_PUBLIC_THREADS.0
            | Self::CREATE_PRIVATE_THREADS.0
            | Self::SEND_MESSAGES_IN_THREADS.0
            | Self::SEND_POLLS.0,
    );

    /// Whether every bit of `other` is here.
    pub fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether any bit of `other` is here.
    pub fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// These bits without those of `other`.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The bit that Discord calls `name`, such as `MANAGE_ROLES`.
    pub fn named(name: &str) -> Option<Self> {
        NAMES
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, bit)| *bit)
    }
}

impl BitOr for Permissions {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Permissions {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl BitAnd for Permissions {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl Not for Permissions {
    type Output = Self;
    fn not(self) -> Self {
        Self(!self.0)
    }
}

impl fmt::Display for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held = NAMES
            .iter()
            .filter(|(_, bit)| self.contains(*bit))
            .map(|(name, _)| *name);
        f.debug_set().entries(held).finish()
    }
}

impl Serialize for Permissions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Permissions {
    /// A list of names (`["MANAGE_ROLES"]`), one name, a string of digits, or a number.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Number(u64),
            Text(String),
            Names(Vec<String>),
        }
        let one = |name: &str| {
            if name.eq_ignore_ascii_case("ALL") {
                return Ok(Self::ALL);
            }
            Self::named(name).ok_or_else(|| {
                serde::de::Error::custom(format!("Discord has no permission named {name}"))
            })
        };
        match Written::deserialize(deserializer)? {
            Written::Number(bits) => Ok(Self(bits)),
            Written::Text(text) => text.parse().map(Self).or_else(|_| one(&text)),
            Written::Names(names) => names
                .iter()
                .try_fold(Self::NONE, |sum, name| Ok(sum | one(name)?)),
        }
    }
}

/// All permissions that have a name.
pub(crate) fn names() -> impl Iterator<Item = (&'static str, Permissions)> {
    NAMES.iter().copied()
}

/// Whose rights an overwrite changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OverwriteTarget {
    /// All who have a role; the guild's id means @everyone.
    Role(RoleId),
    /// One member.
    Member(UserId),
}

/// A channel's exception to what roles give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Overwrite {
    /// Whose rights change.
    pub target: OverwriteTarget,
    /// Bits given here.
    pub allow: Permissions,
    /// Bits taken here.
    pub deny: Permissions,
}

/// The rights of a member in the guild, before channels: @everyone and all roles together. The
/// owner and administrators have every right ("Permission Overwrites", `compute_base_permissions`).
pub fn base(
    is_owner: bool,
    everyone: Permissions,
    roles: impl IntoIterator<Item = Permissions>,
) -> Permissions {
    if is_owner {
        return Permissions::ALL;
    }
    let sum = roles.into_iter().fold(everyone, BitOr::bitor);
    if sum.contains(Permissions::ADMINISTRATOR) {
        Permissions::ALL
    } else {
        sum
    }
}

/// The rights in a channel: `base`, then the @everyone overwrite, then those of all roles
/// together, then the member's own (`compute_overwrites`). The order of roles plays no part.
pub fn in_channel(
    base: Permissions,
    member: UserId,
    everyone: RoleId,
    roles: &[RoleId],
    overwrites: &[Overwrite],
) -> Permissions {
    if base.contains(Permissions::ADMINISTRATOR) {
        return Permissions::ALL;
    }
    let mut sum = base;
    let (mut role_allow, mut role_deny) = (Permissions::NONE, Permissions::NONE);
    let mut own = None;
    for overwrite in overwrites {
        match overwrite.target {
            OverwriteTarget::Role(role) if role == everyone => {
                sum = sum.without(overwrite.deny) | overwrite.allow;
            }
            OverwriteTarget::Role(role) if roles.contains(&role) => {
                role_allow |= overwrite.allow;
                role_deny |= overwrite.deny;
            }
            OverwriteTarget::Member(user) if user == member => own = Some(overwrite),
            _ => {}
        }
    }
    sum = sum.without(role_deny) | role_allow;
    if let Some(own) = own {
        sum = sum.without(own.deny) | own.allow;
    }
    sum
}

/// Takes away what is denied by implication ("Implicit Permissions"): nothing works in a channel
/// that cannot be seen, and without the right to send there is nothing to mention or attach.
pub fn with_implied(sum: Permissions, is_thread: bool) -> Permissions {
    if !sum.contains(Permissions::VIEW_CHANNEL) {
        return Permissions::NONE;
    }
    let send = if is_thread {
        Permissions::SEND_MESSAGES_IN_THREADS
    } else {
        Permissions::SEND_MESSAGES
    };
    if sum.contains(send) {
        return sum;
    }
    sum.without(
        Permissions::MENTION_EVERYONE
            | Permissions::ATTACH_FILES
            | Permissions::EMBED_LINKS
            | Permissions::SEND_TTS_MESSAGES,
    )
}

/// What a member in time-out keeps ("Permissions for Timed Out Members"). The owner and
/// administrators are exempt.
pub fn while_timed_out(sum: Permissions) -> Permissions {
    if sum.contains(Permissions::ADMINISTRATOR) {
        return sum;
    }
    sum & (Permissions::VIEW_CHANNEL | Permissions::READ_MESSAGE_HISTORY)
}

/// Where a role stands: higher positions are above; of equal ones the older (lower id) is above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rank {
    /// The role's position; @everyone has 0.
    pub position: i64,
    /// The role's id, which orders equal positions ("Permission Hierarchy").
    pub role: RoleId,
}

/// Whether `upper` may act on what stands at `lower`. Equal positions are refused, unless
/// `ties_by_id` lets the older role win (unsure: a switch).
pub fn outranks(upper: Rank, lower: Rank, ties_by_id: bool) -> bool {
    upper.position > lower.position
        || (ties_by_id && upper.position == lower.position && upper.role < lower.role)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERYONE: RoleId = RoleId(1);
    const ANN: UserId = UserId(50);

    fn role(id: u64, allow: Permissions, deny: Permissions) -> Overwrite {
        Overwrite {
            target: OverwriteTarget::Role(RoleId(id)),
            allow,
            deny,
        }
    }

    #[test]
    fn the_owner_and_administrators_have_every_right() {
        assert_eq!(base(true, Permissions::NONE, []), Permissions::ALL);
        assert_eq!(
            base(false, Permissions::NONE, [Permissions::ADMINISTRATOR]),
            Permissions::ALL
        );
        let deny = [role(1, Permissions::NONE, Permissions::ALL)];
        assert_eq!(
            in_channel(Permissions::ALL, ANN, EVERYONE, &[], &deny),
            Permissions::ALL
        );
    }

    #[test]
    fn role_overwrites_count_together_whatever_their_order() {
        let view = Permissions::VIEW_CHANNEL;
        let mut overwrites = [
            role(2, Permissions::NONE, view),
            role(3, view, Permissions::NONE),
        ];
        let roles = [RoleId(2), RoleId(3)];
        assert_eq!(in_channel(view, ANN, EVERYONE, &roles, &overwrites), view);
        overwrites.reverse();
        assert_eq!(in_channel(view, ANN, EVERYONE, &roles, &overwrites), view);
    }

    #[test]
    fn a_role_overwrite_beats_everyone_and_the_members_own_beats_both() {
        let send = Permissions::SEND_MESSAGES;
        let own = Overwrite {
            target: OverwriteTarget::Member(ANN),
            allow: Permissions::NONE,
            deny: send,
        };
        let overwrites = [
            own,
            role(1, Permissions::NONE, send),
            role(2, send, Permissions::NONE),
        ];
        assert_eq!(
            in_channel(send, UserId(9), EVERYONE, &[RoleId(2)], &overwrites),
            send
        );
        assert_eq!(
            in_channel(send, UserId(9), EVERYONE, &[], &overwrites),
            Permissions::NONE
        );
        assert_eq!(
            in_channel(send, ANN, EVERYONE, &[RoleId(2)], &overwrites),
            Permissions::NONE
        );
    }

    #[test]
    fn nothing_is_left_in_a_channel_that_cannot_be_seen() {
        assert_eq!(
            with_implied(Permissions::SEND_MESSAGES, false),
            Permissions::NONE
        );
    }

    #[test]
    fn without_sending_there_is_no_mentioning_or_attaching() {
        let all = Permissions::ALL.without(Permissions::SEND_MESSAGES);
        let left = with_implied(all, false);
        assert!(!left.intersects(
            Permissions::MENTION_EVERYONE | Permissions::ATTACH_FILES | Permissions::EMBED_LINKS
        ));
        assert!(
            with_implied(all, true).contains(Permissions::ATTACH_FILES),
            "threads ask another bit"
        );
    }

    #[test]
    fn a_timed_out_member_only_looks() {
        let left = while_timed_out(Permissions::EVERYONE);
        assert_eq!(
            left,
            Permissions::VIEW_CHANNEL | Permissions::READ_MESSAGE_HISTORY
        );
        assert_eq!(while_timed_out(Permissions::ALL), Permissions::ALL);
    }

    #[test]
    fn equal_positions_do_not_outrank() {
        let rank = |position, role| Rank {
            position,
            role: RoleId(role),
        };
        assert!(outranks(rank(3, 9), rank(2, 1), false));
        assert!(!outranks(rank(2, 1), rank(2, 9), false));
        assert!(outranks(rank(2, 1), rank(2, 9), true));
        assert!(!outranks(rank(2, 9), rank(2, 1), true));
    }

    #[test]
    fn permissions_are_read_from_names_and_digits() {
        let read = |json: &str| serde_json::from_str::<Permissions>(json);
        let names = read(r#"["MANAGE_ROLES","VIEW_CHANNEL"]"#).expect("names");
        assert_eq!(names, Permissions::MANAGE_ROLES | Permissions::VIEW_CHANNEL);
        assert_eq!(read("\"1024\"").expect("digits"), Permissions::VIEW_CHANNEL);
        assert!(read(r#"["FLY"]"#).is_err());
    }
}
