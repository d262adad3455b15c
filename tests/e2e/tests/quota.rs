//! Points and quotas, as the people of a guild live them: commands, panels, and what follows from runs.

use std::cell::RefCell;
use std::collections::HashSet;
use std::time::Duration;

use muster_harness::{Stage, comes_to_say, opens, says, shows};
use muster_playground::{Act, MessageHandle, Persona, Refused};
use serde_json::{Value, json};

#[path = "quota/configuring.rs"]
mod configuring;
#[path = "quota/people.rs"]
mod people;
#[path = "quota/week.rs"]
mod week;

/// A guild whose quota channel is mapped.
async fn evening() -> Stage {
    let stage = Stage::evening().await;
    a_moment_later(&stage);
    let told = says(
        stage
            .guild
            .owner()
            .uses("/setchannels", json!({ "quota": "quota" })),
    )
    .await;
    assert!(told.contains("Channel mappings"), "{told}");
    stage
}

/// Long enough for a member to be within their limits again.
fn a_moment_later(stage: &Stage) {
    stage.passes(Duration::from_secs(20));
}

/// Opens the quota of a role in front of Max, the moderator.
async fn opens_quota(max: &Persona, role: &str) -> MessageHandle {
    shows(max.uses("/configquota", json!({ "role": role }))).await
}

/// Fills in the form behind a button; the panel shows what became of it.
async fn fills_in(person: &Persona, panel: &MessageHandle, button: &str, values: Value) {
    let form = opens(person.presses(panel.id(), button)).await;
    is_taken(person.submits(&form, values)).await;
}

/// The bot takes what somebody did, and says nothing: what they look at changes.
async fn is_taken(act: Result<Act, Refused>) {
    let act = act.expect("a client sends it");
    act.acknowledged().await.expect("the bot answers in time");
}

/// The ranking of a role's quota in its channel.
async fn ranking(stage: &Stage, role: &str) -> MessageHandle {
    let channel = stage.guild.channel("quota").expect("there");
    let title = format!("{role} Quota Leaderboard");
    let found = stage
        .guild
        .wait_for_message(channel, move |message| message.text().contains(&title));
    found.await.expect("the ranking is posted")
}

/// Otto leads a run of Shatters, in which these take part, to its end.
async fn leads_a_run(stage: &Stage, raiders: &[&str]) {
    let panel = stage
        .posts_a_run("Otto", json!({ "dungeon": "SHATTERS" }))
        .await;
    for raider in raiders {
        says(stage.person(raider, "raid").presses(panel.id(), "Join")).await;
    }
    let otto = stage.person("Otto", "raid");
    let desk = shows(otto.presses(panel.id(), "Organizer Panel")).await;
    says(otto.presses(desk.id(), "Start")).await;
    comes_to_say(&desk, &["End Run"]).await;
    says(otto.presses(desk.id(), "End Run")).await;
    comes_to_say(&panel, &["Ended: Shatters"]).await;
}

/// What somebody's statistics come to say: points arrive a moment after the run has ended.
async fn comes_to_have(stage: &Stage, name: &str, words: &str) {
    let person = stage.person(name, "general");
    let mut last = String::new();
    for _ in 0..20 {
        last = says(person.uses("/stats", json!({}))).await;
        if last.contains(words) {
            return;
        }
        a_moment_later(stage);
    }
    panic!("{name} never had {words}, but:\n{last}");
}

/// The ranking that took the place of this one.
async fn ranking_after(stage: &Stage, before: &MessageHandle) -> MessageHandle {
    let channel = stage.guild.channel("quota").expect("there");
    let id = before.id();
    let found = stage.guild.wait_for_message(channel, move |message| {
        message.id != id && message.text().contains("Quota Leaderboard")
    });
    found.await.expect("a new ranking is posted")
}

/// Waits until the quota channel has said of so many periods that they ended.
async fn periods_end(stage: &Stage, count: usize) {
    let channel = stage.guild.channel("quota").expect("there");
    let seen = RefCell::new(HashSet::new());
    let last = stage.guild.wait_for_message(channel, |message| {
        if message.text().contains("Quota period ended") {
            seen.borrow_mut().insert(message.id);
        }
        seen.borrow().len() == count
    });
    last.await.expect("each of them is told");
}

/// How many periods the quota channel says have ended.
fn ended_periods(stage: &Stage) -> usize {
    let channel = stage.guild.channel("quota").expect("there");
    let messages = stage.guild.messages(channel);
    let ended = messages
        .iter()
        .filter(|message| message.text().contains("Quota period ended"));
    ended.count()
}
