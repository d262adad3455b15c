//! The table with the story that covers each row, and what is missing.

use std::fmt;

use crate::table::{Item, Kind, Table};
use crate::used::Used;

/// What stories use, held against the table.
pub struct Report<'a> {
    table: &'a Table,
    used: &'a Used,
}

impl<'a> Report<'a> {
    /// Holds one against the other.
    pub fn new(table: &'a Table, used: &'a Used) -> Self {
        Self { table, used }
    }

    /// Rows that no story covers.
    pub fn uncovered(&self) -> Vec<(&'a Item, &'a str)> {
        let rows = self.table.rows();
        rows.filter(|(item, _)| item.kind != Kind::Hidden)
            .filter(|(item, _)| self.used.stories(item).next().is_none())
            .collect()
    }

    /// What stories used of the table's owners, and has no row.
    pub fn unlisted(&self) -> Vec<&'a Item> {
        let is_ours = |item: &&Item| self.table.rows().any(|(row, _)| row.owner == item.owner);
        let items = self.used.items();
        items
            .filter(is_ours)
            .filter(|item| !self.table.has(item))
            .collect()
    }

    /// Whether there is no gap.
    pub fn is_complete(&self) -> bool {
        self.uncovered().is_empty() && self.unlisted().is_empty()
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| whose | what | in words | covered by |\n|---|---|---|---|"
        )?;
        let mut rows = 0;
        for (item, words) in self.table.rows() {
            let Item { owner, kind, name } = item;
            let mut stories = self.used.stories(item);
            let nothing = match kind {
                Kind::Hidden => "(nobody sees it)",
                _ => "NOTHING",
            };
            let first = stories.next().unwrap_or(nothing);
            let more = match stories.count() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            writeln!(f, "| {owner} | {kind} `{name}` | {words} | {first}{more} |")?;
            rows += 1;
        }
        let (uncovered, unlisted) = (self.uncovered(), self.unlisted());
        writeln!(
            f,
            "\n{rows} rows, {} of them covered.",
            rows - uncovered.len()
        )?;
        for (Item { owner, kind, name }, words) in uncovered {
            writeln!(
                f,
                "GAP: no story uses the {kind} `{name}` of {owner}: {words}"
            )?;
        }
        for Item { owner, kind, name } in unlisted {
            writeln!(
                f,
                "GAP: table.toml has no row for the {kind} `{name}` of {owner}"
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn button(owner: &str, name: &str) -> Item {
        Item {
            owner: owner.into(),
            kind: Kind::Button,
            name: name.into(),
        }
    }

    #[test]
    fn gaps_of_both_kinds_are_told() {
        let table = Table::read(
            "[buttons.garden]\njoin = \"Join\"\nleave = \"Leave\"\n\
             [hidden.garden]\nturn = \"The arrows: there is one page\"\n",
        );
        let table = table.expect("a table");
        let mut used = Used::default();
        used.note(button("garden", "join"), "runs::a");
        used.note(button("garden", "join"), "runs::b");
        used.note(button("garden", "water"), "runs::a");
        used.note(button("a guest of a test", "ring"), "runs::a");
        let report = Report::new(&table, &used);
        assert!(!report.is_complete());
        let text = report.to_string();
        for line in [
            "| garden | button `join` | Join | runs::a and 1 more |",
            "| garden | button `leave` | Leave | NOTHING |",
            "| garden | hidden `turn` | The arrows: there is one page | (nobody sees it) |",
            "3 rows, 2 of them covered.",
            "GAP: no story uses the button `leave` of garden: Leave",
            "GAP: table.toml has no row for the button `water` of garden",
        ] {
            assert!(text.contains(line), "{line}\nis not in\n{text}");
        }
        assert!(!text.contains("guest"), "{text}");
    }
}
