//! What goes wrong, by the operator's hand, and what people then read.

use muster_harness::Stage;

use crate::{DESK, opens};

#[tokio::test]
async fn a_right_taken_in_the_drawer_makes_the_bot_say_what_it_lacks() {
    let stage = Stage::evening().await;
    let Some(browser) = opens(&stage, DESK).await else {
        return;
    };
    browser.page().presses("Close").await;
    let (pane, drawer) = (browser.pane(1), browser.drawer());
    pane.becomes("Otto").await;
    pane.opens("organizers").await;
    browser.page().presses("Operator").await;
    drawer.presses("Channels").await;
    drawer.presses("raid").await;
    drawer.shows("Send messages").await;
    drawer
        .clicks("//*[@aria-label = 'Send messages']/button[. = 'deny']")
        .await;
    drawer
        .has("//*[@aria-label = 'Send messages']/button[. = 'deny'][@aria-pressed = 'true']")
        .await;
    pane.types("/run ").await;
    pane.fills("dungeon", "shat", "Shatters").await;
    pane.presses("Send").await;
    pane.message_shows("/run", "Send Messages").await;
    browser.picture("trouble-right").await;
    browser.close().await;
}

#[tokio::test]
async fn a_403_caused_in_the_drawer_shows_the_bots_own_explanation_and_stands_in_the_log() {
    let stage = Stage::evening().await;
    let Some(browser) = opens(&stage, DESK).await else {
        return;
    };
    browser.page().presses("Close").await;
    let (pane, drawer) = (browser.pane(1), browser.drawer());
    pane.becomes("Otto").await;
    pane.opens("organizers").await;
    browser.page().presses("Operator").await;
    drawer.presses("Bot").await;
    for (list, choice) in [("Requests", "posting messages"), ("Fault", "403")] {
        let list = drawer
            .has(&format!("//select[@aria-label = '{list}']"))
            .await;
        list.select_by_label(choice).await.expect("it is offered");
    }
    drawer.presses("Fail").await;
    drawer.shows("1 times").await;
    drawer.presses("Log").await;

    pane.types("/run ").await;
    pane.fills("dungeon", "shat", "Shatters").await;
    pane.presses("Send").await;
    pane.message_shows("/run", "I may not show a panel").await;
    drawer.shows("403 · 50013").await;
    browser.picture("trouble-403").await;
    browser.close().await;
}

#[tokio::test]
async fn no_answer_in_three_seconds_is_said_in_red() {
    let mut stage = Stage::evening().await;
    let Some(browser) = opens(&stage, DESK).await else {
        return;
    };
    browser.page().presses("Close").await;
    let (pane, drawer) = (browser.pane(1), browser.drawer());
    pane.becomes("Vera").await;
    let panel = stage
        .posts_a_run("Otto", serde_json::json!({ "dungeon": "SHATTERS" }))
        .await;
    pane.opens("raid").await;
    pane.shows("Shatters").await;
    stage.stops().await;
    pane.presses("Join").await;
    pane.has("//button[@aria-busy = 'true']").await;
    browser.page().presses("Operator").await;
    drawer.presses("+3 s").await;
    drawer.presses("+3 s").await;
    pane.shows("This interaction failed").await;
    pane.types("/run ").await;
    pane.has("//input[@data-option = 'dungeon']").await;
    browser.types("x").await;
    pane.presses("Send").await;
    drawer.presses("+30 s").await;
    pane.shows("The application did not respond").await;
    browser.picture("trouble-silence").await;
    drop(panel);
    browser.close().await;
}
