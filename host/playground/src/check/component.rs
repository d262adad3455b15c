//! Buttons, menus and rows: their limits ([Discord Docs/Component Reference]).

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::error::FormErrors;
use crate::form::Form;

/// A message laid out by components holds this many of them at most.
const V2_TOTAL: usize = 40;

struct Checker<'a> {
    errors: &'a FormErrors,
    v2: bool,
    custom_ids: HashSet<String>,
    total: usize,
}

/// Reads a message's components and gives them back with an `id` each.
pub(crate) fn read(form: &Form<'_>, key: &str, v2: bool) -> Vec<Value> {
    let max = if v2 { V2_TOTAL } else { 5 };
    let listed = form.list(key, 0..=max);
    let mut checker = Checker {
        errors: form.errors(),
        v2,
        custom_ids: HashSet::new(),
        total: 0,
    };
    for (path, component) in &listed {
        checker.top(path, component);
    }
    if v2 && checker.total > V2_TOTAL {
        let message = format!("The total number of components exceeds {V2_TOTAL}");
        form.fault(key, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", message);
    }
    let mut components: Vec<Value> = listed
        .into_iter()
        .map(|(_, component)| component.clone())
        .collect();
    number(&mut components, &mut 0);
    components
}

/// Gives an `id` to each component that has none ("Anatomy of a Component": filled in order).
pub(crate) fn number(components: &mut [Value], last: &mut i64) {
    for component in components
        .iter_mut()
        .filter(|component| component.is_object())
    {
        if component["id"].as_i64().is_none_or(|id| id == 0) {
            *last += 1;
            component["id"] = json!(*last);
        }
        if let Some(children) = component
            .get_mut("components")
            .and_then(Value::as_array_mut)
        {
            number(children, last);
        }
        for key in ["accessory", "component"] {
            if let Some(child) = component.get_mut(key).filter(|child| child.is_object()) {
                number(std::slice::from_mut(child), last);
            }
        }
        let kind = component["type"].as_u64();
        if matches!(kind, Some(3 | 5..=8)) {
            for (key, default) in [
                ("min_values", json!(1)),
                ("max_values", json!(1)),
                ("disabled", json!(false)),
            ] {
                if component[key].is_null() {
                    component[key] = default;
                }
            }
        }
    }
}

impl Checker<'_> {
    fn top(&mut self, path: &str, component: &Value) {
        let form = Form::new(component, path, self.errors);
        let kind = component["type"].as_u64();
        match kind {
            Some(1) => self.row(&form),
            Some(9 | 10 | 12 | 13 | 14 | 17) if self.v2 => self.layout(&form, kind, true),
            _ => {
                let allowed = if self.v2 {
                    "(1, 9, 10, 12, 13, 14, 17)"
                } else {
                    "(1,)"
                };
                let message = format!("Value of field \"type\" must be one of {allowed}.");
                form.fault("type", "UNION_TYPE_CHOICES", message);
            }
        }
    }

    /// An action row: five buttons, or one menu.
    fn row(&mut self, row: &Form<'_>) {
        self.total += 1;
        row.require("components");
        let children = row.list("components", 1..=5);
        let menus = children
            .iter()
            .filter(|(_, child)| child["type"].as_u64() != Some(2))
            .count();
        if menus > 0 && children.len() > 1 {
            row.fault(
                "components",
                "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
                "The specified component exceeds the maximum width",
            );
        }
        for (path, child) in children {
            self.control(&path, child);
        }
    }

    fn control(&mut self, path: &str, component: &Value) {
        self.total += 1;
        let form = Form::new(component, path, self.errors);
        match component["type"].as_u64() {
            Some(2) => self.button(&form),
            Some(kind @ (3 | 5..=8)) => self.select(&form, kind),
            _ => form.fault(
                "type",
                "UNION_TYPE_CHOICES",
                "Value of field \"type\" must be one of (2, 3, 5, 6, 7, 8).",
            ),
        }
    }

    fn button(&mut self, button: &Form<'_>) {
        button.require("style");
        let style = button.int("style", 1..=6);
        button.text("label", 0..=80);
        button.bool("disabled");
        if style != Some(6) && button.get("label").is_none() && button.get("emoji").is_none() {
            button.fault("label", "BASE_TYPE_REQUIRED", "This field is required");
        }
        match style {
            Some(5) => {
                button.require_text("url", 1..=512);
                if button.has("custom_id") {
                    button.fault(
                        "",
                        "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
                        "A custom id and url cannot both be specified",
                    );
                }
            }
            Some(6) => {
                button.require("sku_id");
            }
            Some(_) => {
                if button.has("url") {
                    button.fault(
                        "",
                        "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
                        "A custom id and url cannot both be specified",
                    );
                }
                self.custom_id(button);
            }
            None => {}
        }
    }

    /// A `custom_id` of 1-100 characters, once per message.
    fn custom_id(&mut self, form: &Form<'_>) {
        let Some(id) = form.require_text("custom_id", 1..=100) else {
            return;
        };
        if !self.custom_ids.insert(id.to_owned()) {
            form.fault(
                "custom_id",
                "COMPONENT_CUSTOM_ID_DUPLICATED",
                "Component custom id cannot be duplicated",
            );
        }
    }

    fn select(&mut self, menu: &Form<'_>, kind: u64) {
        self.custom_id(menu);
        select_limits(menu, kind, 1);
        menu.bool("disabled");
    }

    /// What only a message laid out by components may have.
    fn layout(&mut self, form: &Form<'_>, kind: Option<u64>, top: bool) {
        self.total += 1;
        match kind {
            Some(9) => {
                for (path, text) in form.list("components", 1..=3) {
                    self.layout_child(&path, text, &[10]);
                }
                if let Some(accessory) = form.require("accessory") {
                    match accessory["type"].as_u64() {
                        Some(11) => self.total += 1,
                        _ => self.control(&form.path("accessory"), accessory),
                    }
                }
            }
            Some(10) => {
                form.require_text("content", 1..=4000);
            }
            Some(12) => {
                form.require("items");
                form.list("items", 1..=10);
            }
            Some(13) => {
                form.require("file");
            }
            Some(17) if top => {
                form.require("components");
                for (path, child) in form.list("components", 1..=V2_TOTAL) {
                    self.layout_child(&path, child, &[1, 9, 10, 12, 13, 14]);
                }
            }
            _ => {}
        }
    }

    fn layout_child(&mut self, path: &str, component: &Value, allowed: &[u64]) {
        let form = Form::new(component, path, self.errors);
        match component["type"].as_u64() {
            Some(kind) if !allowed.contains(&kind) => {
                form.fault(
                    "type",
                    "UNION_TYPE_CHOICES",
                    format!("Value of field \"type\" must be one of {allowed:?}."),
                );
            }
            Some(1) => self.row(&form),
            kind => self.layout(&form, kind, false),
        }
    }
}

