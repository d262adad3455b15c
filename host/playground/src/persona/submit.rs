//! Menus and modals as a client fills them in ([Discord Docs/Component Reference]).

use serde_json::{Value, json};

use crate::act::ModalHandle;
use crate::id::GuildId;
use crate::model::interaction::InteractionKind;
use crate::persona::options::{Resolved, entity, upload};
use crate::persona::payload::{Sending, resolve};
use crate::persona::{Refused, bad};
use crate::world::World;

/// Values of a menu, and the objects that they name.
pub(super) struct Chosen {
    pub values: Vec<Value>,
    pub resolved: Value,
}

/// Chooses in a menu: options by value or label; users, roles and channels by name or id.
pub(super) fn choose(
    world: &World,
    guild: Option<GuildId>,
    menu: &Value,
    values: &[&str],
    default_min: u64,
) -> Result<Chosen, Refused> {
    let name = menu["custom_id"].as_str().unwrap_or_default();
    let min = menu["min_values"].as_u64().unwrap_or(default_min);
    let max = menu["max_values"].as_u64().unwrap_or(1);
    if !(min..=max).contains(&(values.len() as u64)) {
        return Err(Refused::WrongCount(name.to_owned(), min, max));
    }
    let kind = menu["type"].as_u64().unwrap_or(0);
    let mut ids = Resolved::default();
    let mut chosen = Vec::new();
    for value in values {
        if let Some(options) = menu["options"].as_array() {
            let option = options
                .iter()
                .find(|option| option["value"] == *value || option["label"] == *value);
            let option = option.ok_or_else(|| bad(name, value, "it is not on the menu"))?;
            chosen.push(option["value"].clone());
            continue;
        }
        // Menu types 5 to 8 are user, role, mentionable and channel; of options they are 6, 8, 9, 7.
        let option_kind = match kind {
            5 => 6,
            6 => 8,
            7 => 9,
            _ => 7,
        };
        let found = entity(world, guild, option_kind, value);
        let found = found.ok_or_else(|| bad(name, value, "nobody and nothing has this name"))?;
        chosen.push(json!(found.note(&mut ids)));
    }
    let resolved = resolve(world, guild, &ids);
    Ok(Chosen {
        values: chosen,
        resolved: if resolved == json!({}) {
            Value::Null
        } else {
            resolved
        },
    })
}

/// A filled-in modal.
pub(super) fn modal(
    world: &mut World,
    guild: Option<GuildId>,
    handle: &ModalHandle,
    values: &Value,
) -> Result<Sending, Refused> {
    let modal = handle.modal.clone();
    let mut filled = Vec::new();
    let mut resolved = json!({});
    let mut used = Vec::new();
    for component in modal["components"].as_array().into_iter().flatten() {
        let id = &component["id"];
        match component["type"].as_u64() {
            Some(1) => {
                let input = &component["components"][0];
                let label = input["label"].as_str();
                let field = fill(world, guild, input, label, values, &mut resolved, &mut used)?;
                filled.push(json!({ "type": 1, "id": id, "components": [field] }));
            }
            Some(18) => {
                let label = component["label"].as_str();
                let field = fill(
                    world,
                    guild,
                    &component["component"],
                    label,
                    values,
                    &mut resolved,
                    &mut used,
                )?;
                filled.push(json!({ "type": 18, "id": id, "component": field }));
            }
            _ => filled.push(json!({ "type": component["type"], "id": id })),
        }
    }
    if let Some(unknown) = values
        .as_object()
        .into_iter()
        .flatten()
        .find(|(key, _)| !used.contains(key))
    {
        return Err(Refused::NoSuchOption(unknown.0.clone()));
    }
    let mut data = json!({ "custom_id": modal["custom_id"], "components": filled });
    if resolved != json!({}) {
        data["resolved"] = resolved;
    }
    let opener = world.interactions.get(&handle.interaction);
    Ok(Sending {
        kind: InteractionKind::Modal,
        command_kind: 0,
        data,
        source: opener.and_then(|opener| opener.source),
        triggering: opener.map(|opener| opener.metadata.clone()),
    })
}

