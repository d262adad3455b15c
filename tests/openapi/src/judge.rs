//! Discord's OpenAPI file, ready to judge.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use jsonschema::{Registry, Validator};
use muster_playground::{Exchange, Inspect};
use serde_json::{Value, json};

use crate::explain::leaves;
use crate::operation::{Fit, Operations, below_version, pairs};
use crate::transcript::Line;
use crate::{Difference, Side};

/// The name under which the file's parts refer to each other.
const BASE: &str = "urn:discord:openapi";

/// How the bot introduces itself; whoever else asks is a test.
const BOT: &str = concat!("DiscordBot (", env!("CARGO_PKG_REPOSITORY"), ", ");

/// The file cannot be read as one of OpenAPI.
#[derive(Debug)]
pub struct UnreadableFile(String);

impl fmt::Display for UnreadableFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "this is no OpenAPI file to judge by: {}", self.0)
    }
}

impl std::error::Error for UnreadableFile {}

/// What was judged, and what is wrong with it.
#[derive(Debug, Default)]
pub struct Judgement {
    /// The operation, or the event.
    pub place: String,
    /// Whether the request counted.
    pub request: bool,
    /// Whether the answer counted.
    pub answer: bool,
    /// Whether it is an event instead.
    pub event: bool,
    /// What is wrong.
    pub differences: Vec<Difference>,
}

