//! Listener: an event is stored only if somebody wants to hear it, so this plugin does. It makes nothing of
//! what it hears; tests look at what waits for it.

use muster_sdk::{Ctx, Event, Handled, Manifest};

muster_sdk::plugin! {
    manifest: manifest,
    events: {
        "run.created" => hear,
        "run.started" => hear,
        "run.ended" => hear,
        "run.cancelled" => hear,
        "run.party_changed" => hear,
        "run.key_popped" => hear,
        "key.reacted" => hear,
        "headcount.created" => hear,
        "headcount.converted" => hear,
        "headcount.ended" => hear,
        "party.created" => hear,
        "party.closed" => hear,
        "key.logged" => hear,
    },
}

fn manifest() -> Manifest {
    Manifest::new("listener", "Hears what others tell")
}

fn hear(_: &mut Ctx, _: Event) -> Handled {
    Ok(())
}
