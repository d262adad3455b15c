//! What a plugin's accepted migrations amount to. The gate resolves names against it and writes
//! every text from it; it is built by replaying migrations, never by asking the database, so the
//! two cannot disagree about what an author meant.

use std::collections::BTreeMap;

use super::error::{GateError, refuse};
use super::{Dialect, names};

/// A type of the subset, under the same four names on both databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Type {
    /// 64-bit integer, `bigint`.
    BigInt,
    /// Unicode text, compared byte by byte, `text`.
    Text,
    /// 64-bit float, `double precision`.
    Double,
    /// `boolean`; on SQLite the integers 0 and 1.
    Boolean,
}

impl Type {
    /// The name in SQL.
    #[must_use]
    pub fn sql(self) -> &'static str {
        match self {
            Type::BigInt => "BIGINT",
            Type::Text => "TEXT",
            Type::Double => "DOUBLE PRECISION",
            Type::Boolean => "BOOLEAN",
        }
    }
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The author's name.
    pub name: String,
    /// The declared type.
    pub ty: Type,
    /// False for `not null` and for columns of the primary key.
    pub nullable: bool,
}

/// A primary key or a unique constraint, without the host's column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The author's name, if one was given.
    pub name: Option<String>,
    /// The columns in order.
    pub columns: Vec<String>,
    /// Whether it is the primary key.
    pub primary: bool,
}

/// An index made by `create index`, without the host's column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// The author's name.
    pub name: String,
    /// The columns in order.
    pub columns: Vec<String>,
    /// Whether it is a unique index, and so a rule that a write may break.
    pub unique: bool,
    /// Whether it has a `where`.
    pub partial: bool,
    /// The columns that its `where` reads.
    pub(super) reads: Vec<String>,
}

/// A reference to another row of the same plugin and guild, without the host's column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ForeignKey {
    pub(super) name: Option<String>,
    pub(super) columns: Vec<String>,
    pub(super) table: String,
    pub(super) referred: Vec<String>,
}

/// A condition on every row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Check {
    pub(super) name: Option<String>,
    pub(super) reads: Vec<String>,
}

/// A table of the plugin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The author's name.
    pub name: String,
    /// The name in the database: `{plugin}__{name}`.
    pub physical: String,
    /// The columns in order, without the host's.
    pub columns: Vec<Column>,
    /// Primary key and unique constraints.
    pub keys: Vec<Key>,
    /// Indexes, unique or not.
    pub indexes: Vec<Index>,
    pub(super) foreign_keys: Vec<ForeignKey>,
    pub(super) checks: Vec<Check>,
}

impl Table {
    /// The column of that name.
    #[must_use]
    pub fn find_column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    pub(super) fn load_column(&self, name: &str) -> Result<&Column, GateError> {
        self.find_column(name).ok_or_else(|| {
            names::unknown(
                format!("`{}` has no column `{name}`", self.name),
                name,
                "it has",
                self.columns.iter().map(|column| column.name.as_str()),
            )
        })
    }

    /// Every set of columns that no two rows share: what `on conflict` and foreign keys may name.
    pub(super) fn full_keys(&self) -> impl Iterator<Item = &[String]> {
        let keys = self.keys.iter().map(|key| key.columns.as_slice());
        let indexes = self
            .indexes
            .iter()
            .filter(|index| index.unique && !index.partial);
        keys.chain(indexes.map(|index| index.columns.as_slice()))
    }

    /// Whether `columns` are a key, in any order.
    pub(super) fn has_key(&self, columns: &[String]) -> bool {
        self.full_keys().any(|key| {
            key.len() == columns.len() && key.iter().all(|column| columns.contains(column))
        })
    }

    /// The keys for a message: "(id), (run_id, user_id)".
    pub(super) fn describe_keys(&self) -> String {
        let keys: Vec<String> = self
            .full_keys()
            .map(|key| format!("({})", key.join(", ")))
            .collect();
        if keys.is_empty() {
            return format!("`{}` has no key", self.name);
        }
        format!("the keys of `{}` are {}", self.name, keys.join(", "))
    }
}

/// The tables of one plugin, as its accepted migrations left them.
#[derive(Debug, Clone)]
pub struct Catalogue {
    pub(super) plugin: String,
    pub(super) tables: BTreeMap<String, Table>,
    pub(super) version: u64,
}

impl Catalogue {
    /// An empty schema for the plugin of that name.
    ///
    /// # Errors
    ///
    /// [`GateError`] for a name that could not stand in front of a table's: only `a` to `z`, `0` to
    /// `9` and single underscores, starting with a letter and not ending with an underscore (else
    /// `a_` + `b` and `a` + `_b` would share `a___b`).
    pub fn new(plugin: &str) -> Result<Self, GateError> {
        let good = plugin.starts_with(|c: char| c.is_ascii_lowercase())
            && plugin
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
            && !plugin.contains("__")
            && !plugin.ends_with('_')
            && plugin != "sqlite"
            && !plugin.starts_with("sqlite_")
            && plugin != "pg"
            && !plugin.starts_with("pg_")
            && plugin.len() <= 32;
        if !good {
            let shown: String = plugin.chars().take(40).collect();
            return Err(refuse(
                format!("the plugin name `{shown}`"),
                "it stands in front of the names of tables",
                "use at most 32 of a to z, 0 to 9 and single underscores, a letter first",
            ));
        }
        Ok(Self {
            plugin: plugin.to_owned(),
            tables: BTreeMap::new(),
            version: 0,
        })
    }

    /// The plugin's name, in front of every physical name.
    #[must_use]
    pub fn plugin(&self) -> &str {
        &self.plugin
    }

    /// Changes with every accepted migration and depends on their texts; equal for equal histories
    /// within one process. Zero before the first.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The tables, by name.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.tables.values()
    }

    /// The table of that name.
    #[must_use]
    pub fn find_table(&self, name: &str) -> Option<&Table> {
        self.tables.get(name)
    }

    pub(super) fn load_table(&self, name: &str) -> Result<&Table, GateError> {
        self.find_table(name).ok_or_else(|| {
            names::unknown(
                format!("there is no table `{name}`"),
                name,
                "there are",
                self.tables.keys().map(String::as_str),
            )
        })
    }

    /// The name in the database of a table, index or constraint.
    pub(super) fn physical(&self, name: &str) -> String {
        format!("{}__{name}", self.plugin)
    }

    /// The quoted name in the database.
    pub(super) fn quoted(&self, dialect: Dialect, name: &str) -> String {
        names::quote(dialect, &self.physical(name))
    }

    /// Whether a table, index or constraint has that name already.
    pub(super) fn has_name(&self, name: &str) -> bool {
        self.tables.values().any(|table| {
            let indexes = table.indexes.iter().map(|index| Some(&index.name));
            let keys = table.keys.iter().map(|key| key.name.as_ref());
            let foreign_keys = table.foreign_keys.iter().map(|key| key.name.as_ref());
            let checks = table.checks.iter().map(|check| check.name.as_ref());
            table.name == name
                || indexes
                    .chain(keys)
                    .chain(foreign_keys)
                    .chain(checks)
                    .any(|known| known.is_some_and(|known| known == name))
        })
    }
}
