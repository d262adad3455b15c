//! What a party is: members who look for others, without an organizer and without points. The rules, without
//! Discord and without a database.

use std::time::Duration;

use muster_dungeons::{Dungeon, find_dungeon, resolve};
use muster_sdk::ids::UserId;
use muster_sdk::row_id;
use muster_sdk::time::Timestamp;

use crate::run::{EndReason, Posted};

row_id! {
    /// The number of a party: 1, 2, 3 in each guild.
    pub struct PartyId;
}

/// A party, as the database holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// Its number.
    pub id: PartyId,
    /// Who opened it.
    pub owner: UserId,
    /// What they were called then. Typed by a person.
    pub owner_name: String,
    /// Its name.
    pub name: String,
    /// What it is about.
    pub description: String,
    /// Where in the game to go.
    pub location: Option<String>,
    /// Keys of its dungeons.
    pub dungeons: Vec<String>,
    /// Whether it is open.
    pub is_open: bool,
    /// The message that shows it, once it is posted.
    pub posted: Option<Posted>,
    /// Whether it has a thread.
    pub has_thread: bool,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it closes by itself.
    pub closes_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// Who closed it; nobody when it happened by itself.
    pub closed_by: Option<UserId>,
    /// Why it was closed.
    pub close_reason: Option<EndReason>,
}

/// What a member asks for with `/party`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartyDraft {
    name: String,
    description: String,
    location: Option<String>,
    dungeons: Vec<&'static Dungeon>,
}

/// Who acts on a party.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guest {
    /// The member.
    pub user: UserId,
    /// Whether they rank as security or higher, at the time of the press.
    pub is_security: bool,
}

/// The end of a party; to be written as one update that asks again whether it is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartyClosing {
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub by: Option<UserId>,
    /// Why.
    pub reason: EndReason,
}

