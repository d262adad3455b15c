//! What raiders are pinged with, and what they read in direct messages.

use muster_raids::run::DetailChange;
use muster_raids::views::{Ping, Whom};
use muster_sdk::ids::RoleId;

use super::*;

const LINK: Option<&str> = Some("https://discord.com/channels/1/2/3");

fn live() -> Run {
    started(&with_texts(posted("SHATTERS")))
}

#[test]
fn the_start_pings_everybody_here_and_the_roles() {
    let whom = Whom {
        here: true,
        roles: vec![RoleId(5), RoleId(6)],
        users: Vec::new(),
    };
    let pings = views::ping(&live(), &Ping::Start, &whom, LINK);
    assert_eq!(pings.len(), 1);
    assert_snapshot!(draw(&pings[0]), @"
    🟢 Raid Starting! **Shatters** @here <@&5> <@&6> Party: **Ann** | Location: **USW3 Bazaar** https://discord.com/channels/1/2/3 (pings @here, <@&5>, <@&6>)
    ");
}

#[test]
fn raiders_without_a_role_are_named_in_as_many_messages_as_it_takes() {
    let most: Vec<UserId> = (0..200)
        .map(|n| UserId(10_000_000_000_000_000_000 + n))
        .collect();
    let whom = Whom {
        users: most.clone(),
        ..Whom::default()
    };
    let run = Run {
        party: Some("*".repeat(100)),
        location: Some("*".repeat(100)),
        ..live()
    };
    let pings = views::ping(&run, &Ping::Raiders, &whom, LINK);
    let json: Vec<serde_json::Value> = pings
        .iter()
        .map(|message| serde_json::to_value(message).expect("JSON"))
        .collect();
    let named = json.iter().flat_map(|message| {
        let users = message["allowed_mentions"]["users"].as_array();
        users.cloned().unwrap_or_default()
    });
    assert_eq!(named.count(), most.len());
    for message in &json {
        let content = message["content"].as_str().expect("a text");
        assert!(!content.ends_with('…'), "cut: {content}");
    }
}

#[test]
fn each_stage_of_oryx_3_has_its_sentence() {
    let run = Run {
        miniboss: Some("Dammah".to_owned()),
        ..started(&posted("ORYX_3"))
    };
    let all = [
        Ping::Score(57),
        Ping::Stage(Stage::Closed),
        Ping::Stage(Stage::Miniboss),
        Ping::Stage(Stage::ThirdRoom),
    ];
    let drawn: Vec<String> = all
        .iter()
        .map(|what| draw(&views::ping(&run, what, &Whom::default(), None)[0]))
        .collect();
    assert_snapshot!(drawn.join("\n"), @"
    🌍 **Oryx 3**: the realm is at **57%**.
    🚪 **Oryx 3**: the realm is closed!
    👹 **Oryx 3**: the miniboss is **Dammah**!
    🏛️ **Oryx 3**: third room!
    ");
}

#[test]
fn a_location_is_set_once_and_updated_after() {
    let mut change = DetailChange {
        detail: Detail::Location,
        before: None,
        after: Some("USW3 Bazaar".to_owned()),
    };
    let post = views::location_post(&live(), &change, Some(RoleId(5)), LINK);
    assert_snapshot!(draw(&post), @"
    <@&5>                                    (pings <@&5>)
    | 🟢 Location Set                         (green)
    | Organizer: <@1>    Dungeon: Shatters    Party: Ann
    | Location: USW3 Bazaar
    | Run: https://discord.com/channels/1/2/3
    ");
    change.before = Some("EUW".to_owned());
    let post = draw(&views::location_post(&live(), &change, None, None));
    assert!(post.contains("🟡 Location Updated"), "{post}");
}

#[test]
fn direct_messages_say_what_happened_and_where_to_go() {
    let run = live();
    let oryx = started(&posted("ORYX_3"));
    let tally = Tally {
        classes: count(&[("TRICKSTER", 2)]),
        ..Tally::default()
    };
    let all = [
        views::run_starts(&run, LINK),
        views::run_is_over(&run),
        views::early_location(&run, None),
        views::classes_filled(&oryx, &tally, None),
    ];
    let drawn: Vec<String> = all.iter().map(draw).collect();
    assert_snapshot!(drawn.join("\n"), @"
    🟢 **Shatters** starts. Party: **Ann** | Location: **USW3 Bazaar** https://discord.com/channels/1/2/3
    ✅ **Shatters** has ended. Thank you for coming!
    🔑 You offered a key for **Shatters**. Party: **Ann** | Location: **USW3 Bazaar**
    ✅ All needed classes of **Oryx 3** are there: Trickster 2/2.
    ");
}