/// The file, with validators made as they are needed.
pub struct Judge {
    file: Value,
    operations: Operations,
    registry: Registry<'static>,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

impl Judge {
    /// Reads the file.
    ///
    /// # Errors
    /// It is not an OpenAPI file, or one of its schemas is none.
    pub fn new(mut file: Value) -> Result<Self, UnreadableFile> {
        let wrong = |what: &str| UnreadableFile(what.to_owned());
        let paths = file["paths"]
            .as_object()
            .ok_or_else(|| wrong("no `paths`"))?;
        let operations = Operations::new(paths);
        close(&mut file["components"]["schemas"]);
        let mut whole = file.clone();
        whole["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
        let registry = Registry::new()
            .add(BASE, whole)
            .and_then(|builder| builder.prepare())
            .map_err(|error| wrong(&error.to_string()))?;
        Ok(Self {
            file,
            operations,
            registry,
            validators: Mutex::default(),
        })
    }

    /// Whether the file has this operation, written `POST /channels/{channel_id}/messages`.
    pub fn knows(&self, place: &str) -> bool {
        place.split_once(' ').is_some_and(|(method, path)| {
            self.file["paths"][path][method.to_lowercase()].is_object()
        })
    }

    /// Judges a line of a transcript; none if there is nothing to judge in it.
    pub fn judge(&self, line: &Line) -> Option<Judgement> {
        match line {
            Line::Start { .. } => None,
            Line::Dispatch { event, data } => self.event(event, data),
            Line::Exchange {
                method,
                path,
                user_agent,
                content_type,
                request,
                status,
                answer,
                is_fault,
            } => {
                let (path, query) = below_version(path);
                let asked = Asked {
                    method,
                    path,
                    query,
                    content_type,
                    body: request.as_ref(),
                };
                let counts = user_agent.starts_with(BOT) || (200..300).contains(status);
                self.call(&asked, counts, *status, answer.as_ref(), *is_fault)
            }
        }
    }

    fn call(
        &self,
        asked: &Asked<'_>,
        request_counts: bool,
        status: u16,
        answer: Option<&Value>,
        is_fault: bool,
    ) -> Option<Judgement> {
        let method = asked.method.to_lowercase();
        let fit = self.operations.find(asked.path);
        let fit = fit.filter(|fit| self.file["paths"][fit.path][&method].is_object());
        let Some(fit) = fit else {
            // Nobody answers what nobody knows, but the bot must not ask for it.
            return request_counts.then(|| {
                let place = format!("{} {}", asked.method, asked.path);
                let unknown = "the file has no such operation";
                Judgement {
                    differences: vec![difference(&place, Side::Request, "", unknown)],
                    request: true,
                    place,
                    ..Judgement::default()
                }
            });
        };
        let mut judgement = Judgement {
            place: format!("{} {}", asked.method, fit.path),
            request: request_counts,
            answer: !is_fault,
            ..Judgement::default()
        };
        let pointer = format!("/paths/{}/{method}", escaped(fit.path));
        if request_counts {
            self.parameters(&mut judgement, &fit, &method, asked.query);
            self.body(&mut judgement, &pointer, asked);
        }
        if !is_fault {
            self.answer(&mut judgement, &pointer, status, answer);
        }
        Some(judgement)
    }

    fn parameters(&self, judgement: &mut Judgement, fit: &Fit<'_>, method: &str, query: &str) {
        let item = &self.file["paths"][fit.path];
        let base = format!("/paths/{}", escaped(fit.path));
        let of_path = numbered(&item["parameters"], &format!("{base}/parameters"));
        let of_method = numbered(
            &item[method]["parameters"],
            &format!("{base}/{method}/parameters"),
        );
        let known: Vec<(String, &Value)> = of_path.into_iter().chain(of_method).collect();
        let find = |place: &str, name: &str| {
            let fits =
                |(_, known): &&(String, &Value)| known["in"] == place && known["name"] == name;
            known.iter().find(fits)
        };
        let in_path = fit
            .values
            .iter()
            .map(|(name, value)| ("path", *name, value));
        let in_query: Vec<(String, String)> = pairs(query).collect();
        let in_query = in_query
            .iter()
            .map(|(name, value)| ("query", name.as_str(), value));
        for (place, name, value) in in_path.chain(in_query) {
            let at = format!("{place} {name}");
            match find(place, name) {
                Some((pointer, parameter)) => {
                    let value = typed(&parameter["schema"], value);
                    let schema = format!("{pointer}/schema");
                    self.check(judgement, Side::Request, &at, &schema, &value);
                }
                None => judgement.tell(Side::Request, &at, "is not known"),
            }
        }
    }

    fn body(&self, judgement: &mut Judgement, pointer: &str, asked: &Asked<'_>) {
        let operation = self.file.pointer(pointer).unwrap_or(&Value::Null);
        let content = &operation["requestBody"]["content"];
        let kind = asked
            .content_type
            .split(';')
            .next()
            .unwrap_or_default()
            .trim();
        match asked.body {
            None if operation["requestBody"]["required"] == true => {
                judgement.tell(Side::Request, "", "the body is missing");
            }
            None => {}
            Some(_) if !content.is_object() => {
                judgement.tell(Side::Request, "", "there must be no body");
            }
            Some(_) if !content[kind].is_object() => {
                judgement.tell(
                    Side::Request,
                    "",
                    &format!("no body of kind `{kind}` is taken"),
                );
            }
            Some(body) => {
                // Of a multipart body, this is the part named payload_json.
                let schema = format!("{pointer}/requestBody/content/application~1json/schema");
                self.check(judgement, Side::Request, "", &schema, body);
            }
        }
    }

    fn answer(
        &self,
        judgement: &mut Judgement,
        pointer: &str,
        status: u16,
        answer: Option<&Value>,
    ) {
        let class = format!("{}XX", status / 100);
        let status = status.to_string();
        // What is wrong with a refusal stands behind its status.
        let at = if status.starts_with('2') { "" } else { &status };
        let responses = format!("{pointer}/responses");
        let known = self.file.pointer(&responses).unwrap_or(&Value::Null);
        let is_known = |key: &&String| known[key.as_str()].is_object();
        let Some(key) = [&status, &class].into_iter().find(is_known) else {
            let says = format!("the status {status} is not known");
            return judgement.tell(Side::Answer, at, &says);
        };
        let response = match known[key.as_str()]["$ref"].as_str() {
            Some(elsewhere) => elsewhere.trim_start_matches('#').to_owned(),
            None => format!("{responses}/{key}"),
        };
        let schema = format!("{response}/content/application~1json/schema");
        match (answer, self.file.pointer(&schema).is_some()) {
            (Some(body), true) => self.check(judgement, Side::Answer, at, &schema, body),
            (None, true) => judgement.tell(Side::Answer, at, &format!("a {status} has a body")),
            (Some(_), false) => {
                judgement.tell(Side::Answer, at, &format!("a {status} has no body"))
            }
            (None, false) => {}
        }
    }

    /// Objects in events that the file has a schema for.
    fn event(&self, event: &str, data: &Value) -> Option<Judgement> {
        let parts: Vec<(&str, &str)> = match event {
            "MESSAGE_CREATE" | "MESSAGE_UPDATE" => vec![("", "MessageResponse")],
            "GUILD_ROLE_CREATE" | "GUILD_ROLE_UPDATE" => vec![("/role", "GuildRoleResponse")],
            "CHANNEL_CREATE" | "CHANNEL_UPDATE" | "CHANNEL_DELETE" => {
                vec![("", "GuildChannelResponse")]
            }
            "THREAD_CREATE" | "THREAD_UPDATE" => vec![("", "ThreadResponse")],
            "GUILD_MEMBER_ADD" | "GUILD_MEMBER_UPDATE" => vec![("", "GuildMemberResponse")],
            "INTERACTION_CREATE" => vec![
                ("/message", "MessageResponse"),
                ("/member", "GuildMemberResponse"),
                ("/user", "UserResponse"),
            ],
            _ => return None,
        };
        let mut judgement = Judgement {
            place: format!("event {event}"),
            event: true,
            ..Judgement::default()
        };
        for (part, schema) in parts {
            if let Some(value) = data.pointer(part) {
                let pointer = format!("/components/schemas/{schema}");
                self.check(&mut judgement, Side::Event, part, &pointer, value);
            }
        }
        Some(judgement)
    }

    fn check(&self, judgement: &mut Judgement, side: Side, at: &str, pointer: &str, value: &Value) {
        let validator = match self.validator(pointer) {
            Ok(validator) => validator,
            Err(why) => return judgement.tell(side, at, &why),
        };
        for (below, says) in validator
            .iter_errors(value)
            .flat_map(|error| leaves(&error))
        {
            judgement.tell(side, &format!("{at}{below}"), &says);
        }
    }

    fn validator(&self, pointer: &str) -> Result<Arc<Validator>, String> {
        let mut validators = self
            .validators
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = validators.get(pointer) {
            return Ok(known.clone());
        }
        // `{` and `}` may not stand in a reference.
        let fragment = pointer.replace('{', "%7B").replace('}', "%7D");
        let validator = jsonschema::draft202012::options()
            .with_registry(&self.registry)
            .should_validate_formats(true)
            .build(&json!({ "$ref": format!("{BASE}#{fragment}") }))
            .map_err(|error| format!("the file's schema cannot be used: {error}"))?;
        let validator = Arc::new(validator);
        validators.insert(pointer.to_owned(), validator.clone());
        Ok(validator)
    }
}

impl fmt::Debug for Judge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Judge").finish_non_exhaustive()
    }
}

