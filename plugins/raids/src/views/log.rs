//! The raid log: a thread for each run, begun by an embed, one line for everything that happens.

use muster_sdk::ids::UserId;
use muster_sdk::message::{Color, Embed, Message};
use muster_sdk::text::{cut, escape, plain};
use muster_sdk::time::Timestamp;

use crate::headcount::Headcount;
use crate::run::{Detail, KeyEntry, Run, Stage};

/// What begins the thread of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Starter {
    /// The message that the thread hangs on.
    pub message: Message,
    /// The thread's name.
    pub thread_title: String,
}

/// Something that happened in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogLine<'a> {
    /// It was posted.
    Created,
    /// It went live.
    Started {
        /// Who pressed.
        by: UserId,
    },
    /// It ended.
    Ended {
        /// Who pressed; nobody when its time was up.
        by: Option<UserId>,
    },
    /// It was cancelled.
    Cancelled {
        /// Who pressed; nobody when its panel was gone.
        by: Option<UserId>,
    },
    /// Somebody takes part.
    Joined {
        /// Who.
        user: UserId,
        /// How many do now.
        total: u32,
    },
    /// Somebody went to the bench.
    Benched {
        /// Who.
        user: UserId,
        /// How many take part now.
        total: u32,
    },
    /// Somebody left.
    Left {
        /// Who.
        user: UserId,
        /// How many take part now.
        total: u32,
    },
    /// Somebody offers a key.
    KeyOffered {
        /// Who.
        user: UserId,
        /// What it is called.
        key: &'a str,
        /// How many have one now.
        total: u32,
    },
    /// Somebody no longer offers a key.
    KeyTakenBack {
        /// Who.
        user: UserId,
        /// What it is called.
        key: &'a str,
        /// How many have one now.
        total: u32,
    },
    /// Somebody looks at the organizer's panel.
    PanelOpened {
        /// Who.
        by: UserId,
    },
    /// Party, location or note changed.
    DetailSet {
        /// Who did it.
        by: UserId,
        /// Which one.
        detail: Detail,
        /// What it is now.
        text: Option<&'a str>,
    },
    /// A key was popped.
    KeyPopped {
        /// Who pressed.
        by: UserId,
        /// Its number.
        number: u32,
        /// How long raiders may join.
        seconds: u32,
    },
    /// Joining was locked or unlocked.
    Locked {
        /// Who pressed.
        by: UserId,
        /// Which of both.
        locked: bool,
    },
    /// A chain was planned.
    ChainSet {
        /// Who did it.
        by: UserId,
        /// How many keys it has.
        amount: u32,
    },
    /// The raiders were pinged.
    Pinged {
        /// Who pressed.
        by: UserId,
    },
    /// The organizer showed that they hold the portal.
    Taken {
        /// Who.
        by: UserId,
    },
    /// The realm's score was told.
    Scored {
        /// Who told it.
        by: UserId,
        /// How far it is.
        percent: u32,
    },
    /// A stage of Oryx 3 began.
    StageBegun {
        /// Who pressed.
        by: UserId,
        /// Which one.
        stage: Stage,
    },
    /// Every class that the dungeon asks for is there.
    ClassesFilled,
    /// Somebody is thanked for keys.
    KeysLogged {
        /// Who logged them.
        by: UserId,
        /// Whose, which and how many.
        entry: &'a KeyEntry,
    },
    /// Nobody is thanked for the rest.
    KeysWaived {
        /// Who said so.
        by: UserId,
        /// How many those are.
        keys: u32,
    },
}

/// Discord's limit for a thread's name.
const THREAD_TITLE: usize = 100;

/// The host's limit for a line.
const LINE: usize = 1000;

impl Starter {
    /// The beginning of a run's log, and again once the run is over. `organizer`: their display name.
    pub fn new(run: &Run, organizer: &str) -> Self {
        let dungeon = &run.dungeon_label;
        let embed = Embed::new()
            .color(Color::BLURPLE)
            .inline_field("Type", "Run")
            .inline_field("Dungeon", escape(dungeon))
            .inline_field("Organizer", run.organizer.mention())
            .inline_field("Started", run.created_at.full());
        Self::titled(embed, dungeon, organizer, run.ended_at)
    }

    /// The beginning of a headcount's log, and again once it is over. If it becomes a run, the run's takes
    /// its place.
    pub fn of_headcount(headcount: &Headcount) -> Self {
        let label = headcount.label();
        let dungeons = headcount.dungeons().map(|(_, dungeon)| dungeon.label);
        let embed = Embed::new()
            .color(Color::YELLOW)
            .inline_field("Type", "Headcount")
            .inline_field("Dungeon", dungeons.collect::<Vec<_>>().join(", "))
            .inline_field("Organizer", headcount.organizer.mention())
            .inline_field("Started", headcount.created_at.full());
        Self::titled(embed, &label, &headcount.organizer_name, headcount.ended_at)
    }

