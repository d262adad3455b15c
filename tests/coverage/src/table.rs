//! The table of what people can use.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Result, ensure};
use serde::Deserialize;

/// How something is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A slash command, with its subcommand.
    Command,
    /// Typing in an option that offers choices.
    Typing,
    /// A button.
    Button,
    /// A menu.
    Menu,
    /// A form that is sent.
    Form,
    /// Declared, but not shown with what comes with Muster; its row says why.
    Hidden,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Command => "command",
            Self::Typing => "typing",
            Self::Button => "button",
            Self::Menu => "menu",
            Self::Form => "form",
            Self::Hidden => "hidden",
        })
    }
}

/// Something that people can use.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Item {
    /// Whose it is: a plugin, or `host`.
    pub owner: String,
    /// How it is used.
    pub kind: Kind,
    /// The command with its subcommand, the same with the option, or the action of the custom id.
    pub name: String,
}

type Rows = BTreeMap<String, BTreeMap<String, String>>;

/// As it is written: by kind, owner and name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    commands: Rows,
    #[serde(default)]
    typing: Rows,
    #[serde(default)]
    buttons: Rows,
    #[serde(default)]
    menus: Rows,
    #[serde(default)]
    forms: Rows,
    #[serde(default)]
    hidden: Rows,
}

/// Everything that people can use, in words.
#[derive(Debug, Clone, Default)]
pub struct Table {
    rows: BTreeMap<Item, String>,
}

impl Table {
    /// The table of this repository.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn ours() -> Result<Self> {
        Self::read(include_str!("../table.toml"))
    }

    /// Reads a table.
    ///
    /// # Errors
    /// It cannot be read, or a row has no words.
    pub fn read(text: &str) -> Result<Self> {
        let Written {
            commands,
            typing,
            buttons,
            menus,
            forms,
            hidden,
        } = toml::from_str(text)?;
        let kinds = [
            (Kind::Command, commands),
            (Kind::Typing, typing),
            (Kind::Button, buttons),
            (Kind::Menu, menus),
            (Kind::Form, forms),
            (Kind::Hidden, hidden),
        ];
        let mut rows = BTreeMap::new();
        for (kind, owners) in kinds {
            for (owner, names) in owners {
                for (name, words) in names {
                    ensure!(!words.trim().is_empty(), "{owner}: {name} needs some words");
                    let owner = owner.clone();
                    rows.insert(Item { owner, kind, name }, words);
                }
            }
        }
        Ok(Self { rows })
    }

    /// All rows.
    pub fn rows(&self) -> impl Iterator<Item = (&Item, &str)> {
        self.rows.iter().map(|(item, words)| (item, words.as_str()))
    }

    /// Whether there is a row for it.
    pub fn has(&self, item: &Item) -> bool {
        self.rows.contains_key(item)
    }

    /// Whose command this is, by its first word; nobody's of the table if a test brought it.
    pub fn owner_of(&self, command: &str) -> Option<&str> {
        let is_it = |item: &&Item| {
            item.kind == Kind::Command && item.name.split(' ').next() == Some(command)
        };
        let found = self.rows.keys().find(is_it);
        found.map(|item| item.owner.as_str())
    }
}
