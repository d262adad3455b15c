//! Rows of buttons and menus
//! ([Discord Docs/Component Reference](https://discord.com/developers/docs/components/reference)).

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::{Fields, MessageProblem};
use crate::custom_id;
use crate::manifest::PluginName;

/// Discord's numbers for component types.
pub(super) const ACTION_ROW: i64 = 1;
const BUTTON: i64 = 2;
const STRING_SELECT: i64 = 3;
const USER_SELECT: i64 = 5;
const CHANNEL_SELECT: i64 = 8;
const LINK_STYLE: i64 = 5;

/// Checks the rows of one message.
pub(super) fn check_rows(
    rows: &[Value],
    plugin: &PluginName,
) -> Result<Vec<Value>, MessageProblem> {
    let mut seen = HashSet::new();
    rows.iter()
        .enumerate()
        .map(|(index, row)| {
            let fields = Fields::of(row, format!("components[{index}]"))?;
            fields.only(&["type", "components"])?;
            if fields.integer("type", 1, 100)? != Some(ACTION_ROW) {
                return Err(fields.problem("type", "must be 1: components stand in action rows"));
            }
            let inner = fields.list("components", 5)?;
            if inner.is_empty() {
                return Err(fields.problem(
                    "components",
                    "is empty: a row holds 1 to 5 buttons or a menu",
                ));
            }
            let parts = inner
                .iter()
                .enumerate()
                .map(|(place, part)| {
                    let path = format!("{}[{place}]", fields.path("components"));
                    check_part(part, path, inner.len(), plugin, &mut seen)
                })
                .collect::<Result<Vec<_>, _>>()?;
            Ok(json!({ "type": ACTION_ROW, "components": parts }))
        })
        .collect()
}

fn check_part(
    part: &Value,
    path: String,
    row_length: usize,
    plugin: &PluginName,
    seen: &mut HashSet<String>,
) -> Result<Value, MessageProblem> {
    let fields = Fields::of(part, path)?;
    let kind = fields.integer("type", 1, 100)?;
    match kind {
        Some(BUTTON) => check_button(&fields, plugin, seen),
        Some(STRING_SELECT | USER_SELECT..=CHANNEL_SELECT) if row_length > 1 => {
            Err(fields.problem("type", "a menu needs a row of its own"))
        }
        Some(STRING_SELECT | USER_SELECT..=CHANNEL_SELECT) => {
            check_menu(&fields, kind, plugin, seen)
        }
        _ => Err(fields.problem("type", "must be 2 (button), 3 or 5 to 8 (menus)")),
    }
}

fn check_button(
    fields: &Fields<'_>,
    plugin: &PluginName,
    seen: &mut HashSet<String>,
) -> Result<Value, MessageProblem> {
    fields.only(&[
        "type",
        "style",
        "label",
        "emoji",
        "custom_id",
        "url",
        "disabled",
    ])?;
    let style = fields.integer("style", 1, 5)?.ok_or_else(|| {
        fields.problem(
            "style",
            "is missing (1 blue, 2 grey, 3 green, 4 red, 5 link)",
        )
    })?;
    let mut out = Map::from_iter([
        ("type".to_owned(), json!(BUTTON)),
        ("style".to_owned(), json!(style)),
        (
            "disabled".to_owned(),
            json!(fields.flag("disabled")?.unwrap_or(false)),
        ),
    ]);
    let label = fields.text("label", 1, 80)?;
    let emoji = check_emoji(fields)?;
    if label.is_none() && emoji.is_none() {
        return Err(fields.problem("label", "is missing: a button has a label or an emoji"));
    }
    out.extend(label.map(|label| ("label".to_owned(), label.into())));
    out.extend(emoji.map(|emoji| ("emoji".to_owned(), emoji)));
    if style == LINK_STYLE {
        let url = fields.required_text("url", 1, 512)?;
        if !url.starts_with("https://") {
            return Err(fields.problem("url", "must begin with https://"));
        }
        out.insert("url".into(), url.into());
    } else {
        out.insert(
            "custom_id".into(),
            own_custom_id(fields, plugin, seen)?.into(),
        );
    }
    Ok(out.into())
}

