//! From a database's words back to the author's: which rule did a write break?

use super::Catalogue;
use super::catalogue::Table;

/// The kind of rule that a write broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ViolationKind {
    /// A primary key, unique constraint or unique index.
    Unique,
    /// A `check`.
    Check,
    /// A foreign key, on either side.
    ForeignKey,
    /// A `not null`.
    NotNull,
}

/// A rule that a write broke, in the author's names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// What kind of rule.
    pub kind: ViolationKind,
    /// The author's name for it. `None` for a rule without a name, for a foreign key on SQLite
    /// (which does not say), and where SQLite's words fit more than one unique index.
    pub name: Option<String>,
    /// The table, where the database says.
    pub table: Option<String>,
    /// The columns, where the database says, without the host's.
    pub columns: Vec<String>,
}

impl Violation {
    fn of(kind: ViolationKind) -> Self {
        Self {
            kind,
            name: None,
            table: None,
            columns: Vec::new(),
        }
    }
}

impl Catalogue {
    /// Reads the message of a failed write. `None` if it is about something else, or about a
    /// table that is not this plugin's.
    ///
    /// SQLite's words: `sqlite3UniqueConstraint`, `sqlite3RowidConstraint` and `vdbe.c` in its
    /// source; PostgreSQL's: `errmsg` in `execMain.c`, `nbtinsert.c` and `ri_triggers.c`.
    #[must_use]
    pub fn constraint_for_violation(&self, raw_message: &str) -> Option<Violation> {
        let after = |words: &str| {
            raw_message
                .find(words)
                .and_then(|at| raw_message.get(at + words.len()..))
        };
        if let Some(rest) = after("UNIQUE constraint failed: ") {
            if let Some(index) = rest.strip_prefix("index '") {
                return self.by_name(ViolationKind::Unique, index.split('\'').next()?);
            }
            return self.by_columns(ViolationKind::Unique, rest);
        }
        if let Some(rest) = after("NOT NULL constraint failed: ") {
            return self.by_columns(ViolationKind::NotNull, rest);
        }
        if let Some(rest) = after("CHECK constraint failed: ") {
            return self.by_name(ViolationKind::Check, rest.trim());
        }
        if raw_message.contains("FOREIGN KEY constraint failed") {
            return Some(Violation::of(ViolationKind::ForeignKey));
        }
        let quoted = |rest: &str| rest.split('"').nth(1).map(str::to_owned);
        for (words, kind) in [
            ("violates unique constraint", ViolationKind::Unique),
            ("violates check constraint", ViolationKind::Check),
            ("violates foreign key constraint", ViolationKind::ForeignKey),
        ] {
            if let Some(name) = after(words).and_then(quoted) {
                return self.by_name(kind, &name);
            }
        }
        if raw_message.contains("violates not-null constraint") {
            let column = after("null value in column").and_then(quoted);
            let table = after("of relation").and_then(quoted)?;
            let table = self.by_physical(&table)?;
            return Some(Violation {
                table: Some(table.name.clone()),
                columns: column.into_iter().collect(),
                ..Violation::of(ViolationKind::NotNull)
            });
        }
        None
    }

    fn by_physical(&self, physical: &str) -> Option<&Table> {
        self.tables
            .values()
            .find(|table| table.physical == physical)
    }

    /// `acme__run_is_open` or, made by the host, `acme__run__c1`.
    fn by_name(&self, kind: ViolationKind, physical: &str) -> Option<Violation> {
        let own = physical
            .strip_prefix(self.plugin.as_str())?
            .strip_prefix("__")?;
        let (name, table) = match own.split_once("__") {
            Some((table, _)) => (None, self.tables.get(table)),
            None => (
                Some(own.to_owned()),
                self.tables.values().find(|table| holds_name(table, own)),
            ),
        };
        Some(Violation {
            name,
            table: table.map(|table| table.name.clone()),
            ..Violation::of(kind)
        })
    }

    /// `acme__run.guild_id, acme__run.organizer_id`
    fn by_columns(&self, kind: ViolationKind, list: &str) -> Option<Violation> {
        let mut columns = Vec::new();
        let mut table = None;
        for part in list.trim().split(", ") {
            let (physical, column) = part.split_once('.')?;
            table = Some(self.by_physical(physical)?);
            if column != super::names::GUILD {
                columns.push(column.to_owned());
            }
        }
        let table = table?;
        let name = match kind {
            ViolationKind::Unique => unique_name(table, &columns),
            _ => None,
        };
        Some(Violation {
            name,
            table: Some(table.name.clone()),
            columns,
            ..Violation::of(kind)
        })
    }
}

fn holds_name(table: &Table, name: &str) -> bool {
    let keys = table.keys.iter().filter_map(|key| key.name.as_deref());
    let foreign_keys = table
        .foreign_keys
        .iter()
        .filter_map(|key| key.name.as_deref());
    let checks = table
        .checks
        .iter()
        .filter_map(|check| check.name.as_deref());
    let indexes = table.indexes.iter().map(|index| index.name.as_str());
    keys.chain(foreign_keys)
        .chain(checks)
        .chain(indexes)
        .any(|known| known == name)
}

/// The name of the only key over exactly these columns in this order.
fn unique_name(table: &Table, columns: &[String]) -> Option<String> {
    let keys = table
        .keys
        .iter()
        .filter(|key| key.columns == columns)
        .map(|key| key.name.clone());
    let indexes = table
        .indexes
        .iter()
        .filter(|index| index.unique && index.columns == columns)
        .map(|index| Some(index.name.clone()));
    let mut names = keys.chain(indexes);
    let only = names.next()?;
    if names.next().is_some() {
        return None;
    }
    only
}
