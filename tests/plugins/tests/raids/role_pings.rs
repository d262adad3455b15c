//! Roles that members give themselves to be pinged by runs.

use super::*;

fn mapping(dungeon: &str, role: Option<u64>) -> Json {
    let mut options = vec![json!({ "name": "dungeon", "type": 3, "value": dungeon })];
    options
        .extend(role.map(|role| json!({ "name": "role", "type": 8, "value": role.to_string() })));
    options.into()
}

fn deeds(guild: &Guild) -> Vec<String> {
    let effects = guild.outbox().into_iter().flat_map(|row| row.effects);
    let deeds = effects.filter_map(|effect| match effect.action {
        Action::RoleAdopt { name, role } => Some(format!("adopt {name} {role}")),
        Action::RoleForget { name } => Some(format!("forget {name}")),
        Action::MemberRole { user, role, give } => Some(format!("{user} {role:?} {give}")),
        Action::DeleteMessage { message } => Some(format!("delete {message}")),
        _ => None,
    });
    deeds.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moderator_chooses_the_role_of_a_dungeon_and_takes_it_away() {
    let guild = Guild::new().await;
    let max = guild.moderator(16, "Max");
    let told = max
        .uses("configrolepings", mapping(SHATTERS, Some(PING_ROLE)))
        .await
        .privately();
    contains(&told, "Runs of **Shatters** ping <@&71>");
    contains(&told, "/sendrolepingembed");
    assert_eq!(deeds(&guild), ["adopt ping-role/71 71"]);
    max.uses("configrolepings", mapping("NEST", Some(PING_ROLE)))
        .await
        .privately();
    deeds(&guild);
    max.uses("configrolepings", mapping(SHATTERS, None))
        .await
        .privately();
    assert_eq!(deeds(&guild), Vec::<String>::new(), "Nest still pings it");
    max.uses("configrolepings", mapping("NEST", None))
        .await
        .privately();
    assert_eq!(deeds(&guild), ["forget ping-role/71"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_with_power_is_refused() {
    let guild = Guild::new().await;
    let max = guild.moderator(16, "Max");
    let told = max
        .uses("configrolepings", mapping(SHATTERS, Some(STAFF_ROLE)))
        .await
        .refused();
    contains(&told, "carries Manage Messages");
    assert_eq!(
        guild
            .rows("select dungeon_key from dungeon_role_ping")
            .await,
        Vec::<Vec<Value>>::new()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn members_give_themselves_the_role_and_give_it_back() {
    let guild = Guild::new().await;
    let max = guild.moderator(16, "Max");
    max.uses("configrolepings", mapping(SHATTERS, Some(PING_ROLE)))
        .await
        .privately();
    deeds(&guild);
    let ben = guild.member(BEN, "Ben");
    assert_eq!(
        ben.presses("role-ping/SHATTERS").await,
        Told::Waits(vec!["ping-on".into()])
    );
    let given = json!([{ "tag": "ping-on", "ok": true, "role": "71" }]);
    contains(
        &guild.outcome(given).await.privately(),
        "You now have <@&71>.",
    );
    let ben = ben.with_role(PING_ROLE);
    ben.presses("role-ping/SHATTERS").await;
    assert_eq!(deeds(&guild), ["12 Name(\"ping-role/71\") false"]);
    contains(
        &ben.presses("role-ping/NEST").await.refused(),
        "has no role any more",
    );
    let elsewhere = ben.clone().in_guild(2);
    let elsewhere = elsewhere.presses("role-ping/SHATTERS").await;
    contains(&elsewhere.refused(), "has no role any more");
    ben.presses("role-ping/SHATTERS").await;
    let failed = json!([{ "tag": "ping-off", "ok": false, "problem": "My highest role is not above Ping." }]);
    contains(
        &guild.outcome(failed).await.privately(),
        "My highest role is not above Ping.",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_buttons_are_posted_anew_in_place_of_the_old_ones() {
    let guild = Guild::new().await;
    let ada = guild.administrator(17, "Ada");
    contains(
        &ada.uses("sendrolepingembed", json!([])).await.refused(),
        "/setchannels role_ping",
    );
    guild.maps("role_ping", RAID).await;
    contains(
        &ada.uses("sendrolepingembed", json!([])).await.refused(),
        "/configrolepings",
    );
    ada.uses("configrolepings", mapping(SHATTERS, Some(PING_ROLE)))
        .await
        .privately();
    guild.panel_changes();
    contains(
        &ada.uses("sendrolepingembed", json!([])).await.privately(),
        "<#501>",
    );
    assert_eq!(guild.panel_changes(), ["open role-pings/1/0"]);
    contains(
        &guild.panel("role-pings/1/0").await.expect("open"),
        "Shatters: <@&71>",
    );
    let told = ada
        .uses("configrolepings", mapping("NEST", Some(PING_ROLE)))
        .await
        .privately();
    assert!(
        !told.contains("/sendrolepingembed"),
        "it has a place: {told}"
    );
    assert_eq!(guild.panel_changes(), ["refresh role-pings/1/*"]);
    deeds(&guild);
    ada.uses("sendrolepingembed", json!([])).await.privately();
    assert_eq!(deeds(&guild), ["delete panel:role-pings/1/0"]);
    assert_eq!(guild.panel_changes(), ["open role-pings/2/0"]);
}
