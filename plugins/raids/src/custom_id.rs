//! What the buttons, menus and modals of this plugin say when they are used: `join/42`.
//!
//! The only place that writes or reads custom ids. Panels outlive releases, so what was written once
//! must stay readable; a changed meaning gets a new action.

pub mod headcount;
pub mod history;
pub mod party;

use std::fmt;

use muster_sdk::FromName;
use muster_sdk::ids::UserId;

use crate::run::RunId;

/// A custom id: an action, and the run that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomId {
    /// What is asked for.
    pub action: Action,
    /// Of which run.
    pub run: RunId,
}

/// What a member asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Take part.
    Join,
    /// Show the menu of classes.
    Class,
    /// A class was picked from that menu.
    PickClass,
    /// Be there in reserve.
    Bench,
    /// Take part no longer.
    Leave,
    /// Show the organizer's panel.
    Organizer,
    /// Yes, show me the panel of somebody else's run.
    TakeOver,
    /// No, it is theirs.
    KeepOut,
    /// Say, or say no longer, that one has this key.
    Key(String),
    /// From open to live.
    Start,
    /// A key was popped: the window to join opens.
    PopKey,
    /// From live to ended.
    End,
    /// From open or live to cancelled.
    Cancel,
    /// Show the form for the party; its modal has the same id.
    Party,
    /// Show the form for the location; its modal has the same id.
    Location,
    /// Show the form for the organizer's note; its modal has the same id.
    Note,
    /// Let nobody join any more, or let them again.
    Lock,
    /// Show the form for the length of the chain; its modal has the same id.
    Chain,
    /// Ping the raiders.
    Ping,
    /// How to show that one holds the portal.
    Screenshot,
    /// Show the form for how far the realm is; its modal has the same id.
    Score,
    /// The realm is closed.
    RealmClosed,
    /// Show the menu of minibosses.
    Miniboss,
    /// A miniboss was picked from that menu.
    PickMiniboss,
    /// The third room begins.
    ThirdRoom,
    /// Something on a panel on which keys are logged: that of a member, or the one in the raid log.
    Keys(LogKeys, Option<UserId>),
}

/// What is done on a panel on which keys are logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogKeys {
    /// One of those who offered a key was picked.
    Who,
    /// Any member was picked.
    Somebody,
    /// Show the form for a name; its modal has the same id.
    Name,
    /// A sort of key was picked.
    Type,
    /// A number was picked: so many keys are logged.
    Amount,
    /// Nobody is to be thanked for the rest.
    Waive,
    /// The panel is not needed any more.
    Close,
}

/// The names of the actions, as they stand in custom ids and in the plugin's list of components.
mod name {
    pub const JOIN: &str = "join";
    pub const CLASS: &str = "class";
    pub const PICK_CLASS: &str = "pick-class";
    pub const BENCH: &str = "bench";
    pub const LEAVE: &str = "leave";
    pub const ORGANIZER: &str = "org";
    pub const TAKE_OVER: &str = "take-over";
    pub const KEEP_OUT: &str = "keep-out";
    pub const KEY: &str = "key";
    pub const START: &str = "start";
    pub const POP_KEY: &str = "pop";
    pub const END: &str = "end";
    pub const CANCEL: &str = "cancel";
    pub const PARTY: &str = "party";
    pub const LOCATION: &str = "location";
    pub const NOTE: &str = "note";
    pub const LOCK: &str = "lock";
    pub const CHAIN: &str = "chain";
    pub const PING: &str = "ping";
    pub const SCREENSHOT: &str = "screenshot";
    pub const SCORE: &str = "score";
    pub const REALM_CLOSED: &str = "realm-closed";
    pub const MINIBOSS: &str = "miniboss";
    pub const PICK_MINIBOSS: &str = "pick-miniboss";
    pub const THIRD_ROOM: &str = "third-room";
    pub const KEYS_WHO: &str = "keys-who";
    pub const KEYS_SOMEBODY: &str = "keys-somebody";
    pub const KEYS_NAME: &str = "keys-name";
    pub const KEYS_TYPE: &str = "keys-type";
    pub const KEYS_AMOUNT: &str = "keys-amount";
    pub const KEYS_WAIVE: &str = "keys-waive";
    pub const KEYS_CLOSE: &str = "keys-close";
}

impl Action {
    /// The custom id that asks for this of that run.
    pub fn of(self, run: RunId) -> CustomId {
        CustomId { action: self, run }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Join => name::JOIN,
            Self::Class => name::CLASS,
            Self::PickClass => name::PICK_CLASS,
            Self::Bench => name::BENCH,
            Self::Leave => name::LEAVE,
            Self::Organizer => name::ORGANIZER,
            Self::TakeOver => name::TAKE_OVER,
            Self::KeepOut => name::KEEP_OUT,
            Self::Key(_) => name::KEY,
            Self::Start => name::START,
            Self::PopKey => name::POP_KEY,
            Self::End => name::END,
            Self::Cancel => name::CANCEL,
            Self::Party => name::PARTY,
            Self::Location => name::LOCATION,
            Self::Note => name::NOTE,
            Self::Lock => name::LOCK,
            Self::Chain => name::CHAIN,
            Self::Ping => name::PING,
            Self::Screenshot => name::SCREENSHOT,
            Self::Score => name::SCORE,
            Self::RealmClosed => name::REALM_CLOSED,
            Self::Miniboss => name::MINIBOSS,
            Self::PickMiniboss => name::PICK_MINIBOSS,
            Self::ThirdRoom => name::THIRD_ROOM,
            Self::Keys(LogKeys::Who, _) => name::KEYS_WHO,
            Self::Keys(LogKeys::Somebody, _) => name::KEYS_SOMEBODY,
            Self::Keys(LogKeys::Name, _) => name::KEYS_NAME,
            Self::Keys(LogKeys::Type, _) => name::KEYS_TYPE,
            Self::Keys(LogKeys::Amount, _) => name::KEYS_AMOUNT,
            Self::Keys(LogKeys::Waive, _) => name::KEYS_WAIVE,
            Self::Keys(LogKeys::Close, _) => name::KEYS_CLOSE,
        }
    }
}

