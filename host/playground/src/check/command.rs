//! Application commands: their limits ([Discord Docs/Application Commands]).

use std::collections::HashSet;

use serde_json::Value;

use crate::error::{ApiError, FormErrors};
use crate::form::Form;
use crate::model::command::option_type;

/// All names, descriptions and values of a command together, in characters.
const WHOLE: usize = 8000;
/// ±(2^53 - 1), the range of an integer option.
const INTEGER: f64 = 9_007_199_254_740_991.0;

/// Checks one command's body.
pub(crate) fn check(body: &Value, path: &str, errors: &FormErrors) {
    let command = Form::new(body, path, errors);
    let kind = command.int("type", 1..=3).unwrap_or(1);
    name(&command, kind == 1);
    if kind == 1 {
        command.require_text("description", 1..=100);
    } else if command
        .get("description")
        .and_then(Value::as_str)
        .is_some_and(|text| !text.is_empty())
    {
        command.fault(
            "description",
            "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION",
            "Context menu commands cannot have description",
        );
    }
    if kind != 1
        && command
            .get("options")
            .and_then(Value::as_array)
            .is_some_and(|list| !list.is_empty())
    {
        command.fault(
            "options",
            "APPLICATION_COMMAND_CONTEXT_MENU_OPTIONS",
            "Context menu commands cannot have options",
        );
    }
    command.parsed::<u64>("default_member_permissions");
    command.bool("nsfw");
    for (key, max) in [("contexts", 2), ("integration_types", 1)] {
        for (path, value) in command.list(key, 0..=3) {
            if value
                .as_i64()
                .is_none_or(|value| !(0..=max).contains(&value))
            {
                errors.add(
                    &path,
                    "BASE_TYPE_CHOICES",
                    "Value is not one of the choices.",
                );
            }
        }
    }
    options(&command, 0);
    let sum = weight(body);
    if sum > WHOLE {
        let message = format!("Command exceeds maximum size ({WHOLE})");
        command.fault("", "APPLICATION_COMMAND_TOO_LARGE", message);
    }
}

/// Checks a list of bodies for a bulk PUT, where names are unique per type.
pub(crate) fn check_all(bodies: &Value) -> Result<&[Value], ApiError> {
    let errors = FormErrors::default();
    let Some(list) = bodies.as_array() else {
        return Err(ApiError::form(
            "",
            "LIST_TYPE_CONVERT",
            "Only iterables may be used in a ListType",
        ));
    };
    let mut names = HashSet::new();
    for (at, body) in list.iter().enumerate() {
        check(body, &at.to_string(), &errors);
        let name = (
            body["type"].as_u64().unwrap_or(1),
            body["name"].as_str().unwrap_or_default(),
        );
        if !names.insert(name) {
            errors.add(
                &at.to_string(),
                "APPLICATION_COMMANDS_DUPLICATE_NAME",
                "Application command names must be unique",
            );
        }
    }
    errors.finish()?;
    Ok(list)
}

fn name(form: &Form<'_>, strict: bool) {
    let Some(text) = form.require_text("name", 1..=32) else {
        return;
    };
    if strict && !is_chat_input_name(text) {
        form.fault(
            "name",
            "APPLICATION_COMMAND_INVALID_NAME",
            "Command name is invalid",
        );
    }
}

/// `^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$` and lower case ("Application Command Naming").
/// `is_alphanumeric` is `\p{Alphabetic}` and `\p{N}`, which holds the two scripts' vowel signs.
fn is_chat_input_name(text: &str) -> bool {
    let fits = |letter: char| {
        matches!(letter, '-' | '_' | '\'')
            || letter.is_alphanumeric()
            || matches!(letter, '\u{0900}'..='\u{097F}' | '\u{0E01}'..='\u{0E3A}' | '\u{0E40}'..='\u{0E5B}')
    };
    text.chars().all(fits) && text.to_lowercase() == text
}