/// A playground whose inspector is a judge shows in its log what the file does not allow.
impl Inspect for Judge {
    fn exchange(&self, exchange: &Exchange<'_>) -> Vec<String> {
        let (path, query) = below_version(exchange.path);
        let asked = Asked {
            method: exchange.method,
            path,
            query,
            content_type: exchange.content_type,
            body: exchange.request,
        };
        let judged = self.call(
            &asked,
            true,
            exchange.status,
            exchange.answer,
            exchange.is_fault,
        );
        let differences = judged.map(|judged| judged.differences).unwrap_or_default();
        differences
            .iter()
            .map(|found| format!("{} {}: {}", found.side, found.at, found.says))
            .collect()
    }
}

/// A request, cut up.
struct Asked<'a> {
    method: &'a str,
    path: &'a str,
    query: &'a str,
    content_type: &'a str,
    body: Option<&'a Value>,
}

impl Judgement {
    fn tell(&mut self, side: Side, at: &str, says: &str) {
        let found = difference(&self.place, side, at, says);
        self.differences.push(found);
    }
}

fn difference(place: &str, side: Side, at: &str, says: &str) -> Difference {
    Difference {
        place: place.to_owned(),
        side,
        at: at.to_owned(),
        says: says.to_owned(),
    }
}

/// Lets objects have no other properties than those that are named, so that a word that Discord would
/// ignore is found. Not where several schemas describe one object together: each knows a part of it.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            let is_joint = map
                .get("allOf")
                .and_then(Value::as_array)
                .is_some_and(|parts| parts.len() > 1);
            if is_joint {
                return;
            }
            for (name, part) in &mut *map {
                // `Error` is one of the parts of such a joint object.
                if name != "Error" {
                    close(part);
                }
            }
            if map.get("properties").is_some_and(Value::is_object) {
                map.entry("additionalProperties").or_insert(json!(false));
            }
        }
        Value::Array(parts) => parts.iter_mut().for_each(close),
        _ => {}
    }
}

/// Query parameters are texts; what must be a number or a truth is read as one if it can be.
fn typed(schema: &Value, text: &str) -> Value {
    let is = |name: &str| {
        let kind = &schema["type"];
        kind == name
            || kind
                .as_array()
                .is_some_and(|kinds| kinds.contains(&json!(name)))
    };
    let read = (is("integer") || is("number") || is("boolean"))
        .then(|| serde_json::from_str(text).ok())
        .flatten();
    read.unwrap_or_else(|| json!(text))
}

fn numbered<'a>(list: &'a Value, pointer: &str) -> Vec<(String, &'a Value)> {
    let list = list.as_array().into_iter().flatten();
    list.enumerate()
        .map(|(index, value)| (format!("{pointer}/{index}"), value))
        .collect()
}

/// A path as one part of a JSON pointer.
fn escaped(path: &str) -> String {
    path.replace('~', "~0").replace('/', "~1")
}
