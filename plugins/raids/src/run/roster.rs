//! Who takes part, as what, and with which keys.

use muster_dungeons::{Class, Dungeon, Reaction, ReactionKind, find_class};
use muster_sdk::ids::UserId;

use super::{Over, Run};
use crate::config::Config;

/// A member who presses a button of the run panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raider {
    /// The member.
    pub user: UserId,
    /// Whether they are suspended from raiding.
    pub suspended: bool,
    /// Whether they rank as verified raider or higher.
    pub verified: bool,
}

/// A member's row in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// Whether they take part.
    pub state: State,
    /// The key of their class. Kept when they leave, and not counted then.
    pub class: Option<String>,
}

/// Whether a member takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Takes part.
    Join,
    /// Is there in reserve.
    Bench,
    /// Did take part, and left.
    Leave,
}

/// The row to be written, and whether it differs from the one that is there: the second of two equal
/// presses changes nothing and is told so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seated {
    /// The row.
    pub seat: Seat,
    /// Whether it is different.
    pub changed: bool,
}

/// The row to be written after a class was picked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassChoice {
    /// The class.
    pub class: &'static Class,
    /// The row, and whether it is different.
    pub seated: Seated,
    /// Whether the choice made them join.
    pub joined_by_it: bool,
    /// The classes that the dungeon asks for, if this is none of them: a hint, not a refusal.
    pub asked_for: Option<Vec<&'static str>>,
}

/// A key that is offered, or no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyToggle {
    /// The key.
    pub key: &'static Reaction,
    /// Whether it is offered now.
    pub offered: bool,
}

/// Why a member's row stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SeatError {
    /// The run is over.
    Over(Over),
    /// The organizer lets nobody in any more.
    Locked,
    /// The member is suspended.
    Suspended,
    /// The guild wants raiders verified.
    NotVerified,
    /// There is no such class.
    UnknownClass,
    /// The guild wants only the classes that the dungeon asks for.
    ClassNotAskedFor(Vec<&'static str>),
    /// The dungeon is not opened with that key.
    NotThisDungeon,
}

/// The roster in numbers: what panels show, however many raiders there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many take part.
    pub joined: u32,
    /// How many are in reserve.
    pub benched: u32,
    /// Keys of classes, and how many of those who take part play them.
    pub classes: Vec<(String, u32)>,
    /// Keys, and how many people have them.
    pub keys: Vec<(String, u32)>,
}

/// Something that the dungeon wants a number of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// What.
    pub reaction: &'static Reaction,
    /// How many.
    pub wanted: u32,
    /// How many there are; unknown for what no raider picks, such as an item.
    pub have: Option<u32>,
}

impl Run {
    /// Takes part.
    ///
    /// # Errors
    /// Told to the member.
    pub fn join(
        &self,
        raider: Raider,
        seat: Option<&Seat>,
        config: &Config,
    ) -> Result<Seated, SeatError> {
        self.check_takes_part(raider, config)?;
        self.check_unlocked(seat)?;
        Ok(seated(seat, State::Join))
    }

    /// Is there in reserve. Possible while joining is locked: a reserve takes nobody's place.
    ///
    /// # Errors
    /// Told to the member.
    pub fn bench(
        &self,
        raider: Raider,
        seat: Option<&Seat>,
        config: &Config,
    ) -> Result<Seated, SeatError> {
        self.check_takes_part(raider, config)?;
        Ok(seated(seat, State::Bench))
    }

    /// Takes part no longer. Anybody may leave, the suspended too.
    ///
    /// # Errors
    /// Told to the member.
    pub fn leave(&self, seat: Option<&Seat>) -> Result<Seated, SeatError> {
        self.check_not_over()?;
        let mut seated = seated(seat, State::Leave);
        seated.changed &= seat.is_some();
        Ok(seated)
    }

    /// Picks a class, and joins with it.
    ///
    /// # Errors
    /// Told to the member.
    pub fn choose_class(
        &self,
        raider: Raider,
        seat: Option<&Seat>,
        class: &str,
        config: &Config,
    ) -> Result<ClassChoice, SeatError> {
        self.check_takes_part(raider, config)?;
        self.check_unlocked(seat)?;
        let class = find_class(class).ok_or(SeatError::UnknownClass)?;
        let asked_for = self.dungeon().map(asked_classes).unwrap_or_default();
        let fits = asked_for.is_empty() || asked_for.iter().any(|asked| asked.key == class.key);
        let asked_for: Vec<&'static str> = asked_for.iter().map(|asked| asked.name).collect();
        if !fits && config.strict_classes {
            return Err(SeatError::ClassNotAskedFor(asked_for));
        }

        let joined_by_it = !is_joined(seat);
        let seat_after = Seat {
            state: State::Join,
            class: Some(class.key.to_owned()),
        };
        Ok(ClassChoice {
            class,
            seated: Seated {
                changed: seat != Some(&seat_after),
                seat: seat_after,
            },
            joined_by_it,
            asked_for: (!fits).then_some(asked_for),
        })
    }

