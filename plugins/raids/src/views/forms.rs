//! The forms for what the organizer says about a run.

use muster_sdk::message::{Modal, TextInput};

use crate::custom_id::Action;
use crate::run::{Detail, Run};

impl Detail {
    /// By what name the form's only input is read.
    pub const INPUT: &str = "text";
}

/// The form for one of the organizer's texts, with what it is now. An empty input clears it.
pub fn form(run: &Run, detail: Detail) -> Modal {
    let (action, title, placeholder) = match detail {
        Detail::Party => (Action::Party, "Set Party", "Name of the party to join"),
        Detail::Location => (
            Action::Location,
            "Set Location",
            "Where to go, such as USW3 Bazaar",
        ),
        Detail::Note => (Action::Note, "Update Note", "What raiders should know"),
    };
    let input = match detail {
        Detail::Party | Detail::Location => TextInput::short(Detail::INPUT, detail.label()),
        Detail::Note => TextInput::paragraph(Detail::INPUT, detail.label()),
    };
    let input = input
        .length(0, detail.most_characters())
        .optional()
        .placeholder(placeholder)
        .value(run.detail(detail).unwrap_or_default());
    Modal::new(action.of(run.id), title).input(input)
}

/// By what name the only input of a form for a number is read.
pub const NUMBER_INPUT: &str = "number";

/// The form for the length of a chain.
pub fn chain_form(run: &Run) -> Modal {
    let now = run.chain_amount.map(|amount| amount.to_string());
    number_form(
        run,
        Action::Chain,
        "Chain Amount",
        "Keys in this chain",
        now,
    )
}

/// The form for how far the realm is.
pub fn score_form(run: &Run) -> Modal {
    let now = run.realm_score.map(|percent| percent.to_string());
    number_form(run, Action::Score, "Realm Score", "Percent", now)
}

fn number_form(run: &Run, action: Action, title: &str, label: &str, now: Option<String>) -> Modal {
    let input = TextInput::short(NUMBER_INPUT, label)
        .length(1, 3)
        .placeholder("1 to 99")
        .value(now.unwrap_or_default());
    Modal::new(action.of(run.id), title).input(input)
}
