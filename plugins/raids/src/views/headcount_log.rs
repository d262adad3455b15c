//! Lines of the raid log about a headcount.

use muster_sdk::ids::UserId;
use muster_sdk::time::Timestamp;

use super::log::timed;
use crate::headcount::Headcount;
use crate::run::{EndReason, RunId};

/// Something that happened in a headcount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadcountLine {
    /// It was posted.
    Created,
    /// Somebody would come, or no longer.
    Came {
        /// Who.
        user: UserId,
        /// Whether they would.
        is_in: bool,
        /// How many would now.
        total: u32,
    },
    /// Somebody could pop a key, or no longer.
    Offered {
        /// Who.
        user: UserId,
        /// What the key is called.
        key: &'static str,
        /// For which dungeon.
        dungeon: &'static str,
        /// Whether they could.
        offered: bool,
        /// How many could now.
        total: u32,
    },
    /// Somebody looks at the organizer's panel.
    PanelOpened {
        /// Who.
        by: UserId,
    },
    /// It became a run.
    Converted {
        /// Which one.
        run: RunId,
        /// Of which dungeon.
        dungeon: &'static str,
        /// Who pressed.
        by: UserId,
    },
    /// It ended.
    Ended {
        /// Who pressed; nobody when it happened by itself.
        by: Option<UserId>,
        /// Why.
        reason: EndReason,
    },
}

/// The line for something that happened at this time.
pub fn headcount_line(headcount: &Headcount, line: &HeadcountLine, at: Timestamp) -> String {
    let text = match *line {
        HeadcountLine::Created => {
            let dungeons = headcount.dungeons().map(|(_, dungeon)| dungeon.label);
            format!(
                "🎯 Headcount {} created by {} | {}",
                headcount.id,
                headcount.organizer.mention(),
                dungeons.collect::<Vec<_>>().join(", ")
            )
        }
        HeadcountLine::Came { user, is_in, total } => {
            let (sign, what) = if is_in {
                ("➕", "joined")
            } else {
                ("➖", "left")
            };
            format!("{sign} {} {what} ({total} in all)", user.mention())
        }
        HeadcountLine::Offered {
            user,
            key,
            dungeon,
            offered,
            total,
        } => {
            let what = if offered { "has" } else { "no longer has" };
            let user = user.mention();
            format!("🔑 {user} {what} {key} for {dungeon} ({total} in all)")
        }
        HeadcountLine::PanelOpened { by } => {
            format!("🛠️ {} opened the organizer panel", by.mention())
        }
        HeadcountLine::Converted { run, dungeon, by } => {
            format!("🔁 {} made it run {run}: {dungeon}", by.mention())
        }
        HeadcountLine::Ended { by: Some(by), .. } => format!("❌ Ended by {}", by.mention()),
        HeadcountLine::Ended { reason, .. } => match reason {
            EndReason::Auto => "❌ Ended automatically: it was too old".to_owned(),
            _ => "❌ Ended: channel or panel was deleted".to_owned(),
        },
    };
    timed(&text, at)
}
