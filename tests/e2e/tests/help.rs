//! `/help`: generated, by heading, and only what the asker may use.

use muster_harness::{says, shows};
use muster_test_e2e::{offered, stage_with_guests};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn help_shows_what_the_asker_may_use_by_heading() {
    let stage = stage_with_guests().await;
    let max = stage.person("Max", "general");
    let all = shows(max.uses("/help", json!({}))).await.draw();
    for part in [
        "Raid Management",
        "Configuration",
        "Utility",
        "`/run`",
        "`/audit`",
        "`/note`",
    ] {
        assert!(all.contains(part), "{part}: {all}");
    }
    assert!(
        !all.contains("`/plugins`"),
        "that is for administrators: {all}"
    );
    let ladder = "administrator > moderator > head_organizer > officer > security > organizer > verified_raider";
    assert!(all.contains(ladder), "{all}");
    let one = shows(max.uses("/help", json!({ "category": "Configuration" })))
        .await
        .draw();
    assert!(
        one.contains("`/setroles`") && !one.contains("`/run`"),
        "{one}"
    );
    let nina = says(stage.person("Nina", "general").uses("/help", json!({}))).await;
    assert!(
        nina.contains("`/ping`") && !nina.contains("`/note`"),
        "{nina}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn help_tells_all_about_one_command_that_the_asker_may_use() {
    let stage = stage_with_guests().await;
    let otto = stage.person("Otto", "general");
    let names = offered(otto.types("/help", "command", "no", json!({}))).await;
    assert_eq!(names, ["note"]);
    let told = shows(otto.uses("/help", json!({ "command": "note" })))
        .await
        .draw();
    for part in [
        "/note",
        "organizer",
        "diary",
        "`text`, required",
        "`password`",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let refused = says(otto.uses("/help", json!({ "command": "plugins" }))).await;
    assert!(refused.contains("no command `/plugins`"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn help_forgets_what_is_switched_off() {
    let stage = stage_with_guests().await;
    let ada = stage.person("Ada", "general");
    let told = says(ada.uses("/plugins disable plugin:diary", json!({}))).await;
    assert!(told.contains("`diary` is off"), "{told}");
    let all = shows(ada.uses("/help", json!({}))).await.draw();
    assert!(!all.contains("`/note`") && all.contains("`/tell`"), "{all}");
}
