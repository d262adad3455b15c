//! What people see: pure functions from what the database holds to messages.

mod answers;
mod config;
mod forms;
mod leaderboard;
mod points;
mod ranking;
mod refusals;
mod stats;

pub use answers::{
    Adjusted, LoggedKeys, LoggedRuns, PUBLISHED, adjusted, deleted, key_logged, recalculated,
    reset_done, run_logged,
};
pub use config::{Configured, config};
pub use forms::{base_form, basic_form, override_form, value_form, work_form, work_more_form};
pub use leaderboard::leaderboard;
pub use points::points;
pub use ranking::{history, period_ended, ranking};
pub use refusals::{
    BOARD_CLOSED, NO_CHANNEL, NO_SUCH_TYPE, NOT_YOUR_PANEL, NOT_YOURSELF, OUTDATED,
    SINCE_AFTER_UNTIL, START_AFTER_RESET, TOO_MANY_RUNS, bad_amount, bad_points, no_amount,
    no_date, no_dungeon, no_key, no_latest_run, no_member, no_period, no_posting, no_quota,
    no_recurrence, not_held, nothing_owed,
};
pub use stats::stats;

use muster_dungeons::{DUNGEONS, Dungeon, find_dungeon};
use muster_sdk::message::{Row, Select, SelectOption};
use muster_sdk::text::escape;

use crate::points::Points;

/// The dungeon's name; of one that is no longer in the data, its key as it is.
fn dungeon_label(key: &str) -> String {
    find_dungeon(key).map_or_else(|| escape(key), |dungeon| escape(dungeon.label))
}

/// Lines of what dungeons count, and how many more there are.
fn listed(values: &[(String, Points)], most: usize) -> String {
    if values.is_empty() {
        return "none".to_owned();
    }
    let mut lines: Vec<String> = values
        .iter()
        .take(most)
        .map(|(dungeon, points)| format!("{}: **{points}**", dungeon_label(dungeon)))
        .collect();
    if values.len() > most {
        lines.push(format!("... and {} more", values.len() - most));
    }
    lines.join("\n")
}

/// A menu holds 25 options, and a message room for three menus and a row of buttons.
const MENU_OPTIONS: usize = 25;
const MENUS: usize = 3;

/// Menus over all dungeons: the exaltation dungeons first, then the others, 25 each.
fn menus_of<'a>(
    dungeons: impl Iterator<Item = &'a Dungeon> + Clone,
) -> Vec<(String, Vec<&'a Dungeon>)> {
    let (exaltation, others): (Vec<_>, Vec<_>) = dungeons.partition(|dungeon| dungeon.exaltation);
    let mut menus = Vec::new();
    for (title, group) in [("Exaltation", exaltation), ("Others", others)] {
        let parts = group.chunks(MENU_OPTIONS).count();
        for (part, chunk) in group.chunks(MENU_OPTIONS).enumerate() {
            let title = if parts > 1 || title == "Others" {
                format!("{title} {}", part + 1)
            } else {
                title.to_owned()
            };
            menus.push((title, chunk.to_vec()));
        }
    }
    menus
}

/// One page of menus; dungeons with a value of their own are marked.
struct MenuPage {
    rows: Vec<Row>,
    has_next: bool,
}

fn menu_page(page: u16, own: &[(String, Points)], custom_id: impl Fn(usize) -> String) -> MenuPage {
    let menus = menus_of(DUNGEONS.iter());
    let first = usize::from(page) * MENUS;
    let rows = menus
        .iter()
        .enumerate()
        .skip(first)
        .take(MENUS)
        .map(|(at, (title, dungeons))| {
            let options = dungeons.iter().map(|dungeon| {
                match own.iter().find(|(key, _)| key == dungeon.key) {
                    Some((_, points)) => {
                        SelectOption::new(format!("⭐ {}", dungeon.label), dungeon.key)
                            .description(format!("{points} points"))
                    }
                    None => SelectOption::new(dungeon.label, dungeon.key),
                }
            });
            Row::select(Select::options(custom_id(at), options).placeholder(title))
        });
    MenuPage {
        rows: rows.collect(),
        has_next: menus.len() > first + MENUS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_dungeons_fit_into_three_menus_today() {
        let menus = menus_of(DUNGEONS.iter());
        let titles: Vec<&str> = menus.iter().map(|(title, _)| title.as_str()).collect();
        assert_eq!(titles, ["Exaltation", "Others 1", "Others 2"]);
        let shown: usize = menus.iter().map(|(_, dungeons)| dungeons.len()).sum();
        assert_eq!(shown, DUNGEONS.len());
    }

    #[test]
    fn more_than_75_dungeons_take_a_second_page() {
        let many: Vec<&Dungeon> = DUNGEONS.iter().chain(DUNGEONS.iter()).collect();
        let menus = menus_of(many.into_iter());
        assert!(menus.len() > MENUS, "{}", menus.len());
        assert!(
            menus
                .iter()
                .all(|(_, dungeons)| dungeons.len() <= MENU_OPTIONS)
        );
    }

    #[test]
    fn a_page_without_more_menus_has_no_next() {
        let page = menu_page(0, &[], |at| format!("pick/{at}"));
        assert_eq!((page.rows.len(), page.has_next), (3, false));
    }
}