fn check_menu(
    fields: &Fields<'_>,
    kind: Option<i64>,
    plugin: &PluginName,
    seen: &mut HashSet<String>,
) -> Result<Value, MessageProblem> {
    fields.only(&[
        "type",
        "custom_id",
        "placeholder",
        "min_values",
        "max_values",
        "disabled",
        "options",
        "default_values",
        "channel_types",
    ])?;
    let mut out = Map::from_iter([
        ("type".to_owned(), json!(kind)),
        (
            "custom_id".to_owned(),
            own_custom_id(fields, plugin, seen)?.into(),
        ),
        (
            "disabled".to_owned(),
            json!(fields.flag("disabled")?.unwrap_or(false)),
        ),
    ]);
    if let Some(placeholder) = fields.text("placeholder", 0, 150)? {
        out.insert("placeholder".into(), placeholder.into());
    }
    let least = fields.integer("min_values", 0, 25)?.unwrap_or(1);
    let most = fields.integer("max_values", 1, 25)?.unwrap_or(1);
    if least > most {
        return Err(fields.problem("min_values", "is above max_values"));
    }
    out.insert("min_values".into(), least.into());
    out.insert("max_values".into(), most.into());
    let options = fields.list("options", 25)?;
    if kind == Some(STRING_SELECT) {
        let options = check_options(fields, options)?;
        if (options.len() as i64) < most {
            return Err(fields.problem("max_values", "is above the number of options"));
        }
        out.insert("options".into(), options.into());
    } else if !options.is_empty() {
        return Err(fields.problem("options", "belong to string menus (type 3) only"));
    }
    let picked = fields.list("default_values", 25)?;
    if !picked.is_empty() {
        let picked = check_picked_users(fields, kind, picked, most)?;
        out.insert("default_values".into(), picked.into());
    }
    let types = fields.list("channel_types", 20)?;
    if kind == Some(CHANNEL_SELECT) && !types.is_empty() {
        out.insert("channel_types".into(), types.to_vec().into());
    }
    Ok(out.into())
}

/// Members who are picked already
/// ([Discord Docs/User Select](https://discord.com/developers/docs/components/reference#user-select)).
fn check_picked_users(
    menu: &Fields<'_>,
    kind: Option<i64>,
    picked: &[Value],
    most: i64,
) -> Result<Vec<Value>, MessageProblem> {
    if kind != Some(USER_SELECT) {
        return Err(menu.problem("default_values", "belong to menus of members (type 5) only"));
    }
    if picked.len() as i64 > most {
        return Err(menu.problem("default_values", "are more than max_values"));
    }
    picked
        .iter()
        .enumerate()
        .map(|(index, value)| {
            let path = format!("{}[{index}]", menu.path("default_values"));
            let fields = Fields::of(value, path)?;
            fields.only(&["id", "type"])?;
            let id = fields.required_text("id", 1, 20)?;
            if fields.required_text("type", 1, 20)? != "user" {
                return Err(fields.problem("type", "is not \"user\""));
            }
            Ok(json!({ "id": id, "type": "user" }))
        })
        .collect()
}

fn check_options(menu: &Fields<'_>, options: &[Value]) -> Result<Vec<Value>, MessageProblem> {
    if options.is_empty() {
        return Err(menu.problem("options", "is empty: a menu has 1 to 25 options"));
    }
    let mut values = HashSet::new();
    options
        .iter()
        .enumerate()
        .map(|(index, option)| {
            let fields = Fields::of(option, format!("{}[{index}]", menu.path("options")))?;
            fields.only(&["label", "value", "description", "emoji", "default"])?;
            let value = fields.required_text("value", 1, 100)?;
            if !values.insert(value) {
                return Err(fields.problem("value", format!("`{value}` occurs twice")));
            }
            let mut out = Map::from_iter([
                (
                    "label".to_owned(),
                    Value::from(fields.required_text("label", 1, 100)?),
                ),
                ("value".to_owned(), value.into()),
            ]);
            if let Some(description) = fields.text("description", 1, 100)? {
                out.insert("description".into(), description.into());
            }
            out.extend(check_emoji(&fields)?.map(|emoji| ("emoji".to_owned(), emoji)));
            if fields.flag("default")? == Some(true) {
                out.insert("default".into(), true.into());
            }
            Ok(out.into())
        })
        .collect()
}

