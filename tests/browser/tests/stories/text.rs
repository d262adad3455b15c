//! Whatever people write stays text.

use muster_harness::Stage;
use muster_playground::MemberSpec;
use serde_json::json;

use crate::{DESK, opens};

const MARKUP: &str = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script><b>bold</b>";

#[tokio::test]
async fn markup_in_a_message_a_nickname_and_an_embed_stays_text() {
    let stage = Stage::evening().await;
    let nick = "<u onclick=x>Mal</u>".to_owned();
    let mallory = MemberSpec {
        name: "Mallory".into(),
        nick: Some(nick.clone()),
        roles: vec!["Organizer".into(), "Verified Raider".into()],
        ..MemberSpec::default()
    };
    stage.guild.join(&mallory).expect("joins");
    let Some(browser) = opens(&stage, DESK).await else {
        return;
    };
    browser.page().presses("Close").await;
    let pane = browser.pane(1);
    pane.becomes("Mal").await;
    pane.opens("general").await;
    pane.types(MARKUP).await;
    browser.types("\u{E007}").await;
    pane.shows(MARKUP).await;
    pane.has("//*[contains(@class, 'author')][contains(., '<u onclick=x>Mal</u>')]")
        .await;
    let run = json!({ "dungeon": "SHATTERS", "description": MARKUP, "party": MARKUP });
    stage.posts_a_run("Mallory", run).await;
    pane.opens("raid").await;
    pane.has("//div[contains(@class, 'embed')]//*[contains(., '<b>bold</b>')]")
        .await;
    browser.picture("text-stays-text").await;
    let made = browser
        .script(
            "const done = arguments[0];
             const made = document.querySelectorAll('.list img, .list script, .list b, .list [onclick], .list u');
             done([made.length, document.title]);",
            Vec::new(),
        )
        .await;
    assert_eq!(made, json!([0, "Muster Playground"]));
    browser.close().await;
}
