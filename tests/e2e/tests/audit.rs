//! `/audit`: who did what, page by page or as a file.

use std::time::Duration;

use muster_harness::{Stage, comes_to_say, says, shows};
use muster_test_e2e::{offered, stage_with_guests};
use serde_json::json;

const DAY: Duration = Duration::from_secs(24 * 3600);

async fn notes(stage: &Stage, person: &str, texts: impl IntoIterator<Item = String>) {
    let person = stage.person(person, "general");
    for text in texts {
        let told = says(person.uses("/note", json!({ "text": text }))).await;
        assert_eq!(told, "Written down.");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_is_listed_newest_first_and_only_its_asker_turns_the_pages() {
    let stage = stage_with_guests().await;
    notes(&stage, "Otto", (1..=12).map(|n| format!("entry-{n}"))).await;
    let max = stage.person("Max", "general");
    let list = shows(max.uses("/audit", json!({ "action": "diary.note" }))).await;
    let first = comes_to_say(&list, &["Page 1 of 2", "12 lines", "Older ▶"]).await;
    let place = |text: &str| {
        first
            .find(text)
            .unwrap_or_else(|| panic!("no {text}: {first}"))
    };
    assert!(
        place("entry-12`") < place("entry-11`") && place("entry-4`") < place("entry-3`"),
        "{first}"
    );
    assert!(!first.contains("entry-2`"), "{first}");

    let olivia = stage.guild.owner();
    assert!(
        olivia.presses(list.id(), "Older ▶").is_err(),
        "nobody else sees it"
    );
    max.presses(list.id(), "Older ▶").expect("he does");
    let second = comes_to_say(&list, &["Page 2 of 2", "entry-1`"]).await;
    assert!(!second.contains("entry-3`"), "{second}");
    max.presses(list.id(), "⏮ Newest").expect("he does");
    comes_to_say(&list, &["Page 1 of 2", "entry-12`"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_is_for_moderators_and_a_page_asks_again_who_turns_it() {
    let stage = stage_with_guests().await;
    let otto = stage.person("Otto", "general");
    let told = says(otto.uses("/audit", json!({}))).await;
    assert!(told.contains("moderator"), "{told}");
    notes(&stage, "Otto", (1..=12).map(|n| format!("entry-{n}"))).await;
    let max = stage.person("Max", "general");
    let list = shows(max.uses("/audit", json!({ "action": "diary.note" }))).await;
    let moderator = stage.guild.role("Moderator").expect("there");
    stage.guild.set_role(max.id(), moderator.id, false);
    let told = says(max.presses(list.id(), "Older ▶")).await;
    assert!(told.contains("moderator"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_is_searched_by_action_user_text_and_days() {
    let stage = stage_with_guests().await;
    notes(&stage, "Otto", ["by-otto".to_owned()]).await;
    notes(&stage, "Orla", ["by-orla 100%".to_owned()]).await;
    let max = stage.person("Max", "general");
    let actions = offered(max.types("/audit", "action", "set", json!({}))).await;
    assert_eq!(actions, ["guild.channels.set", "guild.roles.set"]);

    let of = |options| {
        // It may be used twice in five seconds.
        stage.passes(Duration::from_secs(5));
        let max = max.clone();
        async move { shows(max.uses("/audit", options)).await.draw() }
    };
    let drawn = of(json!({ "action": "guild.roles.set" })).await;
    assert!(
        drawn.contains("guild.roles.set") && drawn.contains("@Olivia"),
        "{drawn}"
    );
    let drawn = of(json!({ "user": "Orla" })).await;
    assert!(
        drawn.contains("by-orla") && !drawn.contains("by-otto"),
        "{drawn}"
    );
    let drawn = of(json!({ "text": "0%" })).await;
    assert!(
        drawn.contains("by-orla") && drawn.contains("1 lines"),
        "{drawn}"
    );
    stage.passes(31 * DAY);
    let drawn = of(json!({ "action": "diary.note" })).await;
    assert!(
        drawn.contains("Nothing fits"),
        "30 days if nobody says: {drawn}"
    );
    let drawn = of(json!({ "action": "diary.note", "days": 40 })).await;
    assert!(drawn.contains("2 lines of 40 days"), "{drawn}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_export_is_a_file_that_no_spreadsheet_runs() {
    let stage = stage_with_guests().await;
    let hostile = ["=HYPERLINK(\"x\")", "+1", "plain, with \"quotes\""];
    notes(&stage, "Otto", hostile.map(str::to_owned)).await;
    let max = stage.person("Max", "general");
    let act = max
        .uses("/audit", json!({ "action": "diary.note", "export": true }))
        .expect("a client sends it");
    let files = act.wait_for_followups(1).await.expect("a file follows");
    let message = files[0].now().expect("there");
    assert_eq!(message.visible_to, Some(max.id()), "only the asker sees it");
    let file = &message.attachments[0];
    assert!(file.filename.starts_with("audit-") && file.filename.ends_with(".csv"));
    let text = String::from_utf8(file.data.to_vec()).expect("UTF-8");
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!(lines[0], "time,actor_id,source,action,subject,meta");
    assert_eq!(
        (lines.len(), lines[4]),
        (5, ""),
        "a header, three records, the last line ended"
    );
    assert!(
        lines[1].contains(",diary.note,\"plain, with \"\"quotes\"\"\","),
        "{}",
        lines[1]
    );
    assert!(lines[2].contains(",diary.note,\"'+1\","), "{}", lines[2]);
    assert!(
        lines[3].contains(",diary.note,\"'=HYPERLINK(\"\"x\"\")\","),
        "{}",
        lines[3]
    );
    let otto = stage.person("Otto", "general").id().to_string();
    assert!(
        lines[1].contains(&format!("Z,{otto},diary,")),
        "{}",
        lines[1]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_older_than_the_guild_keeps_leave_the_list() {
    let stage = stage_with_guests().await;
    notes(&stage, "Otto", ["old".to_owned()]).await;
    let max = stage.person("Max", "general");
    let chosen = says(max.uses("/config set name:audit_keep_days value:30", json!({}))).await;
    assert!(
        chosen.contains("`30` from now on; it was `365`"),
        "{chosen}"
    );
    stage.passes(31 * DAY);
    notes(&stage, "Otto", ["new".to_owned()]).await;
    let swept = async {
        loop {
            stage.passes(Duration::from_secs(3601));
            let options = json!({ "action": "diary.note", "days": 365 });
            let drawn = shows(max.uses("/audit", options)).await.draw();
            if !drawn.contains("`old`") {
                return drawn;
            }
        }
    };
    let drawn = tokio::time::timeout(Duration::from_secs(20), swept).await;
    assert!(drawn.expect("swept within the hour").contains("`new`"));
}