    fn titled(embed: Embed, what: &str, organizer: &str, ended_at: Option<Timestamp>) -> Self {
        let title = format!("📋 {what}: Organizer - {organizer}");
        let embed = embed.title(escape(&title));
        let embed = match ended_at {
            Some(ended_at) => embed.inline_field("Ended", ended_at.full()),
            None => embed,
        };
        Self {
            message: Message::new().embed(embed),
            thread_title: cut(&plain(&title), THREAD_TITLE),
        }
    }
}

/// The line for something that happened at this time. Lines of several seconds may arrive as one
/// message, so each says its own time.
pub fn log_line(run: &Run, line: &LogLine<'_>, at: Timestamp) -> String {
    let text = match line {
        LogLine::Created => created(run),
        LogLine::Started { by } => format!("🟢 Started by {}", by.mention()),
        LogLine::Ended { by: Some(by) } => format!("✅ Ended by {}", by.mention()),
        LogLine::Ended { by: None } => format!(
            "✅ Ended automatically after {} minutes",
            run.auto_end_minutes
        ),
        LogLine::Cancelled { by: Some(by) } => format!("❌ Cancelled by {}", by.mention()),
        LogLine::Cancelled { by: None } => "❌ Cancelled: channel or panel was deleted".to_owned(),
        LogLine::Joined { user, total } => format!("➕ {} joined ({total} in all)", user.mention()),
        LogLine::Benched { user, total } => {
            format!("🪑 {} went to the bench ({total} in all)", user.mention())
        }
        LogLine::Left { user, total } => format!("➖ {} left ({total} in all)", user.mention()),
        LogLine::KeyOffered { user, key, total } => {
            format!("🔑 {} has {} ({total} in all)", user.mention(), escape(key))
        }
        LogLine::KeyTakenBack { user, key, total } => {
            format!(
                "🔑 {} no longer has {} ({total} in all)",
                user.mention(),
                escape(key)
            )
        }
        LogLine::PanelOpened { by } => format!("🛠️ {} opened the organizer panel", by.mention()),
        LogLine::DetailSet { by, detail, text } => {
            let (by, label) = (by.mention(), detail.label());
            match text {
                Some(text) => format!("✏️ {by} set {label}: {}", one_line(text)),
                None => format!("✏️ {by} cleared {label}"),
            }
        }
        LogLine::KeyPopped {
            by,
            number,
            seconds,
        } => {
            format!(
                "🗝️ {} popped key {number}: {seconds} s to join",
                by.mention()
            )
        }
        LogLine::Locked { by, locked: true } => format!("🔒 {} locked joining", by.mention()),
        LogLine::Locked { by, locked: false } => format!("🔓 {} unlocked joining", by.mention()),
        LogLine::ChainSet { by, amount } => format!("🔗 {} planned {amount} keys", by.mention()),
        LogLine::Pinged { by } => format!("📣 {} pinged the raiders", by.mention()),
        LogLine::Taken { by } => format!("📸 {} showed that they hold the portal", by.mention()),
        LogLine::Scored { by, percent } => format!("🌍 {}: realm at {percent}%", by.mention()),
        LogLine::StageBegun { by, stage } => format!("🚪 {}: {}", by.mention(), named(run, *stage)),
        LogLine::ClassesFilled => "✅ All needed classes are there".to_owned(),
        LogLine::KeysLogged { by, entry } => format!(
            "🗝️ {} logged for {}: {} ×{}",
            by.mention(),
            entry.user.mention(),
            super::key_label(&entry.key),
            entry.amount
        ),
        LogLine::KeysWaived { by, keys } => {
            format!("🗝️ {} left {keys} keys unlogged", by.mention())
        }
    };
    timed(&text, at)
}

/// A line with its time before it.
pub(super) fn timed(text: &str, at: Timestamp) -> String {
    cut(&format!("{} {text}", at.time_of_day()), LINE)
}

fn named(run: &Run, stage: Stage) -> String {
    match stage {
        Stage::Closed => "the realm is closed".to_owned(),
        Stage::Miniboss => format!(
            "the miniboss is {}",
            escape(run.miniboss.as_deref().unwrap_or("unknown"))
        ),
        Stage::ThirdRoom => "the third room begins".to_owned(),
    }
}

fn created(run: &Run) -> String {
    let mut parts = vec![format!(
        "📋 Run {} created by {}",
        run.id,
        run.organizer.mention()
    )];
    for detail in [Detail::Party, Detail::Location, Detail::Note] {
        if let Some(text) = run.detail(detail) {
            parts.push(format!("{}: {}", detail.label(), one_line(text)));
        }
    }
    parts.join(" | ")
}

fn one_line(text: &str) -> String {
    escape(&plain(text))
}
