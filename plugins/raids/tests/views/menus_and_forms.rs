//! Menus and forms.

use super::*;

#[test]
fn all_classes_are_offered_and_ones_own_is_picked() {
    let seat = Seat {
        state: State::Join,
        class: Some("BARD".to_owned()),
    };
    assert_snapshot!(draw(&views::class_menu(&posted("SHATTERS"), Some(&seat))), @"
    Which class do you bring?
      [Choose your class ▾ 🥷 Rogue, 🏹 Archer, 🧙 Wizard, ⛪ Priest, 🪓 Warrior, 🛡️ Knight, ✨ Paladin, 🧪 Assassin, 💀 Necromancer, 🪤 Huntress, 🔮 Mystic, 🃏 Trickster, ⚡ Sorcerer, ⭐ Ninja, 🎌 Samurai, *🎵 Bard, 🐺 Summoner, 🗡️ Kensei, 🌿 Druid]
    ");
}

#[test]
fn forms_hold_what_is_set() {
    let run = with_texts(posted("SHATTERS"));
    let forms =
        [Detail::Party, Detail::Location, Detail::Note].map(|d| draw_modal(&views::form(&run, d)));
    assert_snapshot!(forms.join("\n"), @"
    # Set Party
    Party: Ann                               (up to 100, optional)
    # Set Location
    Location: USW3 Bazaar                    (up to 100, optional)
    # Update Note
    Organizer Note: bring a slow
    # no pets   (up to 1000, several lines, optional)
    ");
}
