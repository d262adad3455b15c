//! The first screen, as somebody new meets it, at a desk and on a phone.

use std::time::{Duration, Instant};

use muster_harness::Stage;

use crate::{DESK, PHONE, opens, suggestions};

#[tokio::test]
async fn from_the_first_screen_to_the_first_join_takes_less_than_a_minute() {
    let stage = Stage::evening().await;
    stage.playground.set_try_this(suggestions());
    let Some(browser) = opens(&stage, DESK).await else {
        return;
    };
    let opened = Instant::now();
    browser.page().shows("Try this").await;
    browser.picture("first-screen").await;
    browser.page().presses("As Otto and Vera").await;
    let (left, right) = (browser.pane(1), browser.pane(2));
    left.fills("dungeon", "", "Shatters").await;
    left.presses("Send").await;
    right.presses("Join").await;
    right.shows("You joined").await;
    let took = opened.elapsed();
    println!(
        "from the first screen to the first join: {} ms",
        took.as_millis()
    );
    assert!(took < Duration::from_secs(60), "{took:?}");
    browser.close().await;
}

#[tokio::test]
async fn on_a_phone_one_person_is_shown_at_a_time() {
    let stage = Stage::evening().await;
    stage.playground.set_try_this(suggestions());
    let Some(browser) = opens(&stage, PHONE).await else {
        return;
    };
    browser.page().shows("Try this").await;
    browser.picture("phone-first-screen").await;
    browser.page().presses("As Otto and Vera").await;
    let (left, right) = (browser.pane(1), browser.pane(2));
    left.fills("dungeon", "shat", "Shatters").await;
    browser.picture("phone-command").await;
    left.presses("Send").await;
    left.shows("is posted").await;
    browser.page().presses("Vera").await;
    right.presses("Join").await;
    right.shows("You joined").await;
    browser.picture("phone-joined").await;
    right.presses("Channels").await;
    right.opens("general").await;
    browser.picture("phone-channel").await;
    browser.page().presses("Operator").await;
    browser.drawer().presses("Bot").await;
    browser.picture("phone-drawer").await;
    let overflow = browser
        .script(
            "arguments[0](document.documentElement.scrollWidth - innerWidth);",
            Vec::new(),
        )
        .await;
    assert_eq!(overflow, 0, "nothing stands out to the side");
    browser.close().await;
}
