//! **/help**: made from what is registered here, and only what the asker may use. By heading, in pages that
//! Discord takes; with `command`, all that there is to know of one.

use muster_core::answer::Answer;
use muster_core::manifest::Category;
use muster_core::roles::{MinimumRole, RoleKey};
use serde_json::{Value, json};

use super::known::{self, KnownCommand};
use super::option_type::TEXT;
use super::{HostCommands, Use, cut, option_spec, private, replaced};

/// Characters of all embeds of one message together, of the 6000 that Discord takes; titles and the footer
/// are counted with their lines
/// ([Discord Docs/Message, "Embed Limits"](https://discord.com/developers/docs/resources/message#embed-object-embed-limits)).
const PAGE: usize = 5000;

/// Characters of an embed's description, of the 4096 that Discord takes.
const DESCRIPTION: usize = 3500;

/// Characters of an embed's field.
const FIELD: usize = 1024;

/// Every heading.
const ALL: &str = "All";

pub(super) fn options() -> Vec<Value> {
    let choices: Vec<Value> = std::iter::once(ALL)
        .chain(Category::ALL.iter().map(|category| category.label()))
        .map(|label| json!({ "name": label, "value": label }))
        .collect();
    let mut category = option_spec(TEXT, "category", "Only this kind of command");
    category["choices"] = choices.into();
    let mut command = option_spec(TEXT, "command", "All about this command");
    command["autocomplete"] = true.into();
    vec![category, command]
}

pub(super) fn suggest(own: &HostCommands, used: &Use<'_>) -> Vec<String> {
    let usable = known::usable(own, used).into_iter();
    usable.map(|command| command.spec.name).collect()
}

pub(super) fn answer(own: &HostCommands, used: &Use<'_>) -> Result<Answer, String> {
    let usable = known::usable(own, used);
    if let Some(name) = used.text("command") {
        let name = name.trim().trim_start_matches('/');
        let command = usable.iter().find(|command| command.spec.name == name);
        let command = command.ok_or_else(|| {
            format!(
                "There is no command `/{}` that you can use here.",
                cut(name, 32)
            )
        })?;
        return Ok(private(details(command)));
    }
    let category = used.text("category").unwrap_or(ALL);
    Ok(private(view(&usable, category, 0)))
}

/// Another page: `<page>/<category>`.
pub(super) fn turn(own: &HostCommands, used: &Use<'_>, rest: &str) -> Result<Answer, String> {
    let (page, category) = rest.split_once('/').unwrap_or((rest, ALL));
    let page = page.parse().unwrap_or(0);
    Ok(replaced(view(&known::usable(own, used), category, page)))
}

/// One heading with its lines.
struct Block {
    category: Category,
    lines: Vec<String>,
}

impl Block {
    fn length(&self) -> usize {
        let lines = self.lines.iter().map(|line| line.chars().count() + 1);
        self.category.label().len() + lines.sum::<usize>()
    }
}

fn view(commands: &[KnownCommand], wanted: &str, page: usize) -> Value {
    let pages = pages(commands, wanted);
    let Some(last) = pages.len().checked_sub(1) else {
        return json!({ "content": "You can use no command of this kind here.", "components": [] });
    };
    let page = page.min(last);
    let mut embeds: Vec<Value> = pages[page]
        .iter()
        .map(|block| {
            json!({ "title": block.category.label(), "description": block.lines.join("\n") })
        })
        .collect();
    if let Some(embed) = embeds.last_mut() {
        let ladder = RoleKey::LADDER.map(RoleKey::key).join(" > ");
        let place = match last {
            0 => String::new(),
            _ => format!(" · Page {} of {}", page + 1, last + 1),
        };
        embed["footer"] = json!({ "text": format!("Roles: {ladder}{place}") });
    }
    let button = |label: &str, to: Option<usize>| {
        let id = format!("host:help/{}/{wanted}", to.unwrap_or(page));
        json!({ "type": 2, "style": 2, "label": label, "custom_id": id, "disabled": to.is_none() })
    };
    let components = match last {
        0 => json!([]),
        _ => json!([{ "type": 1, "components": [
            button("◀ Back", page.checked_sub(1)),
            button("Next ▶", (page < last).then_some(page + 1)),
        ] }]),
    };
    json!({ "embeds": embeds, "components": components })
}

/// The lines, packed so that each page fits one message and each block one embed.
fn pages(commands: &[KnownCommand], wanted: &str) -> Vec<Vec<Block>> {
    let mut pages: Vec<Vec<Block>> = Vec::new();
    let mut length = 0;
    for category in Category::ALL {
        if wanted != ALL && wanted != category.label() {
            continue;
        }
        let mut of_kind: Vec<&KnownCommand> = commands
            .iter()
            .filter(|command| command.spec.category == category)
            .collect();
        of_kind.sort_by_key(|command| rank(command.minimum_role));
        for block in blocks(category, &of_kind) {
            if pages.is_empty() || length + block.length() > PAGE {
                pages.push(Vec::new());
                length = 0;
            }
            length += block.length();
            if let Some(page) = pages.last_mut() {
                page.push(block);
            }
        }
    }
    pages
}

fn blocks(category: Category, commands: &[&KnownCommand]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for command in commands {
        let KnownCommand {
            spec, minimum_role, ..
        } = command;
        let line = format!("`/{}` — {} (`{minimum_role}`)", spec.name, spec.description);
        let room = |block: &Block| block.length() + line.chars().count() < DESCRIPTION;
        match blocks.last_mut().filter(|block| room(block)) {
            Some(block) => block.lines.push(line),
            None => blocks.push(Block {
                category,
                lines: vec![line],
            }),
        }
    }
    blocks
}

