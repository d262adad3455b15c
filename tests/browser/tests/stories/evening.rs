//! An evening: two people side by side, from the run's post to its end.

use muster_harness::Stage;

use crate::{DESK, opens};

#[tokio::test]
async fn two_people_side_by_side_play_a_run_from_its_post_to_its_end() {
    let stage = Stage::evening().await;
    let Some(browser) = opens(&stage, DESK).await else {
        return;
    };
    browser.page().presses("Close").await;
    let (left, right) = (browser.pane(1), browser.pane(2));
    left.becomes("Otto").await;
    left.opens("organizers").await;
    browser.page().presses("Side by side").await;
    browser.page().chooses("Vera").await;
    right.shows("Vera").await;
    right.presses("Channels").await;
    right.opens("raid").await;

    left.types("/run ").await;
    left.fills("dungeon", "shat", "Shatters").await;
    left.presses("Send").await;
    left.shows("is posted").await;
    right.message_shows("Shatters", "Raiders").await;
    browser.picture("evening-posted").await;

    right.presses("Join").await;
    right.shows("You joined").await;
    right.presses("Choose class").await;
    right
        .clicks("/descendant::button[contains(@class, 'menu')][last()]")
        .await;
    browser.page().chooses("Wizard").await;
    right.shows("you are").await;
    right.message_shows("Raiders", "Wizard (1)").await;
    browser.picture("evening-joined").await;

    // The link of the answer leads to the panel, without leaving the page.
    left.clicks("//button[contains(@class, 'jump')]").await;
    left.message_shows("Raiders", "Wizard (1)").await;
    left.presses("Organizer Panel").await;
    left.shows("Organizer Panel —").await;
    left.presses("Set Party").await;
    left.has("//form[@role = 'dialog']").await;
    browser.types("Garden").await;
    browser.picture("evening-form").await;
    left.presses("Submit").await;
    left.message_shows("Organizer Panel —", "Garden").await;
    left.presses("Start").await;
    right.message_shows("Raiders", "LIVE").await;
    left.presses("End Run").await;
    right.message_shows("Raiders", "Ended").await;
    browser.picture("evening-ended").await;

    // What only one person saw can be dismissed, and is gone for good.
    right.presses("Dismiss message").await;
    right.loses("You joined").await;
    browser.close().await;
}