/// Why something was not done with a party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartyError {
    /// There is no such dungeon.
    UnknownDungeon(String),
    /// A text is empty once the white space around it is gone.
    Empty(&'static str),
    /// A text is too long.
    TooLong(&'static str, usize),
    /// The member opened too many of late; so many seconds to wait.
    TooMany(u64),
    /// Only its owner may.
    NotOwner,
    /// Only its owner and security may.
    NotOwnerOrSecurity,
    /// It is closed.
    Closed,
    /// It closes too late already.
    LongEnough,
}

/// How long a party is open.
pub const OPEN_FOR: Duration = Duration::from_secs(2 * 3600);

/// What **Extend** adds.
pub const EXTENSION: Duration = Duration::from_secs(3600);

/// The longest that a party is open from now on: who needs it for longer opens a new one.
const MOST_AHEAD: Duration = Duration::from_secs(12 * 3600);

/// Minutes before its end when the owner is warned.
pub const WARNINGS: [u32; 2] = [10, 5];

/// How many parties a member may open in [`WINDOW`].
pub const MOST_CREATED: u32 = 3;

/// See [`MOST_CREATED`].
pub const WINDOW: Duration = Duration::from_secs(30 * 60);

/// How many dungeons a party may name.
pub const DUNGEONS: usize = 5;

const NAME: usize = 200;
const DESCRIPTION: usize = 2000;
const LOCATION: usize = 200;

impl PartyDraft {
    /// A party as the command asks for it. Dungeons that are named twice count once.
    ///
    /// # Errors
    /// Told to the member.
    pub fn new(
        name: &str,
        description: &str,
        location: Option<&str>,
        dungeons: &[String],
    ) -> Result<Self, PartyError> {
        let mut found: Vec<&'static Dungeon> = Vec::new();
        for typed in dungeons {
            let dungeon =
                resolve(typed).ok_or_else(|| PartyError::UnknownDungeon(typed.clone()))?;
            if !found.contains(&dungeon) {
                found.push(dungeon);
            }
        }
        let location = location.map(str::trim).filter(|text| !text.is_empty());
        Ok(Self {
            name: filled("name", name, NAME)?,
            description: filled("description", description, DESCRIPTION)?,
            location: location
                .map(|text| filled("location", text, LOCATION))
                .transpose()?,
            dungeons: found,
        })
    }

    /// The party that is posted.
    pub fn open(self, id: PartyId, owner: UserId, owner_name: String, now: Timestamp) -> Party {
        Party {
            id,
            owner,
            owner_name,
            name: self.name,
            description: self.description,
            location: self.location,
            dungeons: self
                .dungeons
                .iter()
                .map(|dungeon| dungeon.key.to_owned())
                .collect(),
            is_open: true,
            posted: None,
            has_thread: false,
            created_at: now,
            closes_at: now.plus(OPEN_FOR),
            closed_at: None,
            closed_by: None,
            close_reason: None,
        }
    }
}

/// Whether a member may open another party. `created`: when they opened those of the last [`WINDOW`], the
/// latest first.
///
/// # Errors
/// Told to the member.
pub fn may_create(created: &[Timestamp], now: Timestamp) -> Result<(), PartyError> {
    let most = usize::try_from(MOST_CREATED).unwrap_or(usize::MAX);
    // With one more, this one would be the first of too many.
    let Some(&first) = created.get(most - 1) else {
        return Ok(());
    };
    let free_at = first.plus(WINDOW);
    if free_at <= now {
        return Ok(());
    }
    Err(PartyError::TooMany(free_at.since(now).as_secs().max(1)))
}

impl Party {
    /// The labels of its dungeons.
    pub fn labels(&self) -> Vec<&str> {
        let label = |key: &'_ String| find_dungeon(key).map(|dungeon| dungeon.label);
        self.dungeons.iter().filter_map(label).collect()
    }

    /// When it closes after one more hour.
    ///
    /// # Errors
    /// Told to the member who pressed.
    pub fn extend(&self, guest: Guest, now: Timestamp) -> Result<Timestamp, PartyError> {
        self.check_open()?;
        if guest.user != self.owner {
            return Err(PartyError::NotOwner);
        }
        let closes_at = self.closes_at.plus(EXTENSION);
        if closes_at > now.plus(MOST_AHEAD) {
            return Err(PartyError::LongEnough);
        }
        Ok(closes_at)
    }

    /// Closes it.
    ///
    /// # Errors
    /// Told to the member who pressed.
    pub fn close(&self, guest: Guest, now: Timestamp) -> Result<PartyClosing, PartyError> {
        self.check_open()?;
        if guest.user != self.owner && !guest.is_security {
            return Err(PartyError::NotOwnerOrSecurity);
        }
        Ok(self.closing(now, Some(guest.user), EndReason::Manual))
    }

    /// Closes it because its time is up; `None` if it is closed or has time left.
    pub fn close_by_age(&self, now: Timestamp) -> Option<PartyClosing> {
        let is_due = self.is_open && now >= self.closes_at;
        is_due.then(|| self.closing(now, None, EndReason::Auto))
    }

    /// Closes it because its panel is gone; `None` if it is closed.
    pub fn orphan(&self, now: Timestamp) -> Option<PartyClosing> {
        self.is_open
            .then(|| self.closing(now, None, EndReason::Orphaned))
    }

    /// When its owner is warned that so many minutes are left; `None` if that is past.
    pub fn warns_at(&self, minutes: u32, now: Timestamp) -> Option<Timestamp> {
        let before = i64::from(minutes) * 60_000;
        let at = Timestamp::from_millis(self.closes_at.millis() - before);
        (self.is_open && at > now).then_some(at)
    }

    /// The party after it was closed.
    #[must_use]
    pub fn after_closing(&self, closing: &PartyClosing) -> Self {
        Self {
            is_open: false,
            closed_at: Some(closing.at),
            closed_by: closing.by,
            close_reason: Some(closing.reason),
            ..self.clone()
        }
    }

    fn check_open(&self) -> Result<(), PartyError> {
        if self.is_open {
            Ok(())
        } else {
            Err(PartyError::Closed)
        }
    }

    fn closing(&self, now: Timestamp, by: Option<UserId>, reason: EndReason) -> PartyClosing {
        PartyClosing {
            at: now.max(self.created_at),
            by,
            reason,
        }
    }
}

fn filled(what: &'static str, text: &str, most: usize) -> Result<String, PartyError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(PartyError::Empty(what));
    }
    if text.chars().count() > most {
        return Err(PartyError::TooLong(what, most));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: UserId = UserId(1);
    const OPENED: Timestamp = Timestamp::from_seconds(1_700_000_000);

    fn after(minutes: u64) -> Timestamp {
        OPENED.plus(Duration::from_secs(minutes * 60))
    }

    fn draft(dungeons: &[&str]) -> Result<PartyDraft, PartyError> {
        let dungeons: Vec<String> = dungeons.iter().map(|&typed| typed.to_owned()).collect();
        PartyDraft::new(" Chill run ", "all welcome", Some(" "), &dungeons)
    }

    fn party() -> Party {
        let draft = draft(&["SHATTERS"]).expect("a dungeon of the data");
        draft.open(PartyId(4), ANN, "Ann".into(), OPENED)
    }

    fn guest(user: u64, is_security: bool) -> Guest {
        Guest {
            user: UserId(user),
            is_security,
        }
    }

    #[test]
    fn texts_are_trimmed_and_have_limits() {
        let party = party();
        assert_eq!((party.name.as_str(), party.location), ("Chill run", None));
        let new = |name: &str, text: &str| PartyDraft::new(name, text, None, &[]).map(drop);
        assert_eq!(new(" ", "x"), Err(PartyError::Empty("name")));
        assert_eq!(new("x", " "), Err(PartyError::Empty("description")));
        assert_eq!(new(&"x".repeat(200), &"y".repeat(2000)), Ok(()));
        assert_eq!(
            new(&"x".repeat(201), "y"),
            Err(PartyError::TooLong("name", 200))
        );
        assert_eq!(
            new("x", &"y".repeat(2001)),
            Err(PartyError::TooLong("description", 2000))
        );
    }

    #[test]
    fn a_dungeon_that_is_named_twice_counts_once() {
        let draft = draft(&["SHATTERS", "shatts", "lh"]).expect("dungeons of the data");
        let party = draft.open(PartyId(4), ANN, "Ann".into(), OPENED);
        assert_eq!(party.labels(), ["Shatters", "Lost Halls"]);
    }

    #[test]
    fn an_unknown_dungeon_is_named() {
        let unknown = PartyError::UnknownDungeon("qqqqqq".into());
        assert_eq!(draft(&["SHATTERS", "qqqqqq"]), Err(unknown));
    }

    #[test]
    fn three_parties_in_half_an_hour() {
        let created = [after(20), after(10), after(0)];
        assert_eq!(may_create(&created[1..], after(21)), Ok(()));
        assert_eq!(
            may_create(&created, after(21)),
            Err(PartyError::TooMany(9 * 60))
        );
        assert_eq!(may_create(&created, after(30)), Ok(()));
    }

    #[test]
    fn it_is_open_for_two_hours_and_its_owner_adds_one() {
        let party = party();
        assert_eq!(party.closes_at, after(120));
        assert_eq!(party.extend(guest(1, false), after(5)), Ok(after(180)));
        assert_eq!(
            party.extend(guest(2, true), after(5)),
            Err(PartyError::NotOwner)
        );
        let long = Party {
            closes_at: after(11 * 60 + 1),
            ..party
        };
        assert_eq!(
            long.extend(guest(1, false), after(0)),
            Err(PartyError::LongEnough)
        );
    }

    #[test]
    fn its_owner_and_security_close_it() {
        let party = party();
        assert!(party.close(guest(1, false), after(5)).is_ok());
        let closing = party.close(guest(2, true), after(5)).expect("security");
        assert_eq!(
            (closing.by, closing.reason),
            (Some(UserId(2)), EndReason::Manual)
        );
        assert_eq!(
            party.close(guest(3, false), after(5)),
            Err(PartyError::NotOwnerOrSecurity)
        );
        let closed = party.after_closing(&closing);
        assert_eq!(
            closed.close(guest(1, false), after(6)),
            Err(PartyError::Closed)
        );
        assert_eq!(
            closed.extend(guest(1, false), after(6)),
            Err(PartyError::Closed)
        );
        assert_eq!(closed.close_by_age(after(1000)), None);
        assert_eq!(closed.orphan(after(6)), None);
    }

    #[test]
    fn it_closes_by_itself_and_warns_before() {
        let party = party();
        assert_eq!(party.warns_at(10, after(0)), Some(after(110)));
        assert_eq!(party.warns_at(5, after(114)), Some(after(115)));
        assert_eq!(party.warns_at(5, after(115)), None);
        assert_eq!(party.close_by_age(after(119)), None);
        let closing = party.close_by_age(after(120)).expect("its time is up");
        assert_eq!((closing.by, closing.reason), (None, EndReason::Auto));
    }
}