/// What everybody may use stands first, what few may use last.
fn rank(minimum_role: MinimumRole) -> Option<RoleKey> {
    match minimum_role {
        MinimumRole::Everyone => None,
        MinimumRole::Rank(rank) => Some(rank),
    }
}

/// All about one command.
fn details(command: &KnownCommand) -> Value {
    let KnownCommand {
        owner,
        spec,
        minimum_role,
    } = command;
    let mut lines = Vec::new();
    option_lines(&spec.options, 0, &mut lines);
    let mut fields = vec![
        json!({ "name": "For", "value": format!("`{minimum_role}` and above"), "inline": true }),
        json!({ "name": "Kind", "value": spec.category.label(), "inline": true }),
        json!({
            "name": "Part of", "inline": true,
            "value": owner.as_ref().map_or("the bot itself", |name| name.as_str()),
        }),
        json!({
            "name": "How often", "inline": true,
            "value": format!("{} times in {} s", spec.rate.limit, spec.rate.per_seconds),
        }),
    ];
    if *minimum_role == MinimumRole::Everyone {
        fields[0]["value"] = "everyone".into();
    }
    for (place, chunk) in chunks(&lines, FIELD).into_iter().take(4).enumerate() {
        let name = if place == 0 {
            "Options"
        } else {
            "More options"
        };
        fields.push(json!({ "name": name, "value": chunk }));
    }
    json!({ "embeds": [{
        "title": format!("/{}", spec.name),
        "description": spec.description,
        "fields": fields,
    }] })
}

fn option_lines(options: &[Value], depth: usize, lines: &mut Vec<String>) {
    for option in options {
        let text = |key: &str| option[key].as_str().unwrap_or_default().to_owned();
        let is_group = option["type"].as_u64().is_some_and(|kind| kind <= 2);
        let required = match option["required"].as_bool() {
            Some(true) => ", required",
            _ => "",
        };
        let name = match is_group {
            true => format!("**{}**", text("name")),
            false => format!("`{}`{required}", text("name")),
        };
        let indent = "\u{2003}".repeat(depth);
        lines.push(format!("{indent}{name}: {}", text("description")));
        if let Some(inner) = option["options"].as_array() {
            option_lines(inner, depth + 1, lines);
        }
    }
}

/// Lines joined to texts of at most so many characters.
pub(super) fn chunks(lines: &[String], most: usize) -> Vec<String> {
    let mut chunks: Vec<String> = Vec::new();
    for line in lines {
        let line = cut(line, most);
        let fits = |chunk: &String| chunk.chars().count() + line.chars().count() < most;
        match chunks.last_mut().filter(|chunk| fits(chunk)) {
            Some(chunk) => {
                chunk.push('\n');
                chunk.push_str(&line);
            }
            None => chunks.push(line),
        }
    }
    chunks
}

#[cfg(test)]
mod tests {
    use muster_core::Manifest;

    use super::*;

    fn commands(count: usize, description: usize) -> Vec<KnownCommand> {
        let commands: Vec<Value> = (0..count)
            .map(|n| {
                json!({ "name": format!("c{n}"), "description": "d".repeat(description),
                    "minimum_role": if n == 0 { "officer" } else { "organizer" }, "category": "moderation",
                    "options": [{ "type": 3, "name": "text", "description": "What", "required": true }] })
            })
            .collect();
        let json = json!({ "name": "p", "version": "0.1.0", "summary": "s", "commands": commands });
        let manifest = Manifest::parse(&json.to_string()).expect("valid");
        let known = manifest.commands.into_iter().map(|spec| KnownCommand {
            owner: None,
            minimum_role: spec.minimum_role,
            spec,
        });
        known.collect()
    }

    #[test]
    fn headings_without_commands_are_left_out_and_low_ranks_stand_first() {
        let all = view(&commands(2, 5), ALL, 0);
        assert_eq!(all["embeds"].as_array().map(Vec::len), Some(1));
        assert_eq!(
            all["embeds"][0]["description"],
            "`/c1` — ddddd (`organizer`)\n`/c0` — ddddd (`officer`)"
        );
        let footer = all["embeds"][0]["footer"]["text"].as_str().expect("a text");
        assert!(footer.contains("moderator > head_organizer > officer > security > organizer"));
        assert!(view(&commands(2, 5), "Statistics", 0)["content"].is_string());
    }

    #[test]
    fn a_hundred_long_commands_come_in_pages_that_discord_takes() {
        let commands = commands(100, 100);
        let pages = pages(&commands, ALL).len();
        assert!(pages > 1);
        let mut seen = 0;
        for page in 0..pages {
            let view = view(&commands, ALL, page);
            let embeds = view["embeds"].as_array().expect("embeds");
            let mut total = 0;
            for embed in embeds {
                let text = embed["description"].as_str().expect("a text");
                assert!(text.chars().count() <= 4096);
                seen += text.lines().count();
                total += text.chars().count()
                    + embed["title"].as_str().map_or(0, str::len)
                    + embed["footer"]["text"].as_str().map_or(0, str::len);
            }
            assert!(total <= 6000 && embeds.len() <= 10, "{total}");
            let buttons = &view["components"][0]["components"];
            assert_eq!(buttons[0]["disabled"], page == 0);
            assert_eq!(buttons[1]["disabled"], page == pages - 1);
        }
        assert_eq!(seen, 100);
    }

    #[test]
    fn one_command_is_told_with_its_options() {
        let told = details(&commands(1, 5)[0]).to_string();
        for part in [
            "/c0",
            "`officer` and above",
            "Moderation",
            "`text`, required: What",
        ] {
            assert!(told.contains(part), "{part}: {told}");
        }
    }
}