/// `depth` counts the subcommands and groups above.
fn options(form: &Form<'_>, depth: u8) {
    let listed = form.list("options", 0..=25);
    let mut names = HashSet::new();
    let mut optional_seen = false;
    let (mut nested, mut plain) = (false, false);
    for (path, body) in listed {
        let option = Form::new(body, path, form.errors());
        option.require("type");
        let Some(kind) = option.int("type", 1..=11) else {
            continue;
        };
        let kind = kind as u64;
        name(&option, true);
        option.require_text("description", 1..=100);
        if let Some(name) = body["name"].as_str()
            && !names.insert(name)
        {
            option.fault(
                "",
                "APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATED",
                "Option names must be unique",
            );
        }
        if matches!(kind, option_type::SUBCOMMAND | option_type::GROUP) {
            nested = true;
            let fits = match kind {
                option_type::GROUP => depth == 0,
                _ => {
                    depth == 0
                        || form.get("type").and_then(Value::as_u64) == Some(option_type::GROUP)
                }
            };
            if !fits {
                option.fault(
                    "type",
                    "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
                    "Sub-command option type cannot be nested here",
                );
            }
            options(&option, depth + 1);
            continue;
        }
        plain = true;
        if form.get("type").and_then(Value::as_u64) == Some(option_type::GROUP) && depth > 0 {
            option.fault(
                "type",
                "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
                "A sub-command group holds sub-commands only",
            );
        }
        let required = option.bool("required").unwrap_or(false);
        if required && optional_seen {
            option.fault(
                "",
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must be placed before non-required options",
            );
        }
        optional_seen |= !required;
        value_limits(&option, kind);
    }
    if nested && plain {
        form.fault(
            "options",
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
            "Sub-commands and options cannot be mixed",
        );
    }
}

fn value_limits(option: &Form<'_>, kind: u64) {
    use option_type::{INTEGER as INT, NUMBER, STRING};
    let autocomplete = option.bool("autocomplete").unwrap_or(false);
    let choices = option.list("choices", 0..=25);
    if autocomplete && !choices.is_empty() {
        option.fault(
            "autocomplete",
            "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES",
            "Autocomplete and choices are mutually exclusive",
        );
    }
    if (autocomplete || !choices.is_empty()) && !matches!(kind, STRING | INT | NUMBER) {
        option.fault(
            "type",
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
            "This option type has neither choices nor autocomplete",
        );
    }
    choice_list(option, &choices, kind);
    if kind == STRING {
        let min = option.int("min_length", 0..=6000).unwrap_or(0);
        let max = option.int("max_length", 1..=6000).unwrap_or(6000);
        if min > max {
            option.fault(
                "min_length",
                "BASE_TYPE_BAD_RANGE",
                "min_length must be less than or equal to max_length",
            );
        }
    }
    if matches!(kind, INT | NUMBER) {
        for key in ["min_value", "max_value"] {
            if let Some(value) = option.get(key)
                && value.as_f64().is_none_or(|value| value.abs() > INTEGER)
            {
                option.fault(key, "NUMBER_TYPE_MAX", "Number is out of range");
            }
        }
    }
}

/// Choices of an option or of an autocomplete answer: 25, names of 100, string values of 100.
pub(crate) fn choice_list(form: &Form<'_>, choices: &[(String, &Value)], kind: u64) {
    for (path, choice) in choices {
        let choice = Form::new(choice, path.as_str(), form.errors());
        choice.require_text("name", 1..=100);
        let Some(value) = choice.require("value") else {
            continue;
        };
        let fits = match kind {
            option_type::INTEGER => {
                value.as_i64().is_some()
                    || value.as_f64().is_some_and(|number| number.fract() == 0.0)
            }
            option_type::NUMBER => value.is_number(),
            _ => choice.text("value", 0..=100).is_some() || value.is_string(),
        };
        if !fits {
            choice.fault(
                "value",
                "NUMBER_TYPE_COERCE",
                format!("Value {value} does not fit the option."),
            );
        }
    }
}

