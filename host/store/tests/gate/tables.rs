//! The oracle's schema, as the generator sees it.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Number,
    Text,
}
use Kind::{Number, Text};

/// Name and kind.
pub type ColumnOf = (&'static str, Kind);

/// A table of the oracle's schema.
pub struct TableOf {
    pub name: &'static str,
    pub columns: &'static [ColumnOf],
    /// Empty for a table without a key.
    pub key: &'static [&'static str],
    /// What an INSERT has to give besides the key.
    pub needed: &'static [&'static str],
}

/// All of them, but for the one float column, whose sums depend on the order of rows.
pub const TABLES: &[TableOf] = &[
    TableOf {
        name: "run",
        columns: &[
            ("id", Number),
            ("dungeon", Text),
            ("organizer_id", Number),
            ("status", Text),
            ("seats", Number),
            ("locked", Number),
            ("party", Text),
            ("created_at", Number),
            ("ended_at", Number),
        ],
        key: &["id"],
        needed: &["dungeon", "organizer_id"],
    },
    TableOf {
        name: "reaction",
        columns: &[
            ("run_id", Number),
            ("user_id", Number),
            ("state", Text),
            ("class", Text),
            ("joined_at", Number),
        ],
        key: &["run_id", "user_id"],
        needed: &["state"],
    },
    TableOf {
        name: "points",
        columns: &[("user_id", Number), ("total", Number), ("week", Number)],
        key: &["user_id"],
        needed: &[],
    },
    TableOf {
        name: "key_log",
        columns: &[
            ("id", Number),
            ("user_id", Number),
            ("run_id", Number),
            ("kind", Text),
            ("amount", Number),
            ("logged_at", Number),
        ],
        key: &["id"],
        needed: &["user_id", "kind"],
    },
    TableOf {
        name: "template",
        columns: &[
            ("id", Number),
            ("owner_id", Number),
            ("name", Text),
            ("body", Text),
            ("shared", Number),
        ],
        key: &["id"],
        needed: &["owner_id", "name"],
    },
    TableOf {
        name: "memo",
        columns: &[("about", Number), ("n", Number), ("note", Text)],
        key: &[],
        needed: &[],
    },
];
