//! A plugin with every section, called as the host calls it, over a host of memory.

use muster_sdk::message::{Choice, Message};
use muster_sdk::testing::{Request, TestHost};
use muster_sdk::{
    Ctx, Event, Failure, Handled, Manifest, Outcomes, Plugin as _, Timer, Typing, row_id,
};
use serde_json::{Value, json};

muster_sdk::plugin! {
    manifest: manifest,
    commands: { "party" => party },
    components: { "join" => join, "class" => class, "note" => note },
    autocomplete: { "party" => suggest },
    panels: { "party" => panel },
    timers: { "close" => close },
    events: { "member.left" => left },
    outcome: posted,
}

row_id! {
    /// One party.
    pub struct PartyId;
}

fn manifest() -> Manifest {
    Manifest::new("parties", "People who play together")
}

mod party {
    use std::time::Duration;

    use muster_sdk::{Command, CommandSpec, Ctx, Handled, Mark, NewMessage, OptionSpec, Place};

    pub fn spec() -> CommandSpec {
        CommandSpec::new("Opens a party").option(OptionSpec::text("name", "Its name").required())
    }

    pub fn handle(ctx: &mut Ctx, command: Command) -> Handled {
        let name = command.text("name")?;
        let invitation = NewMessage::to(Place::key("parties"), name.as_str())
            .named("party/1")
            .tag("post")
            .file("rules.txt", "Be kind.")
            .received("map.png", "900");
        ctx.send_message(invitation)?;
        ctx.role_add(
            command.member,
            muster_sdk::RoleRef::key("leader"),
            Mark::tag("role").reason("leads"),
        )?;
        ctx.reply_after(&["post", "role"], Duration::from_secs(10))
    }
}

mod join {
    use muster_sdk::{ComponentSpec, Ctx, Handled, Press};

    use super::PartyId;

    pub fn spec() -> ComponentSpec {
        ComponentSpec::for_everyone()
    }

    pub fn handle(ctx: &mut Ctx, press: Press<PartyId>) -> Handled {
        ctx.refresh(format!("party/{}", press.data))?;
        ctx.reply_private(format!(
            "{} is in party {}.",
            press.member.mention(),
            press.data
        ))
    }
}

mod class {
    use muster_sdk::{ComponentSpec, Ctx, Handled, Pick, Rank};

    pub fn spec() -> ComponentSpec {
        ComponentSpec::for_rank(Rank::VerifiedRaider)
    }

    pub fn handle(ctx: &mut Ctx, pick: Pick<(i64, String)>) -> Handled {
        let (party, slot) = pick.data;
        ctx.reply_private(format!("{party} {slot} {}", pick.values.join(",")))
    }
}

mod note {
    use muster_sdk::{ComponentSpec, Ctx, Form, Handled};

    pub fn spec() -> ComponentSpec {
        ComponentSpec::for_everyone()
    }

    pub fn handle(ctx: &mut Ctx, form: Form) -> Handled {
        ctx.reply_private(form.text("note"))
    }
}

fn suggest(_: &mut Ctx, typing: Typing) -> Result<Vec<Choice>, Failure> {
    Ok((0..30)
        .map(|n| Choice::new(format!("{} {n}", typing.text), n))
        .collect())
}

fn panel(_: &mut Ctx, party: PartyId) -> Result<Option<Message>, Failure> {
    Ok((party.0 == 1).then(|| Message::text("Party 1")))
}

fn close(ctx: &mut Ctx, timer: Timer<PartyId>) -> Handled {
    ctx.close_panel(format!("party/{}", timer.data))?;
    ctx.emit("party.closed", &json!({ "why": timer.payload }))
}

fn left(ctx: &mut Ctx, event: Event) -> Handled {
    let body: Value = event.body()?;
    ctx.audit(
        "party.leave",
        &event.source,
        &json!({ "who": body["user"], "at": event.at }),
    )
}

fn posted(ctx: &mut Ctx, outcomes: Outcomes) -> Handled {
    ctx.reply_private(outcomes.problems().join(" "))
}