/// Characters of names, descriptions and values, over the command and all inside it.
fn weight(value: &Value) -> usize {
    match value {
        Value::Array(list) => list.iter().map(weight).sum(),
        Value::Object(map) => {
            let own = ["name", "description", "value"]
                .iter()
                .filter_map(|key| map.get(*key)?.as_str())
                .map(|text| text.chars().count())
                .sum::<usize>();
            let inner = ["options", "choices"]
                .iter()
                .filter_map(|key| map.get(*key))
                .map(weight);
            own + inner.sum::<usize>()
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn passes(body: &Value) -> bool {
        let errors = FormErrors::default();
        check(body, "", &errors);
        errors.finish().is_ok()
    }

    fn with_options(options: &Value) -> Value {
        json!({ "name": "go", "description": "d", "options": options })
    }

    fn option(name: &str, extra: &Value) -> Value {
        let mut option = json!({ "type": 3, "name": name, "description": "d" });
        for (key, value) in extra.as_object().into_iter().flatten() {
            option[key] = value.clone();
        }
        option
    }

    #[test]
    fn names_are_lower_case_letters_digits_and_dashes() {
        for name in ["go", "set-up", "größe", "日本", "a1_'"] {
            assert!(
                passes(&json!({ "name": name, "description": "d" })),
                "{name}"
            );
        }
        for name in ["Go", "two words", "a!", "", &"x".repeat(33)] {
            assert!(
                !passes(&json!({ "name": name, "description": "d" })),
                "{name}"
            );
        }
        assert!(
            passes(&json!({ "name": "Two Words", "type": 2 })),
            "context menus may"
        );
    }

    #[test]
    fn options_are_25_with_the_required_ones_first_and_unique_names() {
        let many = |count: usize| {
            (0..count)
                .map(|at| option(&format!("o{at}"), &json!({})))
                .collect::<Value>()
        };
        assert!(passes(&with_options(&many(25))));
        assert!(!passes(&with_options(&many(26))));
        let (required, optional) = (
            option("a", &json!({ "required": true })),
            option("b", &json!({})),
        );
        assert!(passes(&with_options(&json!([required, optional]))));
        assert!(!passes(&with_options(&json!([optional, required]))));
        assert!(!passes(&with_options(&json!([optional, optional]))));
    }

    #[test]
    fn subcommands_nest_group_then_subcommand_then_options_only() {
        let sub =
            |inner: Value| json!({ "type": 1, "name": "s", "description": "d", "options": inner });
        let group =
            |inner: Value| json!({ "type": 2, "name": "g", "description": "d", "options": inner });
        let leaf = option("o", &json!({}));
        assert!(passes(&with_options(&json!([group(json!([sub(json!(
            [leaf]
        ))]))]))));
        assert!(!passes(&with_options(&json!([sub(json!([sub(json!(
            []
        ))]))]))));
        assert!(!passes(&with_options(&json!([group(json!([group(
            json!([])
        )]))]))));
        assert!(!passes(&with_options(&json!([sub(json!([])), leaf]))));
    }

    #[test]
    fn choices_are_25_and_exclude_autocomplete() {
        let choices = |count: usize| vec![json!({ "name": "n", "value": "v" }); count];
        assert!(passes(&with_options(&json!([option(
            "o",
            &json!({ "choices": choices(25) })
        )]))));
        assert!(!passes(&with_options(&json!([option(
            "o",
            &json!({ "choices": choices(26) })
        )]))));
        let both = json!({ "choices": choices(1), "autocomplete": true });
        assert!(!passes(&with_options(&json!([option("o", &both)]))));
    }

    #[test]
    fn a_whole_command_has_8000_characters() {
        let value = "v".repeat(100);
        let choices =
            |count: usize| vec![json!({ "name": "n".repeat(100), "value": value }); count];
        let big = |count: usize| {
            with_options(&json!([
                option("a", &json!({ "choices": choices(25) })),
                option("b", &json!({ "choices": choices(count) }))
            ]))
        };
        assert!(passes(&big(14)));
        assert!(!passes(&big(15)));
    }

    #[test]
    fn a_bulk_put_refuses_a_name_twice() {
        let one = json!({ "name": "go", "description": "d" });
        assert!(check_all(&json!([one])).is_ok());
        assert!(check_all(&json!([one, one])).is_err());
        assert!(
            check_all(&json!([one, { "name": "go", "type": 2 }])).is_ok(),
            "another type"
        );
    }
}
