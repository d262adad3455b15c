//! Modals in row form: one to five text inputs
//! ([Discord Docs/Interactions, "Modal"](https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-modal)).

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::component::ACTION_ROW;
use super::{Fields, MessageProblem};
use crate::custom_id;
use crate::manifest::PluginName;

const TEXT_INPUT: i64 = 4;
const LABEL: i64 = 18;

/// Checks a modal that a plugin wrote and returns what may be sent.
///
/// # Errors
/// The first problem found.
pub fn check_modal(modal: &Value, plugin: &PluginName) -> Result<Value, MessageProblem> {
    let fields = Fields::of(modal, "modal")?;
    fields.only(&["title", "custom_id", "components"])?;
    let title = fields.required_text("title", 1, 45)?;
    let own = fields.required_text("custom_id", 1, custom_id::MAX_LENGTH)?;
    let whole = custom_id::prefixed(plugin, own)
        .ok_or_else(|| fields.problem("custom_id", format!("`{own}` is too long")))?;
    let rows = fields.list("components", 5)?;
    if rows.is_empty() {
        return Err(fields.problem("components", "is empty: a modal has 1 to 5 text inputs"));
    }
    let mut seen = HashSet::new();
    let rows = rows
        .iter()
        .enumerate()
        .map(|(index, row)| check_row(row, index, &mut seen))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(json!({ "title": title, "custom_id": whole, "components": rows }))
}

fn check_row<'a>(
    row: &'a Value,
    index: usize,
    seen: &mut HashSet<&'a str>,
) -> Result<Value, MessageProblem> {
    let fields = Fields::of(row, format!("modal.components[{index}]"))?;
    let kind = fields.integer("type", 1, 100)?;
    if kind == Some(LABEL) {
        return Err(fields.problem(
            "type",
            "the label form (18) is not supported: what members enter there would be lost. \
             Use an action row (1) with one text input (4)",
        ));
    }
    fields.only(&["type", "components"])?;
    let inner = fields.list("components", 5)?;
    let ([input], Some(ACTION_ROW)) = (inner, kind) else {
        return Err(fields.problem(
            "components",
            "each row (type 1) holds exactly one text input",
        ));
    };
    let input = Fields::of(input, format!("{}[0]", fields.path("components")))?;
    input.only(&[
        "type",
        "custom_id",
        "style",
        "label",
        "min_length",
        "max_length",
        "required",
        "value",
        "placeholder",
    ])?;
    if input.integer("type", 1, 100)? != Some(TEXT_INPUT) {
        return Err(input.problem("type", "must be 4: modals hold text inputs"));
    }
    let id = input.required_text("custom_id", 1, 100)?;
    if !seen.insert(id) {
        return Err(input.problem("custom_id", format!("`{id}` occurs twice in one modal")));
    }
    let mut out = Map::from_iter([
        ("type".to_owned(), json!(TEXT_INPUT)),
        ("custom_id".to_owned(), id.into()),
        (
            "style".to_owned(),
            json!(input.integer("style", 1, 2)?.unwrap_or(1)),
        ),
        (
            "label".to_owned(),
            input.required_text("label", 1, 45)?.into(),
        ),
        (
            "required".to_owned(),
            json!(input.flag("required")?.unwrap_or(true)),
        ),
    ]);
    for key in ["min_length", "max_length"] {
        if let Some(length) = input.integer(key, i64::from(key == "max_length"), 4000)? {
            out.insert(key.into(), length.into());
        }
    }
    for (key, most) in [("value", 4000), ("placeholder", 100)] {
        if let Some(text) = input.text(key, 0, most)? {
            out.insert(key.into(), text.into());
        }
    }
    Ok(json!({ "type": ACTION_ROW, "components": [out] }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::tests::plugin;

    fn input() -> Value {
        json!({ "type": 4, "custom_id": "party", "label": "Party", "style": 1 })
    }

    #[test]
    fn a_row_form_passes() {
        let modal = json!({ "title": "Set Party", "custom_id": "party/42",
            "components": [{ "type": 1, "components": [input()] }] });
        let sent = check_modal(&modal, &plugin()).expect("fine");
        assert_eq!(sent["custom_id"], "acme:party/42");
    }

    #[test]
    fn the_label_form_is_refused_with_the_way_out() {
        let modal = json!({ "title": "Set Party", "custom_id": "party/42",
            "components": [{ "type": 18, "label": "Party", "component": input() }] });
        let problem = check_modal(&modal, &plugin())
            .expect_err("label form")
            .to_string();
        assert!(problem.contains("Use an action row"), "{problem}");
    }

    #[test]
    fn one_to_five_inputs() {
        let row = json!({ "type": 1, "components": [input()] });
        for count in [0, 6] {
            let modal =
                json!({ "title": "t", "custom_id": "x", "components": vec![row.clone(); count] });
            assert!(check_modal(&modal, &plugin()).is_err(), "{count} inputs");
        }
    }
}
