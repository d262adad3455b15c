//! A small OpenAPI file, and what is said about what does not fit it.

use std::sync::Arc;

use muster_test_openapi::{Accepted, Judge, Line, Report};
use serde_json::{Value, json};

const BOT: &str = concat!("DiscordBot (", env!("CARGO_PKG_REPOSITORY"), ", 0.1.0)");

fn file() -> Value {
    let json = |schema: &str| {
        let schema = json!({ "$ref": format!("#/components/schemas/{schema}") });
        json!({ "content": { "application/json": { "schema": schema } } })
    };
    let mut body = json("NewPlan");
    body["required"] = json!(true);
    json!({
        "openapi": "3.1.0",
        "paths": {
            "/gardens/{garden_id}/plans": {
                "parameters": [{
                    "name": "garden_id", "in": "path", "schema": { "$ref": "#/components/schemas/Id" },
                }],
                "post": {
                    "parameters": [{ "name": "dry", "in": "query", "schema": { "type": "boolean" } }],
                    "requestBody": body,
                    "responses": { "200": json("Plan"), "4XX": { "$ref": "#/components/responses/No" } },
                },
                "delete": { "responses": { "204": {} } },
            },
        },
        "components": {
            "responses": { "No": json("Refusal") },
            "schemas": {
                "Id": { "type": "string", "pattern": "^(0|[1-9][0-9]*)$" },
                "Plan": {
                    "type": "object", "required": ["id", "beds"],
                    "properties": {
                        "id": { "$ref": "#/components/schemas/Id" },
                        "beds": { "type": "array", "items": { "oneOf": [
                            { "$ref": "#/components/schemas/Roses" }, { "$ref": "#/components/schemas/Lawn" },
                        ] } },
                    },
                },
                "NewPlan": { "type": "object", "properties": { "name": { "type": "string", "maxLength": 5 } } },
                "Roses": {
                    "type": "object", "required": ["type", "colour"],
                    "properties": { "type": { "const": 1 }, "colour": { "type": "string" } },
                },
                "Lawn": { "type": "object", "required": ["type"], "properties": { "type": { "const": 2 } } },
                "Refusal": { "type": "object", "required": ["code"], "properties": { "code": { "type": "integer" } } },
            },
        },
    })
}

/// A call of the bot to which all is well.
fn call() -> Value {
    json!({
        "method": "POST", "path": "/api/v10/gardens/7/plans?dry=true", "user_agent": BOT,
        "content_type": "application/json", "request": { "name": "Roses" }, "files": 0, "status": 200,
        "answer": { "id": "8", "beds": [{ "type": 1, "colour": "red" }, { "type": 2 }] }, "is_fault": false,
    })
}

/// What is said about it: side, place in the body, and words.
fn differences(call: &Value) -> Vec<String> {
    let judge = Judge::new(file()).expect("a file");
    let line: Line = serde_json::from_value(call.clone()).expect("a line");
    let judgement = judge.judge(&line).map(|judged| judged.differences);
    let said = judgement.unwrap_or_default().into_iter();
    said.map(|found| format!("{} {}: {}", found.side, found.at, found.says))
        .collect()
}

fn changed(change: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut call = call();
    change(&mut call);
    differences(&call)
}

#[test]
fn a_call_that_fits_is_not_remarked_upon() {
    assert_eq!(changed(|_| {}), [""; 0]);
    assert_eq!(
        changed(|call| call["path"] = json!("/api/gardens/7/plans")),
        [""; 0]
    );
}

#[test]
fn what_is_wrong_with_a_request_is_told() {
    let long = changed(|call| call["request"]["name"] = json!("Tulips"));
    assert_eq!(long, ["request /name: a text is longer than 5 characters"]);
    let unknown = changed(|call| call["request"]["colour"] = json!("red"));
    assert_eq!(unknown, ["request : the property `colour` is not known"]);
    let missing = changed(|call| call["request"] = Value::Null);
    assert_eq!(missing, ["request : the body is missing"]);
    let kind = changed(|call| call["content_type"] = json!("text/plain"));
    assert_eq!(kind, ["request : no body of kind `text/plain` is taken"]);
    let query = changed(|call| call["path"] = json!("/api/v10/gardens/7/plans?dry=maybe&wet=true"));
    assert_eq!(
        query,
        [
            "request query dry: a text is not of type \"boolean\"",
            "request query wet: is not known",
        ]
    );
    let path = changed(|call| call["path"] = json!("/api/v10/gardens/seven/plans"));
    assert!(
        path[0].starts_with("request path garden_id: a text does not match"),
        "{path:?}"
    );
    let operation = changed(|call| call["method"] = json!("PATCH"));
    assert_eq!(operation, ["request : the file has no such operation"]);
}

