//! The menus that **Choose class** and **Miniboss** show.

use muster_dungeons::CLASSES;
use muster_sdk::message::{Message, Row, Select, SelectOption};

use crate::custom_id::Action;
use crate::run::{Run, Seat};

/// All classes; the member's own is picked already.
pub fn class_menu(run: &Run, seat: Option<&Seat>) -> Message {
    let own = seat.and_then(|seat| seat.class.as_deref());
    let options = CLASSES.iter().map(|class| {
        SelectOption::new(class.label, class.key)
            .emoji(class.emoji)
            .picked(own == Some(class.key))
    });
    let menu =
        Select::options(Action::PickClass.of(run.id), options).placeholder("Choose your class");
    Message::text("Which class do you bring?").row(Row::select(menu))
}

/// Who may stand before the third room.
pub fn miniboss_menu(run: &Run) -> Message {
    let options = run
        .minibosses()
        .iter()
        .map(|name| SelectOption::new(name, name));
    let menu = Select::options(Action::PickMiniboss.of(run.id), options).placeholder("Which one?");
    Message::text("Which miniboss is it?").row(Row::select(menu))
}
