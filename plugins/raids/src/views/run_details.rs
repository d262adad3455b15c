//! `/viewrun`: one run with its people, a page at a time.

use muster_dungeons::find_class;
use muster_sdk::ids::UserId;
use muster_sdk::message::{Button, Embed, Message, Row};
use muster_sdk::text::escape;

use super::run_panel::{color, title};
use super::{classes, key_label, keys, mentions};
use crate::custom_id::history as custom_id;
use crate::history::{Page, Person};
use crate::run::{Run, State, Tally};

/// What a page of `/viewrun` shows.
#[derive(Clone, Debug)]
pub struct RunDetails {
    /// The run.
    pub run: Run,
    /// Its roster in numbers.
    pub tally: Tally,
    /// The people of this page.
    pub people: Vec<Person>,
    /// Who has which key, in the order of the offers.
    pub holders: Vec<(String, Vec<UserId>)>,
    /// Which page of how many.
    pub page: Page,
    /// Whether the reader may see who it was, or only how many.
    pub sees_names: bool,
}

/// A page of `/viewrun`.
pub fn run_details(details: &RunDetails) -> Message {
    let (run, tally) = (&details.run, &details.tally);
    let text = |text: &Option<String>| text.as_deref().map_or_else(|| "—".to_owned(), escape);
    let embed = Embed::new()
        .title(title(run))
        .color(color(run))
        .inline_field("Status", run.status.as_str())
        .inline_field("Organizer", run.organizer.mention())
        .inline_field("Dungeon", escape(&run.dungeon_label))
        .inline_field("Party", text(&run.party))
        .inline_field("Location", text(&run.location))
        .inline_field("Times", times(run))
        .field("Classes", classes(tally));
    let embed = people(embed, details);
    let embed = key_holders(embed, details);
    let page = details.page;
    let embed = if details.sees_names && page.count > 1 {
        embed.footer(format!(
            "Run {} · page {} of {}",
            run.id,
            page.number + 1,
            page.count
        ))
    } else {
        embed.footer(format!("Run {}", run.id))
    };
    let message = Message::new().embed(embed);
    if details.sees_names {
        message.rows(pages(page, |page| custom_id::people(run.id, page)))
    } else {
        message
    }
}

/// **◀** and **▶**, where there is more than one page.
pub(super) fn pages(page: Page, id: impl Fn(u32) -> String) -> Option<Row> {
    let back = page.number.saturating_sub(1);
    (page.count > 1).then(|| {
        Row::buttons([
            // The ids of two buttons must differ, also where both lead to the same page.
            Button::grey("◀", id(back)).disabled(page.number == 0),
            Button::grey("▶", id(page.number + 1)).disabled(page.number + 1 >= page.count),
        ])
    })
}

fn people(embed: Embed, details: &RunDetails) -> Embed {
    let tally = &details.tally;
    if !details.sees_names {
        return embed
            .inline_field("Raiders", tally.joined.to_string())
            .inline_field("Bench", tally.benched.to_string());
    }
    let listed = |state: State| {
        let lines: Vec<String> = details
            .people
            .iter()
            .filter(|person| person.state == state)
            .map(line)
            .collect();
        lines.join("\n")
    };
    let mut embed = embed;
    for (name, state, total) in [
        ("Raiders", State::Join, tally.joined),
        ("Bench", State::Bench, tally.benched),
    ] {
        let people = listed(state);
        let name = format!("{name} ({total})");
        if !people.is_empty() {
            embed = embed.field(name, people);
        } else if total == 0 {
            embed = embed.field(name, "Nobody");
        }
    }
    embed
}

fn line(person: &Person) -> String {
    let class = person.class.as_deref().map(|key| {
        find_class(key).map_or_else(
            || escape(key),
            |class| format!("{} {}", class.emoji, class.label),
        )
    });
    match class {
        Some(class) => format!("{} {class}", person.user.mention()),
        None => person.user.mention(),
    }
}

fn key_holders(mut embed: Embed, details: &RunDetails) -> Embed {
    if !details.sees_names {
        return match keys(&details.run, &details.tally) {
            Some(keys) => embed.field("Keys", keys),
            None => embed,
        };
    }
    for (key, users) in &details.holders {
        embed = embed.field(
            format!("{}: {}", key_label(key), users.len()),
            mentions(users),
        );
    }
    embed
}

fn times(run: &Run) -> String {
    let mut lines = vec![format!("Posted {}", run.created_at.relative())];
    lines.extend(
        run.started_at
            .map(|at| format!("Started {}", at.relative())),
    );
    lines.extend(run.ended_at.map(|at| format!("Over {}", at.relative())));
    lines.join("\n")
}