#[test]
fn what_is_wrong_with_an_answer_is_told_of_the_alternative_that_was_meant() {
    let bed = changed(|call| call["answer"]["beds"][0]["colour"] = json!(3));
    assert_eq!(
        bed,
        ["answer /beds/*/colour: a number is not of type \"string\""]
    );
    let missing = changed(|call| call["answer"]["beds"] = json!([{ "type": 1 }]));
    assert_eq!(
        missing,
        ["answer /beds/*: the property `colour` is missing"]
    );
    let strange = changed(|call| call["answer"]["beds"] = json!([{ "type": 9 }]));
    assert_eq!(strange, ["answer /beds/*: fits none of 2 alternatives"]);
    let status = changed(|call| call["status"] = json!(302));
    assert_eq!(status, ["answer 302: the status 302 is not known"]);
    let refusal = changed(|call| {
        call["status"] = json!(403);
        call["answer"] = json!({ "code": "x" });
    });
    assert_eq!(
        refusal,
        ["answer 403/code: a text is not of type \"integer\""]
    );
}

#[test]
fn wrong_requests_of_tests_count_only_if_they_were_accepted() {
    let wrong = |status: u16, answer: Value| {
        changed(|call| {
            call["user_agent"] = json!("DiscordBot (a test, 1)");
            call["request"]["name"] = json!("Tulips");
            call["status"] = json!(status);
            call["answer"] = answer;
        })
    };
    assert_eq!(wrong(400, json!({ "code": 50035 })), [""; 0]);
    let accepted = wrong(200, call()["answer"].clone());
    assert_eq!(
        accepted,
        ["request /name: a text is longer than 5 characters"]
    );
}

#[test]
fn faults_that_were_asked_for_are_not_judged() {
    let fault = changed(|call| {
        call["is_fault"] = json!(true);
        call["status"] = json!(502);
        call["answer"] = json!({ "broken": true });
    });
    assert_eq!(fault, [""; 0]);
}

#[test]
fn accepted_differences_are_counted_and_all_others_stay_open() {
    let list = "[[difference]]\nplace = \"POST /gardens/{garden_id}/plans\"\nside = \"request\"\nat = \"/name\"\n\
                says = \"longer than 5\"\nwhy = \"the documentation allows ten of them\"\n";
    let accepted = Accepted::read(list).expect("a list");
    let judge = Judge::new(file()).expect("a file");
    let mut report = Report::default();
    for name in ["Tulips", "Rose"] {
        let mut call = call();
        call["request"]["name"] = json!(name);
        call["answer"]["id"] = json!(8);
        let line: Line = serde_json::from_value(call).expect("a line");
        report.add(judge.judge(&line).expect("judged"), &accepted);
    }
    assert_eq!(report.judged(), (2, 2));
    let open: Vec<_> = report.open().iter().collect();
    assert_eq!(
        (open.len(), open[0].0.at.as_str(), *open[0].1),
        (1, "/id", 2)
    );
    let shown = report.show(&accepted).to_string();
    assert!(
        shown.contains("       1  POST /gardens/{garden_id}/plans /name: longer than 5"),
        "{shown}"
    );
    assert!(shown.contains("DIFFERENCES (1):"), "{shown}");
}

#[test]
fn an_accepted_difference_needs_a_reason() {
    let list = "[[difference]]\nplace = \"*\"\nsays = \"x\"\nwhy = \"\"\n";
    assert!(Accepted::read(list).is_err());
    Accepted::ours().expect("the list of this repository can be read");
}

#[tokio::test]
async fn a_playground_with_a_judge_shows_in_its_log_what_the_file_does_not_allow() {
    let file = json!({
        "openapi": "3.1.0",
        "paths": { "/users/@me": { "get": { "responses": { "200": {
            "content": { "application/json": { "schema": {
                "type": "object", "required": ["id", "shoe_size"],
            } } },
        } } } } },
        "components": { "schemas": {} },
    });
    let config = muster_playground::Config {
        inspector: Some(Arc::new(Judge::new(file).expect("a file"))),
        ..muster_playground::Config::default()
    };
    let playground = muster_playground::Playground::start(config)
        .await
        .expect("listens");
    let asked = reqwest::Client::new()
        .get(format!("{}/users/@me", playground.api_url()))
        .header("authorization", format!("Bot {}", playground.token()))
        .header("user-agent", BOT);
    asked.send().await.expect("answered");
    let requests = playground.requests();
    assert_eq!(
        requests[0].remarks,
        ["answer : the property `shoe_size` is missing"]
    );
}

/// With Discord's file at hand: it can be read, and the list speaks of operations that it has.
#[test]
fn the_list_names_operations_that_the_file_has() {
    let Some(path) = std::env::var_os("DISCORD_OPENAPI") else {
        println!("skipped: DISCORD_OPENAPI does not name Discord's OpenAPI file");
        return;
    };
    let text = std::fs::read_to_string(path).expect("readable");
    let judge = Judge::new(serde_json::from_str(&text).expect("JSON")).expect("an OpenAPI file");
    for entry in Accepted::ours().expect("a list").differences {
        let place = &entry.place;
        let is_known = place == "*" || place.starts_with("event ") || judge.knows(place);
        assert!(is_known, "the file has no {place}");
    }
}
