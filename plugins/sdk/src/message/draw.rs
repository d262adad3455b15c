//! Messages drawn as text, for tests: a change of a view is judged by reading its diff.
//!
//! ```text
//! @here Party: **Ann**                   (pings @here)
//! | Shatters - run 42                    (green)
//! | Organizer: <@1>
//! | Raiders: 3    Classes: Wizard (3)
//!   [Join: green] [Leave: red] [Start: green, off]
//! ```

use serde_json::Value;

use super::{Color, Message, Modal};

/// The message as text: an embed behind `|`, each row of components on a line of its own.
///
/// Buttons say their style unless they are grey, and `off` when they cannot be pressed. Menus list
/// their options, with `*` before those that are picked.
pub fn draw(message: &Message) -> String {
    draw_json(&serde_json::to_value(message).unwrap_or_default())
}

/// The same for a message in Discord's JSON, such as one that a test has recorded.
pub fn draw_json(message: &Value) -> String {
    let mut drawing = Drawing::default();
    drawing.content(message);
    for embed in list(message, "embeds") {
        drawing.embed(embed);
    }
    for row in list(message, "components") {
        drawing.row(row);
    }
    drawing.lines.join("\n")
}

/// A modal as text: its title, and a line for each input.
pub fn draw_modal(modal: &Modal) -> String {
    let modal = serde_json::to_value(modal).unwrap_or_default();
    let mut drawing = Drawing::default();
    drawing.lines.push(format!("# {}", text(&modal, "title")));
    for input in list(&modal, "components").flat_map(|row| list(row, "components")) {
        drawing.input(input);
    }
    drawing.lines.join("\n")
}

#[derive(Default)]
struct Drawing {
    lines: Vec<String>,
}

/// Where the remark at the end of a line begins, if the line leaves room.
const REMARKS: usize = 40;

impl Drawing {
    fn content(&mut self, message: &Value) {
        let content = text(message, "content");
        let pings = pings(&message["allowed_mentions"]);
        if content.is_empty() && pings.is_empty() {
            return;
        }
        let remark = if pings.is_empty() {
            String::new()
        } else {
            format!("pings {}", pings.join(", "))
        };
        let mut lines = content.lines();
        self.remarked(lines.next().unwrap_or_default(), &remark);
        self.lines.extend(lines.map(str::to_owned));
    }

    fn embed(&mut self, embed: &Value) {
        self.remarked(&format!("| {}", text(embed, "title")), &color(embed));
        for line in text(embed, "description").lines() {
            self.lines.push(format!("| {line}"));
        }
        self.fields(list(embed, "fields"));
        for (part, name) in [("thumbnail", "thumbnail"), ("image", "image")] {
            let url = text(&embed[part], "url");
            if !url.is_empty() {
                self.lines.push(format!("| ({name} {url})"));
            }
        }
        let last = [text(&embed["footer"], "text"), text(embed, "timestamp")];
        let last: Vec<&str> = last.into_iter().filter(|part| !part.is_empty()).collect();
        if !last.is_empty() {
            self.lines.push(format!("| -- {}", last.join(" • ")));
        }
    }

    /// Fields as Discord lays them out: up to three inline ones side by side.
    fn fields<'a>(&mut self, fields: impl Iterator<Item = &'a Value>) {
        let mut side_by_side = 0;
        for field in fields {
            let (name, value) = (text(field, "name"), text(field, "value"));
            let inline = field["inline"] == true && !value.contains('\n');
            if value.contains('\n') {
                self.lines.push(format!("| {name}:"));
                self.lines
                    .extend(value.lines().map(|line| format!("|   {line}")));
            } else if inline && (1..3).contains(&side_by_side) {
                if let Some(line) = self.lines.last_mut() {
                    line.push_str(&format!("    {name}: {value}"));
                }
            } else {
                self.lines.push(format!("| {name}: {value}"));
                side_by_side = 0;
            }
            side_by_side = if inline { side_by_side + 1 } else { 0 };
        }
    }

    fn row(&mut self, row: &Value) {
        let drawn: Vec<String> = list(row, "components").map(component).collect();
        self.lines.push(format!("  {}", drawn.join(" ")));
    }

    fn input(&mut self, input: &Value) {
        let optional = if input["required"] == false {
            ", optional"
        } else {
            ""
        };
        let lines = if input["style"] == 2 {
            ", several lines"
        } else {
            ""
        };
        let shown = match (text(input, "value"), text(input, "placeholder")) {
            ("", placeholder) => format!("({placeholder})"),
            (value, _) => value.to_owned(),
        };
        let (label, most) = (text(input, "label"), &input["max_length"]);
        self.remarked(
            &format!("{label}: {shown}"),
            &format!("up to {most}{lines}{optional}"),
        );
    }

    fn remarked(&mut self, line: &str, remark: &str) {
        let line = line.trim_end();
        self.lines.push(match (line, remark) {
            (line, "") => line.to_owned(),
            (line, remark) => format!("{line:<REMARKS$} ({remark})"),
        });
    }
}

