//! A guild's owner sets the bot up, in a guild where nothing is set up yet.

use muster_harness::Stage;

use crate::{DESK, opens};

#[tokio::test]
async fn an_owner_maps_roles_and_channels_and_an_organizer_posts_a_run() {
    let stage = Stage::fresh().await;
    let Some(browser) = opens(&stage, DESK).await else {
        return;
    };
    browser.page().presses("Close").await;
    let pane = browser.pane(1);
    pane.shows("Olivia").await;
    pane.opens("general").await;

    // The picker: what is offered, what the command says of itself, and its options.
    pane.types("/setro").await;
    browser.page().shows("/setroles").await;
    browser.picture("setup-picker").await;
    browser.types("\u{E007}").await;
    for (key, role) in [
        ("administrator", "Administrator"),
        ("organizer", "Organizer"),
        ("verified_raider", "Verified Raider"),
    ] {
        pane.adds(key).await;
        pane.fills(key, role, role).await;
    }
    browser.picture("setup-options").await;
    pane.presses("Send").await;
    pane.shows("Role mappings").await;

    pane.types("/setchannels ").await;
    for (key, channel) in [("raid", "#raid"), ("raid_log", "#raid-log")] {
        pane.adds(key).await;
        pane.fills(key, channel, channel).await;
    }
    pane.presses("Send").await;
    pane.shows("Channel mappings").await;
    browser.picture("setup-done").await;

    // What a client checks before it sends anything.
    pane.types("/setroles ").await;
    pane.adds("moderator").await;
    browser.types("Nobody at all").await;
    pane.presses("Send").await;
    pane.shows("Choose one of the list.").await;
    pane.presses("Leave this command").await;

    pane.becomes("Otto").await;
    pane.opens("organizers").await;
    pane.types("/run ").await;
    pane.fills("dungeon", "shat", "Shatters").await;
    pane.presses("Send").await;
    pane.shows("is posted").await;
    browser.close().await;
}