    /// Says that one has a key, or takes it back. To take back is possible for everybody.
    ///
    /// # Errors
    /// Told to the member.
    pub fn toggle_key(
        &self,
        raider: Raider,
        key: &str,
        is_offered: bool,
        config: &Config,
    ) -> Result<KeyToggle, SeatError> {
        self.check_not_over()?;
        if !is_offered {
            self.check_takes_part(raider, config)?;
        }
        let key = self
            .dungeon()
            .and_then(|dungeon| dungeon.find_key(key))
            .ok_or(SeatError::NotThisDungeon)?;
        Ok(KeyToggle {
            key,
            offered: !is_offered,
        })
    }

    fn check_not_over(&self) -> Result<(), SeatError> {
        self.over()
            .map_or(Ok(()), |over| Err(SeatError::Over(over)))
    }

    fn check_takes_part(&self, raider: Raider, config: &Config) -> Result<(), SeatError> {
        self.check_not_over()?;
        if raider.suspended {
            return Err(SeatError::Suspended);
        }
        if config.join_requires_verified && !raider.verified {
            return Err(SeatError::NotVerified);
        }
        Ok(())
    }

    /// Who is in stays in: a second press on Join is no new raider.
    fn check_unlocked(&self, seat: Option<&Seat>) -> Result<(), SeatError> {
        if self.join_locked && !is_joined(seat) {
            Err(SeatError::Locked)
        } else {
            Ok(())
        }
    }
}

/// What the dungeon wants a number of: classes and items. A dungeon that is gone from the data wants
/// nothing.
pub fn needs(run: &Run, tally: &Tally) -> Vec<Need> {
    let others = run.dungeon().map_or(&[][..], |dungeon| dungeon.others);
    let wanted = others.iter().filter(|asked| {
        asked.max_early_location > 0
            && matches!(
                asked.reaction.kind,
                ReactionKind::Class | ReactionKind::Item
            )
    });
    wanted
        .map(|asked| Need {
            reaction: asked.reaction,
            wanted: u32::from(asked.max_early_location),
            have: find_class(asked.reaction.key).map(|class| tally.class(class.key)),
        })
        .collect()
}

impl Run {
    /// Whether its dungeon wants a number of some class.
    pub fn asks_for_classes(&self) -> bool {
        let needs = needs(self, &Tally::default());
        needs.iter().any(|need| need.have.is_some())
    }
}

/// Whether the dungeon asks for classes by name, and there are enough of each.
pub fn classes_are_filled(run: &Run, tally: &Tally) -> bool {
    let mut classes = needs(run, tally)
        .into_iter()
        .filter(|need| need.have.is_some())
        .peekable();
    classes.peek().is_some() && classes.all(|need| need.is_filled())
}

impl Tally {
    /// How many of those who take part play a class.
    pub fn class(&self, key: &str) -> u32 {
        self.classes
            .iter()
            .find(|(class, _)| class == key)
            .map_or(0, |(_, count)| *count)
    }

    /// How many people have a key.
    pub fn key(&self, key: &str) -> u32 {
        self.keys
            .iter()
            .find(|(offered, _)| offered == key)
            .map_or(0, |(_, count)| *count)
    }
}

impl Seat {
    /// Whether its member takes part.
    pub fn is_joined(&self) -> bool {
        self.state == State::Join
    }
}

impl Need {
    /// Whether there are enough; never where they cannot be counted.
    pub fn is_filled(&self) -> bool {
        self.have.is_some_and(|have| have >= self.wanted)
    }
}

impl State {
    /// The word in the database and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Join => "join",
            Self::Bench => "bench",
            Self::Leave => "leave",
        }
    }

    /// From that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Join, Self::Bench, Self::Leave]
            .into_iter()
            .find(|state| state.as_str() == word)
    }
}

impl SeatError {
    /// The API's word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Over(_) => "RUN_CLOSED",
            Self::Locked => "JOIN_LOCKED",
            Self::Suspended => "SUSPENDED",
            Self::NotVerified => "NOT_VERIFIED",
            Self::UnknownClass | Self::ClassNotAskedFor(_) => "UNKNOWN_CLASS",
            Self::NotThisDungeon => "UNKNOWN_KEY",
        }
    }
}

/// The classes by name that a dungeon asks for; none where it also asks for a sort of class ("rushing
/// class", "DPS"), which any class may be.
fn asked_classes(dungeon: &Dungeon) -> Vec<&'static Reaction> {
    let asked: Vec<&'static Reaction> = dungeon
        .others
        .iter()
        .map(|asked| asked.reaction)
        .filter(|reaction| reaction.kind == ReactionKind::Class)
        .collect();
    if asked
        .iter()
        .all(|reaction| find_class(reaction.key).is_some())
    {
        asked
    } else {
        Vec::new()
    }
}

fn seated(seat: Option<&Seat>, state: State) -> Seated {
    Seated {
        changed: seat.map(|seat| seat.state) != Some(state),
        seat: Seat {
            state,
            class: seat.and_then(|seat| seat.class.clone()),
        },
    }
}

fn is_joined(seat: Option<&Seat>) -> bool {
    seat.is_some_and(Seat::is_joined)
}