/// The limits that menus have in messages and modals alike.
pub(crate) fn select_limits(menu: &Form<'_>, kind: u64, default_min: i64) {
    menu.text("placeholder", 0..=150);
    let min = menu.int("min_values", 0..=25).unwrap_or(default_min);
    let max = menu.int("max_values", 1..=25).unwrap_or(1);
    if min > max {
        menu.fault(
            "min_values",
            "BASE_TYPE_BAD_RANGE",
            "min_values must be less than or equal to max_values",
        );
    }
    if kind != 3 {
        let defaults = menu.list("default_values", 0..=25).len() as i64;
        if defaults > max {
            menu.fault(
                "default_values",
                "BASE_TYPE_BAD_LENGTH",
                format!("Must be {max} or fewer in length."),
            );
        }
        return;
    }
    menu.require("options");
    let options = menu.list("options", 1..=25);
    if !options.is_empty() && max as usize > options.len() {
        menu.fault(
            "max_values",
            "SELECT_COMPONENT_MAX_VALUES_EXCEEDS_OPTIONS",
            "max_values exceeds the number of options",
        );
    }
    let mut values = HashSet::new();
    let mut defaults = 0;
    for (path, option) in options {
        let option = Form::new(option, path, menu.errors());
        option.require_text("label", 1..=100);
        option.text("description", 0..=100);
        defaults += i64::from(option.bool("default").unwrap_or(false));
        if let Some(value) = option.require_text("value", 1..=100)
            && !values.insert(value)
        {
            option.fault(
                "value",
                "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                "The specified option value is already used",
            );
        }
    }
    if defaults > max {
        menu.fault(
            "options",
            "SELECT_COMPONENT_TOO_MANY_DEFAULTS",
            "More defaults than max_values",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(components: &Value, v2: bool) -> Value {
        let (errors, body) = (FormErrors::default(), json!({ "components": components }));
        read(&Form::new(&body, "", &errors), "components", v2);
        errors.finish().map_or_else(
            |error| error.errors.expect("a form error"),
            |()| Value::Null,
        )
    }

    fn row(children: &Value) -> Value {
        json!([{ "type": 1, "components": children }])
    }

    fn button(id: &str) -> Value {
        json!({ "type": 2, "style": 1, "label": "Go", "custom_id": id })
    }

    fn options(count: usize) -> Vec<Value> {
        (0..count)
            .map(|at| json!({ "label": "l", "value": at.to_string() }))
            .collect()
    }

    #[test]
    fn a_row_holds_five_buttons_or_one_menu() {
        let buttons = |count: usize| {
            (0..count)
                .map(|at| button(&at.to_string()))
                .collect::<Value>()
        };
        let menu = json!({ "type": 3, "custom_id": "m", "options": options(2) });
        assert_eq!(faults(&row(&buttons(5)), false), Value::Null);
        assert_ne!(faults(&row(&buttons(6)), false), Value::Null);
        assert_eq!(faults(&row(&json!([menu])), false), Value::Null);
        assert_ne!(
            faults(&row(&json!([menu, button("b")])), false),
            Value::Null
        );
    }

    #[test]
    fn buttons_and_menus_keep_their_limits() {
        let long = |count: usize| "x".repeat(count);
        let menu = |count| json!({ "type": 3, "custom_id": "m", "options": options(count) });
        for (name, ok, bad) in [
            ("custom id", button(&long(100)), button(&long(101))),
            ("empty custom id", button("a"), button("")),
            (
                "label",
                json!({ "type": 2, "style": 1, "label": long(80), "custom_id": "a" }),
                json!({ "type": 2, "style": 1, "label": long(81), "custom_id": "a" }),
            ),
            (
                "link",
                json!({ "type": 2, "style": 5, "label": "l", "url": "https://x" }),
                json!({ "type": 2, "style": 5, "label": "l", "custom_id": "a" }),
            ),
            ("options", menu(25), menu(26)),
            ("no options", menu(1), menu(0)),
            (
                "min above max",
                json!({ "type": 5, "custom_id": "m", "min_values": 2, "max_values": 2 }),
                json!({ "type": 5, "custom_id": "m", "min_values": 3, "max_values": 2 }),
            ),
            (
                "same value twice",
                menu(2),
                json!({ "type": 3, "custom_id": "m", "options": [options(1)[0], options(1)[0]] }),
            ),
        ] {
            assert_eq!(faults(&row(&json!([ok])), false), Value::Null, "{name}");
            assert_ne!(faults(&row(&json!([bad])), false), Value::Null, "{name}");
        }
    }

    #[test]
    fn custom_ids_are_unique_in_the_message_not_only_the_row() {
        let two = json!([
            { "type": 1, "components": [button("same")] },
            { "type": 1, "components": [button("same")] },
        ]);
        let found = faults(&two, false);
        let fault = &found["components"]["1"]["components"]["0"]["custom_id"]["_errors"][0]["code"];
        assert_eq!(fault, "COMPONENT_CUSTOM_ID_DUPLICATED");
    }

    #[test]
    fn layout_components_need_the_flag() {
        let container = json!([{ "type": 17, "components": [{ "type": 10, "content": "hello" }] }]);
        assert_eq!(faults(&container, true), Value::Null);
        assert_ne!(faults(&container, false), Value::Null);
    }

    #[test]
    fn components_are_numbered_in_order() {
        let mut components = vec![
            json!({ "type": 1, "components": [{ "type": 2 }] }),
            json!({ "type": 1, "id": 9 }),
        ];
        number(&mut components, &mut 0);
        assert_eq!(components[0]["components"][0]["id"], 2);
        assert_eq!(components[1]["id"], 9);
    }
}
