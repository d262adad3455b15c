//! The panel on which popped keys are logged after the end of a run.

use muster_sdk::message::{
    Button, Color, Embed, Message, Modal, Row, Select, SelectOption, TextInput,
};
use muster_sdk::text::{escape, plain};

use super::key_label;
use crate::custom_id::{Action, LogKeys};
use crate::panel_name::KeyPanel;
use crate::run::{KeyDraft, KeyLog, Reactor, Run};

/// By what name the form's only input is read.
pub const NAME_INPUT: &str = "name";

/// Discord takes so many options in a menu.
const OPTIONS: u32 = 25;

/// Whom to thank for the keys of a run: who, which key, how many. Each pick is kept in the database, so the
/// panel goes on after a restart.
pub fn key_log_panel(panel: KeyPanel, run: &Run, log: &KeyLog, draft: &KeyDraft) -> Message {
    let left = run.keys_left(log);
    let is_done = left == 0 || draft.is_closed;
    let embed = Embed::new()
        .title(format!("🗝️ Keys of {}", escape(&run.dungeon_label)))
        .color(if is_done { Color::GREEN } else { Color::YELLOW })
        .description(body(run, log, draft, left));
    let message = Message::new().embed(embed);
    if is_done {
        return message;
    }
    message.rows(controls(panel, run, log, draft, left))
}

/// The form for somebody who is not in the menus.
pub fn key_log_form(panel: KeyPanel) -> Modal {
    let id = Action::Keys(LogKeys::Name, panel.viewer).of(panel.run);
    let input = TextInput::short(NAME_INPUT, "Name in this server or in the game")
        .length(1, 32)
        .placeholder("Without ! . * or - before it");
    Modal::new(id, "Custom Name").input(input)
}

fn body(run: &Run, log: &KeyLog, draft: &KeyDraft, left: u32) -> String {
    let mut lines = vec![format!("Run {} of {}", run.id, run.organizer.mention())];
    lines.push(match left {
        0 => "Every key is logged.".to_owned(),
        1 => "**1 key to log**".to_owned(),
        left => format!("**{left} keys to log**"),
    });
    for entry in &log.entries {
        let (user, key) = (entry.user.mention(), key_label(&entry.key));
        lines.push(format!("{user}: {key} ×{}", entry.amount));
    }
    if run.keys_waived > 0 {
        lines.push(format!("Not logged: {}", run.keys_waived));
    }
    if draft.is_closed {
        lines.push("Closed. Keys can still be logged with `/logkey`.".to_owned());
    } else if left > 0 {
        lines.push(match (draft.user, run.drafted_key(draft)) {
            (None, _) => "Whose key was it?".to_owned(),
            (Some(user), None) => format!("Which key did {} pop?", user.mention()),
            (Some(user), Some(key)) => {
                format!("How many did {} pop: {}?", user.mention(), key.label)
            }
        });
    }
    lines.join("\n")
}

fn controls(panel: KeyPanel, run: &Run, log: &KeyLog, draft: &KeyDraft, left: u32) -> Vec<Row> {
    let id = |what: LogKeys| Action::Keys(what, panel.viewer).of(panel.run);
    let mut rows = Vec::new();
    if !log.reactors.is_empty() {
        let options = log
            .reactors
            .iter()
            .map(|reactor| reactor_option(reactor).picked(draft.user == Some(reactor.user)));
        let menu = Select::options(id(LogKeys::Who), options);
        rows.push(Row::select(menu.placeholder("Who offered a key")));
    }
    let mut somebody = Select::users(id(LogKeys::Somebody)).placeholder("Somebody else");
    let is_reactor = |user| log.reactors.iter().any(|reactor| reactor.user == user);
    if let Some(user) = draft.user.filter(|user| !is_reactor(*user)) {
        somebody = somebody.default_user(user);
    }
    rows.push(Row::select(somebody));
    let keys = run.loggable_keys();
    let picked = run.drafted_key(draft);
    if draft.user.is_some() && keys.len() > 1 {
        let options = keys.iter().map(|key| {
            SelectOption::new(key.label, key.key)
                .emoji(key.emoji)
                .picked(picked == Some(*key))
        });
        let menu = Select::options(id(LogKeys::Type), options);
        rows.push(Row::select(menu.placeholder("Which key")));
    }
    if draft.user.is_some() && picked.is_some() {
        let options = (1..=left.min(OPTIONS)).map(|n| SelectOption::new(n.to_string(), n));
        let menu = Select::options(id(LogKeys::Amount), options);
        rows.push(Row::select(menu.placeholder("How many")));
    }
    rows.push(Row::buttons([
        Button::grey("Custom Name", id(LogKeys::Name)),
        Button::red("Cancel Remaining Keys", id(LogKeys::Waive)),
        Button::grey("Close", id(LogKeys::Close)),
    ]));
    rows
}

fn reactor_option(reactor: &Reactor) -> SelectOption {
    let name = reactor.name.as_deref().map(plain).unwrap_or_default();
    let label = if name.is_empty() {
        format!("Member {}", reactor.user)
    } else {
        name
    };
    let keys: Vec<&str> = reactor
        .keys
        .iter()
        .filter_map(|key| muster_dungeons::find_reaction(key))
        .map(|key| key.label)
        .collect();
    SelectOption::new(label, reactor.user).description(keys.join(", "))
}