fn component(component: &Value) -> String {
    match component["type"].as_u64() {
        Some(2) => button(component),
        Some(3) => {
            let options: Vec<String> = list(component, "options").map(option).collect();
            format!(
                "[{} ▾ {}]",
                text(component, "placeholder"),
                options.join(", ")
            )
        }
        Some(5) => format!("[{} ▾ members]", text(component, "placeholder")),
        kind => format!("[component of type {kind:?}]"),
    }
}

fn button(button: &Value) -> String {
    let style = match button["style"].as_u64() {
        Some(1) => "blue",
        Some(3) => "green",
        Some(4) => "red",
        Some(5) => text(button, "url"),
        _ => "",
    };
    let off = if button["disabled"] == true {
        "off"
    } else {
        ""
    };
    let remarks: Vec<&str> = [style, off]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    let label = with_emoji(button);
    if remarks.is_empty() {
        format!("[{label}]")
    } else {
        format!("[{label}: {}]", remarks.join(", "))
    }
}

fn option(option: &Value) -> String {
    let picked = if option["default"] == true { "*" } else { "" };
    let description = text(option, "description");
    let label = with_emoji(option);
    if description.is_empty() {
        format!("{picked}{label}")
    } else {
        format!("{picked}{label} ({description})")
    }
}

fn with_emoji(component: &Value) -> String {
    let parts = [text(&component["emoji"], "name"), text(component, "label")];
    parts
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn color(embed: &Value) -> String {
    let Some(rgb) = embed["color"].as_u64() else {
        return String::new();
    };
    let named = [
        (Color::BLURPLE, "blurple"),
        (Color::GREEN, "green"),
        (Color::YELLOW, "yellow"),
        (Color::RED, "red"),
        (Color::GREY, "grey"),
    ];
    let name = named
        .into_iter()
        .find(|(color, _)| u64::from(color.rgb()) == rgb);
    name.map_or_else(|| format!("#{rgb:06x}"), |(_, name)| name.to_owned())
}

fn pings(allowed: &Value) -> Vec<String> {
    let ids = |kind: &str, mark: &str| -> Vec<String> {
        list(allowed, kind)
            .filter_map(Value::as_str)
            .map(|id| format!("<{mark}{id}>"))
            .collect()
    };
    let groups = list(allowed, "parse").filter_map(Value::as_str);
    let groups = groups.map(|group| {
        if group == "everyone" {
            "@here".to_owned()
        } else {
            format!("all {group}")
        }
    });
    groups
        .chain(ids("users", "@"))
        .chain(ids("roles", "@&"))
        .collect()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value[key].as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::super::{Button, Embed, Row, Select, SelectOption, TextInput};
    use super::*;
    use crate::ids::UserId;

    #[test]
    fn a_message_is_drawn_as_it_is_read() {
        let message = Message::text("@here Party: **Ann**")
            .pings_here()
            .pings_user(UserId(1))
            .embed(
                Embed::new()
                    .title("Shatters - run 42")
                    .color(Color::GREEN)
                    .description("Organizer: <@1>\nwaiting")
                    .inline_field("Raiders", "3")
                    .inline_field("Classes", "Wizard (3)")
                    .field("Note", "one\ntwo")
                    .thumbnail("https://i.example/a.png")
                    .footer("run 42"),
            )
            .row(Row::buttons([
                Button::green("Join", 1),
                Button::grey("Keys", 2).emoji("🏰"),
                Button::red("End", 3).disabled(true),
            ]))
            .row(Row::select(
                Select::options(
                    "c",
                    [
                        SelectOption::new("Wizard", 1),
                        SelectOption::new("Bard", 2).picked(true),
                    ],
                )
                .placeholder("Class"),
            ));
        let expected = "\
@here Party: **Ann**                     (pings @here, <@1>)
| Shatters - run 42                      (green)
| Organizer: <@1>
| waiting
| Raiders: 3    Classes: Wizard (3)
| Note:
|   one
|   two
| (thumbnail https://i.example/a.png)
| -- run 42
  [Join: green] [🏰 Keys] [End: red, off]
  [Class ▾ Wizard, *Bard]";
        assert_eq!(draw(&message), expected);
    }

    #[test]
    fn a_modal_is_drawn_line_by_line() {
        let modal = Modal::new("party/42", "Set party").input(
            TextInput::short("party", "Party")
                .length(0, 100)
                .optional()
                .value("Ann"),
        );
        assert_eq!(
            draw_modal(&modal),
            "# Set party\nParty: Ann                               (up to 100, optional)"
        );
    }

    #[test]
    fn json_that_is_no_message_is_drawn_as_nothing() {
        assert_eq!(draw_json(&Value::Null), "");
        assert_eq!(
            draw_json(&serde_json::json!({"embeds": 3, "components": [{}]})),
            "  "
        );
    }
}
