//! Modals: their limits ([Discord Docs/Receiving and Responding, "Modal"], [Discord Docs/Component
//! Reference, "Label"]).

use std::collections::HashSet;

use serde_json::Value;

use crate::check::component::{number, select_limits};
use crate::form::Form;

/// Reads a modal and gives it back as the client shows it.
pub(crate) fn read(data: &Form<'_>, raw: &Value) -> Value {
    data.require_text("title", 1..=45);
    data.require_text("custom_id", 1..=100);
    data.require("components");
    let mut custom_ids = HashSet::new();
    for (path, component) in data.list("components", 1..=5) {
        let form = Form::new(component, path, data.errors());
        match component["type"].as_u64() {
            Some(1) => row(&form, &mut custom_ids),
            Some(10) => {
                form.require_text("content", 1..=4000);
            }
            Some(18) => label(&form, &mut custom_ids),
            _ => form.fault(
                "type",
                "UNION_TYPE_CHOICES",
                "Value of field \"type\" must be one of (1, 10, 18).",
            ),
        }
    }
    let mut modal = raw.clone();
    if let Some(components) = modal.get_mut("components").and_then(Value::as_array_mut) {
        number(components, &mut 0);
    }
    modal
}

/// The deprecated form: one text input in each row, with its own label.
fn row(row: &Form<'_>, custom_ids: &mut HashSet<String>) {
    row.require("components");
    for (path, input) in row.list("components", 1..=1) {
        let input = Form::new(input, path, row.errors());
        input.require_text("label", 1..=45);
        if input.get("type").and_then(Value::as_u64) == Some(4) {
            text_input(&input, custom_ids);
        } else {
            input.fault(
                "type",
                "UNION_TYPE_CHOICES",
                "Value of field \"type\" must be one of (4,).",
            );
        }
    }
}

fn label(label: &Form<'_>, custom_ids: &mut HashSet<String>) {
    label.require_text("label", 1..=45);
    label.text("description", 0..=100);
    let Some(component) = label.require("component") else {
        return;
    };
    let form = Form::new(component, label.path("component"), label.errors());
    match component["type"].as_u64() {
        Some(4) => {
            if form.get("label").is_some() {
                form.fault(
                    "label",
                    "BASE_TYPE_FORBIDDEN",
                    "A text input in a label has no label of its own",
                );
            }
            text_input(&form, custom_ids);
        }
        Some(kind @ (3 | 5..=8)) => {
            unique(&form, custom_ids);
            select_limits(&form, kind, 1);
            if form.bool("required").unwrap_or(true)
                && form.get("min_values").and_then(Value::as_i64) == Some(0)
            {
                form.fault(
                    "min_values",
                    "BASE_TYPE_BAD_RANGE",
                    "A required select needs at least one value",
                );
            }
        }
        Some(19) => {
            unique(&form, custom_ids);
            form.int("min_values", 0..=10);
            form.int("max_values", 1..=10);
            form.bool("required");
        }
        Some(kind @ (21 | 22)) => {
            unique(&form, custom_ids);
            form.require("options");
            let least = if kind == 21 { 2 } else { 1 };
            for (path, option) in form.list("options", least..=10) {
                let option = Form::new(option, path, form.errors());
                option.require_text("label", 1..=100);
                option.require_text("value", 1..=100);
                option.text("description", 0..=100);
            }
        }
        Some(23) => unique(&form, custom_ids),
        _ => form.fault(
            "type",
            "UNION_TYPE_CHOICES",
            "Value of field \"type\" must be one of (3, 4, 5, 6, 7, 8, 19, 21, 22, 23).",
        ),
    }
    if form.get("disabled").and_then(Value::as_bool) == Some(true) {
        form.fault(
            "disabled",
            "MODAL_COMPONENT_DISABLED",
            "Components in a modal cannot be disabled",
        );
    }
}

fn text_input(input: &Form<'_>, custom_ids: &mut HashSet<String>) {
    unique(input, custom_ids);
    input.require("style");
    input.int("style", 1..=2);
    let min = input.int("min_length", 0..=4000).unwrap_or(0);
    let max = input.int("max_length", 1..=4000).unwrap_or(4000);
    if min > max {
        input.fault(
            "min_length",
            "BASE_TYPE_BAD_RANGE",
            "min_length must be less than or equal to max_length",
        );
    }
    input.text("placeholder", 0..=100);
    input.text("value", 0..=4000);
    input.bool("required");
}

fn unique(form: &Form<'_>, custom_ids: &mut HashSet<String>) {
    if let Some(id) = form.require_text("custom_id", 1..=100)
        && !custom_ids.insert(id.to_owned())
    {
        form.fault(
            "custom_id",
            "COMPONENT_CUSTOM_ID_DUPLICATED",
            "Component custom id cannot be duplicated",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::FormErrors;
    use serde_json::json;

    fn passes(modal: &Value) -> bool {
        let errors = FormErrors::default();
        read(&Form::new(modal, "data", &errors), modal);
        errors.finish().is_ok()
    }

    fn modal(title: &str, count: usize) -> Value {
        let input = |at: usize| {
            json!({ "type": 1, "components": [
                { "type": 4, "custom_id": at.to_string(), "label": "Name", "style": 1 }
            ] })
        };
        json!({ "title": title, "custom_id": "m", "components": (0..count).map(input).collect::<Vec<_>>() })
    }

    #[test]
    fn one_to_five_inputs_under_a_title_of_45() {
        assert!(passes(&modal(&"t".repeat(45), 5)));
        assert!(!passes(&modal(&"t".repeat(46), 5)));
        assert!(!passes(&modal("t", 6)));
        assert!(!passes(&modal("t", 0)));
    }

    #[test]
    fn the_label_form_is_taken_and_nothing_in_it_may_be_disabled() {
        let form = |disabled: bool| {
            json!({ "title": "t", "custom_id": "m", "components": [{
                "type": 18, "label": "Who", "component": { "type": 5, "custom_id": "u", "disabled": disabled }
            }] })
        };
        assert!(passes(&form(false)));
        assert!(!passes(&form(true)));
    }
}