/// What follows the action: `42`. The SDK finds the action in the plugin's list, and reads the rest with this.
impl FromName for RunId {
    fn from_name(text: &str) -> Option<Self> {
        Self::parse(text)
    }
}

impl fmt::Display for CustomId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.action.name(), self.run)?;
        match &self.action {
            Action::Key(key) => write!(f, "/{key}"),
            Action::Keys(_, Some(viewer)) => write!(f, "/{viewer}"),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use muster_sdk::testing::TestHost;
    use muster_sdk::{Failure, Plugin as _};

    use super::*;
    use crate::Plugin;

    fn every_action() -> Vec<Action> {
        use Action::*;
        let key = Key("SHATTERS_KEY".to_owned());
        let mut all = vec![
            Join, Class, PickClass, Bench, Leave, Organizer, TakeOver, KeepOut, key, Start, PopKey,
            End, Cancel, Party, Location, Note,
        ];
        all.extend([
            Lock,
            Chain,
            Ping,
            Screenshot,
            Score,
            RealmClosed,
            Miniboss,
            PickMiniboss,
            ThirdRoom,
        ]);
        let viewers = [None, Some(UserId(7))];
        let on_panels = [
            LogKeys::Who,
            LogKeys::Somebody,
            LogKeys::Name,
            LogKeys::Type,
            LogKeys::Amount,
            LogKeys::Waive,
            LogKeys::Close,
        ];
        let on_panels = on_panels.into_iter().zip(viewers.into_iter().cycle());
        all.extend(on_panels.map(|(what, viewer)| super::Action::Keys(what, viewer)));
        all
    }

    /// What becomes of a custom id, up to the first question to a database, which a test host lacks.
    fn press(custom_id: &str) -> Failure {
        let press = |input| Plugin::component(&mut TestHost::default().ctx(), custom_id, input);
        let select = r#"{"kind": "select", "values": ["WIZARD"]}"#;
        match press(r#"{"kind": "button"}"#) {
            Err(Failure::Internal(why)) if why.contains("takes a Pick") => press(select),
            handled => handled,
        }
        .expect_err("no handler succeeds without a database")
    }

    #[test]
    fn what_was_written_reaches_a_handler() {
        for action in every_action() {
            let id = action.of(RunId(42)).to_string();
            let failure = press(&id);
            let Failure::Internal(why) = &failure else {
                panic!("{id}: {failure:?}");
            };
            assert!(why.contains("database"), "{id}: {why}");
        }
    }

    #[test]
    fn ids_on_posted_panels_stay_as_they_are() {
        let written: Vec<String> = every_action()
            .into_iter()
            .map(|a| a.of(RunId(42)).to_string())
            .collect();
        assert_eq!(
            written,
            [
                "join/42",
                "class/42",
                "pick-class/42",
                "bench/42",
                "leave/42",
                "org/42",
                "take-over/42",
                "keep-out/42",
                "key/42/SHATTERS_KEY",
                "start/42",
                "pop/42",
                "end/42",
                "cancel/42",
                "party/42",
                "location/42",
                "note/42",
                "lock/42",
                "chain/42",
                "ping/42",
                "screenshot/42",
                "score/42",
                "realm-closed/42",
                "miniboss/42",
                "pick-miniboss/42",
                "third-room/42",
                "keys-who/42",
                "keys-somebody/42/7",
                "keys-name/42",
                "keys-type/42/7",
                "keys-amount/42",
                "keys-waive/42/7",
                "keys-close/42",
            ]
        );
    }

    #[test]
    fn the_longest_id_leaves_room_for_the_plugins_name() {
        for reaction in &muster_dungeons::REACTIONS {
            let id = Action::Key(reaction.key.to_owned())
                .of(RunId(i64::MAX))
                .to_string();
            assert!(format!("raids:{id}").len() <= 100);
        }
    }

    #[test]
    fn stale_ids_are_told_to_the_member() {
        for id in [
            "join",
            "join/",
            "join/0",
            "join/-1",
            "join/+1",
            "join/01",
            "join/1.5",
            "join/x",
            "join/42/",
            "join/42/7",
            "join/99999999999999999999",
            "key/42",
            "key/42/",
            "join/42 ",
        ] {
            let failure = press(id);
            assert!(matches!(failure, Failure::Member(_)), "{id}: {failure:?}");
        }
    }

    #[test]
    fn foreign_ids_reach_nobody() {
        for id in [
            "",
            "/",
            "Join/42",
            "kick/42",
            "raids:join/42",
            " join/42",
            "{\"a\":1}",
        ] {
            let failure = press(id);
            let Failure::Internal(why) = &failure else {
                panic!("{id}: {failure:?}");
            };
            assert!(why.contains("no component"), "{id}: {why}");
        }
    }
}