fn check_emoji(fields: &Fields<'_>) -> Result<Option<Value>, MessageProblem> {
    let Some(emoji) = fields.get("emoji") else {
        return Ok(None);
    };
    let inner = Fields::of(emoji, fields.path("emoji"))?;
    inner.only(&["id", "name", "animated"])?;
    let name = inner.text("name", 1, 32)?;
    let id = inner.text("id", 15, 20)?;
    if name.is_none() && id.is_none() {
        return Err(fields.problem("emoji", "has neither name nor id"));
    }
    let mut out = Map::new();
    out.extend(name.map(|name| ("name".to_owned(), name.into())));
    out.extend(id.map(|id| ("id".to_owned(), id.into())));
    if inner.flag("animated")? == Some(true) {
        out.insert("animated".into(), true.into());
    }
    Ok(Some(out.into()))
}

fn own_custom_id(
    fields: &Fields<'_>,
    plugin: &PluginName,
    seen: &mut HashSet<String>,
) -> Result<String, MessageProblem> {
    let own = fields.required_text("custom_id", 1, custom_id::MAX_LENGTH)?;
    let whole = custom_id::prefixed(plugin, own).ok_or_else(|| {
        let room = custom_id::MAX_LENGTH - plugin.as_str().len() - 1;
        fields.problem(
            "custom_id",
            format!("`{own}` is too long: {room} characters fit"),
        )
    })?;
    if !seen.insert(whole.clone()) {
        return Err(fields.problem("custom_id", format!("`{own}` occurs twice in one message")));
    }
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::message::check_message;
    use crate::message::tests::plugin;

    fn with(components: Value) -> Result<Value, String> {
        let message = json!({ "content": "x", "components": components });
        check_message(&message, &plugin()).map_err(|problem| problem.to_string())
    }

    fn row(parts: Value) -> Value {
        json!([{ "type": 1, "components": parts }])
    }

    #[test]
    fn custom_ids_gain_the_plugins_name() {
        let button = json!({ "type": 2, "style": 3, "label": "Join", "custom_id": "join/42" });
        let sent = with(row(json!([button]))).expect("fine");
        assert_eq!(
            sent["components"][0]["components"][0]["custom_id"],
            "acme:join/42"
        );
    }

    #[test]
    fn one_custom_id_cannot_stand_twice() {
        let button = json!({ "type": 2, "style": 3, "label": "Join", "custom_id": "join" });
        let text = with(row(json!([button, button]))).expect_err("twice");
        assert!(text.contains("occurs twice"), "{text}");
    }

    #[test]
    fn a_menu_of_members_may_have_one_picked_already() {
        let ben = json!({ "id": "12", "type": "user" });
        let menu = |kind, picked| {
            let menu = json!({ "type": kind, "custom_id": "pick", "default_values": picked });
            with(row(json!([menu])))
        };
        let sent = menu(5, json!([ben])).expect("fine");
        assert_eq!(
            sent["components"][0]["components"][0]["default_values"],
            json!([ben])
        );
        let text = menu(5, json!([ben, ben])).expect_err("one may be picked");
        assert!(text.contains("more than max_values"), "{text}");
        let role = json!({ "id": "12", "type": "role" });
        assert!(menu(5, json!([role])).is_err());
        assert!(menu(6, json!([ben])).is_err());
    }

    #[test]
    fn a_menu_stands_alone_and_offers_enough() {
        let options = json!([{ "label": "A", "value": "a" }]);
        let menu = json!({ "type": 3, "custom_id": "pick", "options": options, "max_values": 2 });
        assert!(
            with(row(json!([menu])))
                .expect_err("too many")
                .contains("above the number")
        );
        let button = json!({ "type": 2, "style": 3, "label": "Join", "custom_id": "join" });
        assert!(
            with(row(json!([menu, button])))
                .expect_err("crowded")
                .contains("row of its own")
        );
    }

    #[test]
    fn links_go_to_the_web_only() {
        let link = json!({ "type": 2, "style": 5, "label": "x", "url": "javascript:alert(1)" });
        assert!(with(row(json!([link]))).is_err());
    }
}
