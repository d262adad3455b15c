//! What `/stats` shows.

use muster_sdk::ids::UserId;
use muster_sdk::message::{Button, Color, Embed, Message, Row};
use muster_sdk::text::length;

use super::dungeon_label;
use crate::points::Points;
use crate::stats::Stats;

/// What a field of an embed holds.
const FIELD: usize = 1024;
/// Fields of dungeons on one page: with the rest, well within an embed's 25 fields and 6000 characters.
const FIELDS: usize = 4;

/// A member's numbers, and dungeon by dungeon what they did there; `page` from 0.
pub fn stats(user: UserId, stats: &Stats, page: usize) -> Message {
    let chunks = chunks(stats);
    let pages = chunks.len().div_ceil(FIELDS).max(1);
    let page = page.min(pages - 1);
    let mut embed = Embed::new()
        .title("Statistics")
        .description(user.mention())
        .color(Color::BLURPLE)
        .thumbnail(&avatar(user))
        .inline_field("🎯 Points", stats.points.to_string());
    if stats.quota_points > Points::ZERO {
        embed = embed.inline_field("⭐ Quota Points", stats.quota_points.to_string());
    }
    embed = embed
        .inline_field("🗺️ Runs Organized", stats.organized.to_string())
        .inline_field("✅ Verifications", stats.verified.to_string())
        .inline_field("🔑 Keys Popped", stats.keys.to_string());
    let shown = chunks.iter().enumerate().skip(page * FIELDS).take(FIELDS);
    for (at, chunk) in shown {
        let name = if at == 0 {
            "Dungeons: completed | keys | organized"
        } else {
            "\u{200b}"
        };
        embed = embed.field(name, chunk);
    }
    if pages == 1 {
        return Message::new().embed(embed);
    }
    let turn = |to: usize| format!("stats/{user}/{to}");
    Message::new()
        .embed(embed.footer(format!("Page {} of {pages}", page + 1)))
        .row(Row::buttons([
            Button::grey("◀", turn(page.saturating_sub(1))).disabled(page == 0),
            Button::grey("▶", turn(page + 1)).disabled(page + 1 == pages),
        ]))
}

/// Lines of dungeons, as many to a chunk as a field holds.
fn chunks(stats: &Stats) -> Vec<String> {
    let mut chunks: Vec<String> = Vec::new();
    for dungeon in &stats.dungeons {
        let line = format!(
            "{}: {} | {} | {}",
            dungeon_label(&dungeon.key),
            dungeon.completed,
            dungeon.keys,
            dungeon.organized
        );
        match chunks.last_mut() {
            Some(chunk) if length(chunk) + length(&line) < FIELD => {
                chunk.push('\n');
                chunk.push_str(&line);
            }
            _ => chunks.push(line),
        }
    }
    chunks
}

/// The picture that Discord shows for an account without one of its own.
///
/// See [Discord Docs/CDN Endpoints](https://discord.com/developers/docs/reference#image-formatting-cdn-endpoints).
fn avatar(user: UserId) -> String {
    let index = (user.0 >> 22) % 6;
    format!("https://cdn.discordapp.com/embed/avatars/{index}.png")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::DungeonStats;

    fn everywhere(dungeons: usize) -> Stats {
        let dungeon = |n: usize| DungeonStats {
            key: format!("A DUNGEON THAT IS NO LONGER IN THE DATA {n}"),
            completed: 1,
            ..DungeonStats::default()
        };
        Stats {
            dungeons: (0..dungeons).map(dungeon).collect(),
            ..Stats::default()
        }
    }

    #[test]
    fn no_chunk_is_longer_than_a_field_and_no_line_is_lost() {
        let all = chunks(&everywhere(300));
        assert!(all.iter().all(|chunk| length(chunk) <= FIELD));
        let lines: usize = all.iter().map(|chunk| chunk.lines().count()).sum();
        assert_eq!(lines, 300);
    }

    #[test]
    fn a_page_beyond_the_last_is_the_last() {
        let user = UserId(1);
        let stats_of = everywhere(300);
        assert_eq!(stats(user, &stats_of, 99), stats(user, &stats_of, 2 + 99));
        assert_ne!(stats(user, &stats_of, 0), stats(user, &stats_of, 1));
    }
}