#[test]
fn the_manifest_lists_what_the_macro_lists() {
    let manifest: Value = serde_json::from_str(&Plugin::describe().to_json()).expect("JSON");
    assert_eq!(manifest["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(manifest["commands"][0]["name"], "party");
    assert_eq!(manifest["commands"][0]["options"][0]["required"], true);
    assert_eq!(manifest["components"][1]["action"], "class");
    assert_eq!(manifest["components"][1]["minimum_role"], "verified_raider");
    assert_eq!(manifest["subscribes"], json!(["member.left"]));
}

#[test]
fn a_command_reaches_its_module() {
    let mut host = TestHost::default();
    let data = r#"{"options": [{"name": "name", "type": 3, "value": "Ann's"}]}"#;
    Plugin::command(&mut host.ctx(), "party", data).expect("runs");
    let Request::Effect("send_message", sent) = &host.requests[0] else {
        panic!("{:?}", host.requests);
    };
    assert_eq!(
        (&sent["to"], &sent["name"]),
        (&json!("key:parties"), &json!("party/1"))
    );
    assert_eq!(sent["message"]["content"], "Ann's");
    assert_eq!(
        sent["options"]["files"],
        json!([{"name": "rules.txt", "text": "Be kind."}, {"name": "map.png", "received": "900"}])
    );
    let Request::Effect("role_add", given) = &host.requests[1] else {
        panic!("{:?}", host.requests);
    };
    assert_eq!(
        (&given["role"], &given["tag"]),
        (&json!("key:leader"), &json!("role"))
    );
    assert_eq!(given["options"], json!({"reason": "leads"}));
    let waits = json!({"tags": ["post", "role"], "within": 10_000});
    assert_eq!(host.answer(), Some(("after", &waits)));
}

#[test]
fn each_kind_of_component_reaches_its_handler_with_its_data() {
    for (custom_id, input, answer) in [
        ("join/7", r#"{"kind": "button"}"#, "<@3> is in party 7."),
        (
            "class/7/main",
            r#"{"kind": "select", "values": ["WIZARD"]}"#,
            "7 main WIZARD",
        ),
        (
            "note",
            r#"{"kind": "modal", "fields": {"note": " hi "}}"#,
            "hi",
        ),
    ] {
        let mut host = TestHost::default();
        Plugin::component(&mut host.ctx(), custom_id, input).expect(custom_id);
        assert_eq!(host.text_of_answer(), answer);
    }
}

#[test]
fn discord_is_given_no_more_suggestions_than_it_shows() {
    let mut host = TestHost::default();
    let data = r#"{"options": [{"name": "name", "type": 3, "value": "x", "focused": true}]}"#;
    Plugin::suggest(&mut host.ctx(), "party", data).expect("suggests");
    let (function, choices) = host.answer().expect("choices");
    assert_eq!(
        (function, choices.as_array().map(Vec::len)),
        ("choices", Some(25))
    );
    assert_eq!(choices[0], json!({"name": "x 0", "value": 0}));
}

#[test]
fn a_panel_that_is_gone_is_none() {
    let mut host = TestHost::default();
    let mut render = |name: &str| Plugin::render(&mut host.ctx(), name);
    assert_eq!(render("party/1"), Ok(Some(Message::text("Party 1"))));
    assert_eq!(render("party/2"), Ok(None));
    assert_eq!(render("party/x"), Ok(None));
    assert!(matches!(render("other/1"), Err(Failure::Internal(_))));
}

#[test]
fn timers_events_and_outcomes_arrive() {
    let mut host = TestHost::default();
    Plugin::fire(&mut host.ctx(), "close/7", "late".into()).expect("fires");
    let (topic, source) = ("member.left".to_owned(), "host".to_owned());
    let body = r#"{"user": "7"}"#.to_owned();
    Plugin::event(&mut host.ctx(), topic, source, 5, body).expect("hears");
    let results = r#"[{"tag": "role", "ok": false, "problem": "No."}]"#;
    Plugin::outcome(&mut host.ctx(), results).expect("answers");
    assert_eq!(
        host.requests[..3],
        [
            Request::Panel("close", "party/7".into(), String::new()),
            Request::Event("party.closed".into(), json!({ "why": "late" })),
            Request::Audit(
                "party.leave".into(),
                "host".into(),
                json!({ "who": "7", "at": 5 })
            ),
        ]
    );
    assert_eq!(host.text_of_answer(), "No.");
}

#[test]
fn what_is_not_listed_is_the_operators() {
    let mut host = TestHost::default();
    let unknown = Plugin::command(&mut host.ctx(), "quit", "{}");
    assert!(matches!(unknown, Err(Failure::Internal(_))), "{unknown:?}");
    let unknown = Plugin::component(&mut host.ctx(), "quit/1", r#"{"kind": "button"}"#);
    assert!(matches!(unknown, Err(Failure::Internal(_))), "{unknown:?}");
}
