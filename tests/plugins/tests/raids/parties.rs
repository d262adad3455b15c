//! Parties that members open for each other.

use super::*;

fn called(name: &str) -> Json {
    json!([
        { "name": "party_name", "type": 3, "value": name },
        { "name": "description", "type": 3, "value": "all are welcome" },
        { "name": "dungeon_1", "type": 3, "value": "SHATTERS" },
        { "name": "dungeon_2", "type": 3, "value": "shatts" },
    ])
}

/// Vera opens a party, and Discord shows it.
async fn opens(guild: &Guild, name: &str) -> u64 {
    let told = guild.raider(14, "Vera").uses("party", called(name)).await;
    let Told::Waits(tags) = told else {
        panic!("{told:?}");
    };
    let id = tags[0]
        .strip_prefix("party/")
        .and_then(|id| id.parse().ok());
    let id: u64 = id.expect("the panel's tag");
    let results = json!([
        { "tag": tags[0], "ok": true, "channel": "501", "message": (900 + id).to_string() },
        { "tag": tags[1], "ok": true, "channel": (900 + id).to_string() },
    ]);
    contains(
        &guild.outcome(results).await.privately(),
        "https://discord.com/channels/1/501/90",
    );
    id
}

/// What was asked of Discord since the outbox was asked last, without lines of logs.
fn deeds(guild: &Guild) -> Vec<String> {
    let effects = guild.outbox().into_iter().flat_map(|row| row.effects);
    let deeds = effects.filter_map(|effect| match effect.action {
        Action::SendMessage { to, message, .. } => Some(format!("say {to} {}", message["content"])),
        Action::DeleteMessage { message } => Some(format!("delete {message}")),
        Action::ThreadEdit {
            thread, archived, ..
        } => Some(format!("archive {thread} {archived:?}")),
        Action::ThreadCreate {
            title,
            archive_minutes,
            ..
        } => Some(format!("thread {title} {archive_minutes}")),
        _ => None,
    });
    deeds.collect()
}

async fn ready() -> Guild {
    let guild = Guild::new().await;
    guild.maps("party_finder", RAID).await;
    guild
}

#[tokio::test(flavor = "multi_thread")]
async fn a_party_is_posted_with_its_thread() {
    let guild = ready().await;
    let told = guild
        .raider(14, "Vera")
        .uses("party", called(" Chill *run* "))
        .await;
    assert_eq!(
        told,
        Told::Waits(vec!["party/1".into(), "party-thread/1".into()])
    );
    assert_eq!(guild.panel_changes(), ["open party/1"]);
    assert_eq!(deeds(&guild), ["thread Chill *run* 60"]);
    let panel = guild.panel("party/1").await.expect("open");
    for part in [
        "✅ Party Open",
        "Chill \\*run\\*",
        "<@14>",
        "Dungeons: Shatters",
        "[Extend]",
        "[Close: red]",
    ] {
        contains(&panel, part);
    }
    assert_eq!(
        guild.heard("party.created").await,
        [json!({ "party_id": 1, "owner_id": "14" })]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_channel_there_are_no_parties() {
    let guild = Guild::new().await;
    let told = guild
        .raider(14, "Vera")
        .uses("party", called("x"))
        .await
        .refused();
    contains(&told, "/setchannels party_finder");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_party_that_cannot_be_posted_blocks_nobody() {
    let guild = ready().await;
    let vera = guild.raider(14, "Vera");
    vera.uses("party", called("x")).await;
    let failed = json!([{ "tag": "party/1", "ok": false, "problem": "I lack Embed Links there." }]);
    contains(
        &guild.outcome(failed).await.privately(),
        "I lack Embed Links there.",
    );
    assert!(matches!(
        vera.uses("party", called("x")).await,
        Told::Waits(_)
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_party_at_a_time_and_three_in_half_an_hour() {
    let guild = ready().await;
    let vera = guild.raider(14, "Vera");
    for expected in 1..=3 {
        let id = opens(&guild, "x").await;
        assert_eq!(id, expected);
        contains(
            &vera.uses("party", called("y")).await.refused(),
            "You already have a party: **x**",
        );
        contains(
            &vera.presses(&format!("party-close/{id}")).await.privately(),
            "is closed",
        );
    }
    contains(
        &vera.uses("party", called("y")).await.refused(),
        "three parties within half an hour",
    );
    guild.later(minutes(30)).await;
    assert_eq!(opens(&guild, "x").await, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn its_owner_extends_it_and_security_closes_it() {
    let guild = ready().await;
    let id = opens(&guild, "x").await;
    let (vera, ben) = (guild.raider(14, "Vera"), guild.raider(BEN, "Ben"));
    contains(
        &ben.presses(&format!("party-extend/{id}")).await.refused(),
        "Only the owner",
    );
    contains(
        &ben.presses(&format!("party-close/{id}")).await.refused(),
        "security",
    );
    contains(
        &vera
            .presses(&format!("party-extend/{id}"))
            .await
            .privately(),
        "now closes",
    );
    guild.later(minutes(121)).await;
    assert_eq!(
        guild.rows("select status from party").await,
        [[Value::from("open")]]
    );
    guild.outbox();
    let sam = guild.security(15, "Sam");
    contains(
        &sam.presses(&format!("party-close/{id}")).await.privately(),
        "is closed",
    );
    assert_eq!(
        deeds(&guild),
        [
            "delete panel:party/1",
            "archive name:party-thread/1 Some(true)"
        ]
    );
    contains(
        &vera.presses(&format!("party-extend/{id}")).await.refused(),
        "is closed",
    );
    assert_eq!(guild.panel("party/1").await, None);
    assert_eq!(guild.heard("party.closed").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn its_owner_is_warned_twice_and_then_it_closes_even_after_a_restart() {
    let guild = ready().await;
    opens(&guild, "x").await;
    guild.later(minutes(109)).await;
    guild.outbox();
    let guild = guild.restarted().await;
    guild.later(minutes(1)).await;
    let said = deeds(&guild);
    assert_eq!(said.len(), 1, "{said:?}");
    contains(
        &said[0],
        "say name:party-thread/1 \"<@14>, your party closes in 10 minutes.",
    );
    guild.later(minutes(5)).await;
    contains(&deeds(&guild).join("\n"), "closes in 5 minutes");
    guild.later(minutes(5)).await;
    assert_eq!(deeds(&guild).len(), 2);
    assert_eq!(
        guild.rows("select status, close_reason from party").await,
        [[Value::from("closed"), "auto".into()]]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_extension_moves_the_warnings() {
    let guild = ready().await;
    opens(&guild, "x").await;
    guild.raider(14, "Vera").presses("party-extend/1").await;
    guild.outbox();
    guild.later(minutes(120)).await;
    assert_eq!(deeds(&guild), Vec::<String>::new());
    guild.later(minutes(50)).await;
    contains(&deeds(&guild).join("\n"), "closes in 10 minutes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_party_whose_message_was_deleted_is_closed() {
    let guild = ready().await;
    opens(&guild, "x").await;
    guild.loses_panel("party/1").await;
    assert_eq!(
        guild.rows("select status, close_reason from party").await,
        [[Value::from("closed"), "orphaned".into()]]
    );
    let elsewhere = guild.raider(14, "Vera").in_guild(2);
    contains(
        &elsewhere.presses("party-close/1").await.refused(),
        "This party is gone.",
    );
}