/// One field, by the value given for its custom ID or label.
fn fill(
    world: &mut World,
    guild: Option<GuildId>,
    field: &Value,
    label: Option<&str>,
    values: &Value,
    resolved: &mut Value,
    used: &mut Vec<String>,
) -> Result<Value, Refused> {
    let custom_id = field["custom_id"].as_str().unwrap_or_default();
    let key = [Some(custom_id), label]
        .into_iter()
        .flatten()
        .find(|key| values.get(key).is_some());
    used.extend(key.map(str::to_owned));
    let given = key.map_or(&Value::Null, |key| &values[key]);
    let required = field["required"].as_bool().unwrap_or(true);
    let mut filled = json!({ "type": field["type"], "id": field["id"], "custom_id": custom_id });
    match field["type"].as_u64() {
        Some(4) => {
            let text = given
                .as_str()
                .or_else(|| field["value"].as_str())
                .unwrap_or_default();
            let count = text.chars().count() as u64;
            let (min, max) = (
                field["min_length"].as_u64().unwrap_or(0),
                field["max_length"].as_u64().unwrap_or(4000),
            );
            if required && count == 0 {
                return Err(Refused::OptionMissing(custom_id.to_owned()));
            }
            if count > max || count > 0 && count < min {
                return Err(bad(
                    custom_id,
                    text,
                    format!("it takes {min} to {max} characters"),
                ));
            }
            filled["value"] = json!(text);
        }
        Some(3 | 5..=8) => {
            let listed: Vec<&str> = match given {
                Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
                single => single.as_str().into_iter().collect(),
            };
            if listed.is_empty() && !required {
                filled["values"] = json!([]);
                return Ok(filled);
            }
            let chosen = choose(world, guild, field, &listed, u64::from(required))?;
            add_resolved(resolved, &chosen.resolved);
            filled["values"] = Value::Array(chosen.values);
        }
        Some(19) => {
            filled["values"] = upload_all(world, guild, field, given, required, resolved)?;
        }
        Some(21) => match given.as_str() {
            None if required => return Err(Refused::OptionMissing(custom_id.to_owned())),
            None => filled["value"] = Value::Null,
            Some(text) => {
                let chosen = choose(world, guild, field, &[text], 1)?;
                filled["value"] = json!(chosen.values.first());
            }
        },
        Some(22) => {
            let texts = given.as_array().into_iter().flatten();
            let texts: Vec<&str> = texts.filter_map(Value::as_str).collect();
            if texts.is_empty() && !required {
                filled["values"] = json!([]);
                return Ok(filled);
            }
            let options = field["options"].as_array().map_or(0, Vec::len);
            let mut group = field.clone();
            if group["max_values"].is_null() {
                group["max_values"] = json!(options);
            }
            filled["values"] = json!(choose(world, guild, &group, &texts, 1)?.values);
        }
        Some(23) => filled["value"] = json!(given == &Value::Bool(true)),
        _ => {}
    }
    Ok(filled)
}

fn add_resolved(all: &mut Value, more: &Value) {
    for (kind, entries) in more.as_object().into_iter().flatten() {
        for (id, entry) in entries.as_object().into_iter().flatten() {
            all[kind][id] = entry.clone();
        }
    }
}

/// Files for an upload field: `{"filename": .., "content": ..}`, or a list of them.
fn upload_all(
    world: &mut World,
    guild: Option<GuildId>,
    field: &Value,
    given: &Value,
    required: bool,
    resolved: &mut Value,
) -> Result<Value, Refused> {
    let name = field["custom_id"].as_str().unwrap_or_default();
    let files: Vec<&Value> = match given {
        Value::Null => Vec::new(),
        Value::Array(list) => list.iter().collect(),
        single => vec![single],
    };
    let max = field["max_values"].as_u64().unwrap_or(1);
    let min = field["min_values"].as_u64().unwrap_or(1);
    let min = if required { min } else { 0 };
    if !(min..=max).contains(&(files.len() as u64)) {
        return Err(Refused::WrongCount(name.to_owned(), min, max));
    }
    let mut ids = Resolved::default();
    let values = files
        .iter()
        .map(|file| upload(world, name, file, &mut ids))
        .collect::<Result<Value, Refused>>()?;
    add_resolved(resolved, &resolve(world, guild, &ids));
    Ok(values)
}
