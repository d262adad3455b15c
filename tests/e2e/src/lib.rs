//! What several stories share: two plugins that exist for tests only, one that writes down what it hears
//! (with a board, a bell and a note), and one that tells whatever it is told to tell.

use std::time::Duration;

use muster_harness::{Stage, builtin_plugins, says};
use muster_playground::{Message, MessageHandle};
use muster_test_plugins::{DIARY, TELLER};
use serde_json::json;

/// The built-in plugins, the diary, and a teller that may tell of runs and keys.
pub fn with_guests() -> String {
    format!(
        "{}\n[plugins.diary]\npath = {DIARY:?}\n[plugins.teller]\npath = {TELLER:?}\n\
         emits = [\"run.*\", \"key.logged\"]\n",
        builtin_plugins()
    )
}

/// A configured guild with these plugins.
pub async fn stage_with_guests() -> Stage {
    let stage = Stage::with_plugins(&with_guests()).await;
    stage.is_configured().await;
    stage
}

/// What the diary holds.
pub async fn diary(stage: &Stage) -> String {
    says(stage.person("Olivia", "general").uses("/diary", json!({}))).await
}

/// A board that counts what was written down: what is heard is seen there. The bell rings after these minutes.
pub async fn board(stage: &Stage, minutes: Option<u32>) -> MessageHandle {
    let options = minutes.map_or(json!({}), |minutes| json!({ "minutes": minutes }));
    says(stage.person("Olivia", "general").uses("/board", options)).await;
    let general = stage.guild.channel("general").expect("there");
    let posted = stage
        .guild
        .wait_for_message(general, |message| message.buttons().contains(&"Write"));
    posted.await.expect("the board is hung up")
}

/// Waits until the diary holds this.
pub async fn comes_to_hear(stage: &Stage, board: &MessageHandle, words: &str) -> String {
    for _ in 1..50 {
        let text = diary(stage).await;
        if text.contains(words) {
            return text;
        }
        let so_far = text.lines().count() - 1;
        let more = |message: &Message| {
            let count = message.content.split(' ').next();
            count.and_then(|count| count.parse().ok()).unwrap_or(0) > so_far
        };
        let heard = board.wait_until(more).await;
        assert!(heard.is_ok(), "never heard `{words}`: {text}");
    }
    panic!("never heard `{words}`")
}

/// What is offered while somebody types.
pub async fn offered(
    act: Result<muster_playground::Act, muster_playground::Refused>,
) -> Vec<String> {
    let answer = act.expect("a client asks").answer().await;
    let answer = answer.expect("suggestions come").answer;
    answer
        .choices()
        .iter()
        .map(|choice| choice.name.clone())
        .collect()
}

/// What `/stats` tells somebody of themselves, once these words stand in it.
pub async fn stats_come_to_say(stage: &Stage, person: &str, words: &str) -> String {
    let person = stage.person(person, "general");
    let asked = async {
        loop {
            // It may be asked for three times in 15 seconds.
            stage.passes(Duration::from_secs(15));
            let told = says(person.uses("/stats", json!({}))).await;
            if told.contains(words) {
                return told;
            }
        }
    };
    let told = tokio::time::timeout(Duration::from_secs(20), asked).await;
    told.unwrap_or_else(|_| panic!("/stats never said `{words}`"))
}
