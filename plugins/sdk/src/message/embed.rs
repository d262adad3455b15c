//! Embeds: the framed part of a message.

use serde::{Serialize, Serializer};

use crate::text;
use crate::time::Timestamp;

/// A framed block of a message, with a coloured edge.
///
/// See [Discord Docs/Embed Object](https://discord.com/developers/docs/resources/message#embed-object)
/// and [its limits](https://discord.com/developers/docs/resources/message#embed-object-embed-limits).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Embed {
    #[serde(skip_serializing_if = "String::is_empty")]
    title: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    color: Option<Color>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<Field>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail: Option<Picture>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<Picture>,
    #[serde(skip_serializing_if = "Option::is_none")]
    footer: Option<Footer>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_iso8601")]
    timestamp: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Field {
    name: String,
    value: String,
    inline: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Picture {
    url: String,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Footer {
    text: String,
}

const TITLE: usize = 256;
const DESCRIPTION: usize = 4096;
const FIELDS: usize = 25;
const FIELD_NAME: usize = 256;
const FIELD_VALUE: usize = 1024;
const FOOTER: usize = 2048;

impl Embed {
    /// An empty embed. Discord refuses one that stays empty.
    pub fn new() -> Self {
        Self::default()
    }

    /// The bold first line, up to 256 characters. Markdown is read here.
    #[must_use]
    pub fn title(mut self, title: impl AsRef<str>) -> Self {
        self.title = text::cut(title.as_ref(), TITLE);
        self
    }

    /// The text below the title, up to 4096 characters.
    #[must_use]
    pub fn description(mut self, description: impl AsRef<str>) -> Self {
        self.description = text::cut(description.as_ref(), DESCRIPTION);
        self
    }

    /// The colour of the edge.
    #[must_use]
    pub fn color(mut self, color: impl Into<Color>) -> Self {
        self.color = Some(color.into());
        self
    }

    /// Adds a field on lines of its own: a name of up to 256 characters, a value of up to 1024; up to
    /// 25 fields.
    #[must_use]
    pub fn field(self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.push_field(name.as_ref(), value.as_ref(), false)
    }

    /// Adds a field that stands beside its neighbours, up to three on a line.
    #[must_use]
    pub fn inline_field(self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.push_field(name.as_ref(), value.as_ref(), true)
    }

    /// The small picture at the right. Only `https` addresses are kept: Discord refuses a message with
    /// a broken one.
    #[must_use]
    pub fn thumbnail(mut self, url: &str) -> Self {
        self.thumbnail = picture(url);
        self
    }

    /// The large picture below the text. Only `https` addresses are kept.
    #[must_use]
    pub fn image(mut self, url: &str) -> Self {
        self.image = picture(url);
        self
    }

    /// The small last line, up to 2048 characters. Markdown is not read here.
    #[must_use]
    pub fn footer(mut self, footer: impl AsRef<str>) -> Self {
        let text = text::cut(footer.as_ref(), FOOTER);
        self.footer = (!text.trim().is_empty()).then_some(Footer { text });
        self
    }

    /// A time beside the footer, in each reader's own zone.
    #[must_use]
    pub fn timestamp(mut self, timestamp: Timestamp) -> Self {
        self.timestamp = Some(timestamp);
        self
    }

    fn push_field(mut self, name: &str, value: &str, inline: bool) -> Self {
        if self.fields.len() < FIELDS {
            self.fields.push(Field {
                name: filled(text::cut(name, FIELD_NAME)),
                value: filled(text::cut(value, FIELD_VALUE)),
                inline,
            });
        }
        self
    }

    /// What counts towards the 6000 characters of all embeds of a message.
    pub(super) fn length(&self) -> usize {
        let fields = self.fields.iter().flat_map(|f| [&f.name, &f.value]);
        let footer = self.footer.iter().map(|f| &f.text);
        [&self.title, &self.description]
            .into_iter()
            .chain(fields)
            .chain(footer)
            .map(|part| text::length(part))
            .sum()
    }

    /// Cuts the longest texts until all of them fit into `budget`; then drops fields from the end.
    pub(super) fn shorten(&mut self, budget: usize) {
        loop {
            let excess = self.length().saturating_sub(budget);
            if excess == 0 {
                return;
            }
            let longest = self.longest_text();
            let length = text::length(longest);
            if length > 1 {
                *longest = text::cut(longest, length.saturating_sub(excess).max(1));
            } else if self.fields.pop().is_none() {
                // Not even one character each is left: earlier embeds took everything.
                (self.title, self.description, self.footer) = Default::default();
                return;
            }
        }
    }

    fn longest_text(&mut self) -> &mut String {
        let mut longest = &mut self.description;
        let values = self
            .fields
            .iter_mut()
            .flat_map(|f| [&mut f.value, &mut f.name]);
        let others = [&mut self.title]
            .into_iter()
            .chain(self.footer.iter_mut().map(|f| &mut f.text));
        for text in values.chain(others) {
            if text::length(text) > text::length(longest) {
                longest = text;
            }
        }
        longest
    }
}

/// A colour: 24 bits, red first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Color(u32);

impl Color {
    /// Discord's own blue: something is asked, nothing is decided.
    pub const BLURPLE: Self = Self(0x5865f2);
    /// It worked, it is on.
    pub const GREEN: Self = Self(0x57f287);
    /// Waiting, or look out.
    pub const YELLOW: Self = Self(0xfee75c);
    /// It ended badly, or cannot be undone.
    pub const RED: Self = Self(0xed4245);
    /// Over.
    pub const GREY: Self = Self(0x95a5a6);

    /// The colour as Discord writes it: a number below 2^24.
    pub const fn rgb(self) -> u32 {
        self.0
    }
}

impl From<u32> for Color {
    /// Takes the lowest 24 bits: `0x137d13` is a dark green.
    fn from(rgb: u32) -> Self {
        Self(rgb & 0xff_ffff)
    }
}

/// Discord refuses a field without a name or value; a zero-width space is shown as nothing.
fn filled(text: String) -> String {
    if text.trim().is_empty() {
        "\u{200b}".to_owned()
    } else {
        text
    }
}

fn picture(url: &str) -> Option<Picture> {
    url.starts_with("https://").then(|| Picture {
        url: url.to_owned(),
    })
}

fn as_iso8601<S: Serializer>(time: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    time.map(Timestamp::iso8601).serialize(serializer)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_embed_is_written_as_discord_documents_it() {
        let embed = Embed::new()
            .title("Shatters")
            .description("Organizer")
            .color(0x137d13)
            .inline_field("Raiders", "3")
            .field("Note", "")
            .thumbnail("https://i.example/a.png")
            .image("http://i.example/a.png")
            .footer("run 42")
            .timestamp(Timestamp::from_seconds(0));
        assert_eq!(
            serde_json::to_value(&embed).expect("plain data"),
            json!({
                "title": "Shatters",
                "description": "Organizer",
                "color": 0x137d13,
                "fields": [
                    {"name": "Raiders", "value": "3", "inline": true},
                    {"name": "Note", "value": "\u{200b}", "inline": false},
                ],
                "thumbnail": {"url": "https://i.example/a.png"},
                "footer": {"text": "run 42"},
                "timestamp": "1970-01-01T00:00:00.000Z",
            })
        );
    }

    #[test]
    fn every_text_is_cut_to_its_limit() {
        let long = "🏰".repeat(5000);
        let embed = Embed::new()
            .title(&long)
            .description(&long)
            .field(&long, &long)
            .footer(&long);
        // One less where the limit is even: the ellipsis leaves an odd number for two-unit emojis.
        assert_eq!(text::length(&embed.title), 255);
        assert_eq!(text::length(&embed.description), 4095);
        assert_eq!(text::length(&embed.fields[0].name), 255);
        assert_eq!(text::length(&embed.fields[0].value), 1023);
        assert_eq!(embed.footer.map(|f| text::length(&f.text)), Some(2047));
    }

    #[test]
    fn a_twenty_sixth_field_is_left_out() {
        let embed = (0..30).fold(Embed::new(), |embed, n| embed.field(n.to_string(), "x"));
        assert_eq!(embed.fields.len(), 25);
    }

    #[test]
    fn shortening_reaches_every_budget() {
        let long = "x".repeat(300);
        let full = (0..25).fold(
            Embed::new().title(&long).description(&long).footer(&long),
            |e, _| e.field(&long, &long),
        );
        for budget in (0..=7000).step_by(211) {
            let mut embed = full.clone();
            embed.shorten(budget);
            assert!(embed.length() <= budget, "{budget}");
        }
    }

    #[test]
    fn a_long_note_is_cut_and_the_short_fields_stay() {
        let mut embed = Embed::new()
            .title("Shatters")
            .description("x".repeat(4000))
            .field("Raiders", "3");
        embed.shorten(100);
        assert_eq!(embed.title, "Shatters");
        assert_eq!(embed.fields[0].value, "3");
        assert_eq!(embed.length(), 100);
    }
}
