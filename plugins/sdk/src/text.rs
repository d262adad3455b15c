//! Text that people typed: made harmless before it is shown, and cut to what Discord takes.
//!
//! Members choose their names, parties, notes and reasons freely. Shown as they are, such texts can
//! ping, hide a link behind a friendly word, break the layout, or turn a line around. So whatever a
//! person typed goes through [`escape`] where Discord reads markdown (message content, embed
//! titles, descriptions, fields), and through [`plain`] where it does not (labels, thread names,
//! choices, modals).

/// Makes text that a person typed inert where markdown is read: it looks as typed, and does nothing.
///
/// Markdown is escaped, `@` no longer pings, mentions, masked links and bare links are plain text,
/// code fences do not open, and what nobody can see is removed as in [`plain`]. Line breaks stay.
/// The result may be longer than the text; the builders of [`message`](crate::message) cut it.
///
/// See [Discord Docs/Message Formatting](https://discord.com/developers/docs/reference#message-formatting).
pub fn escape(user_text: &str) -> String {
    let text = visible(user_text);
    let mut inert = String::with_capacity(text.len() + 8);
    for (number, line) in text.lines().enumerate() {
        if number > 0 {
            inert.push('\n');
        }
        escape_line(line, &mut inert);
    }
    inert
}

/// Makes text that a person typed fit for places without markdown: one line, nothing invisible.
pub fn plain(user_text: &str) -> String {
    visible(user_text)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// The text, or its beginning and `…` so that both together have at most `max` characters.
///
/// Counts as [`length`] does, and never cuts a character in two.
pub fn cut(text: &str, max: usize) -> String {
    if length(text) <= max {
        return text.to_owned();
    }
    let mut kept = beginning(text, max.saturating_sub(1));
    kept.truncate(kept.trim_end().len());
    if max > 0 {
        kept.push('…');
    }
    kept
}

/// How long Discord may find this text: in UTF-16 units.
///
/// Its documentation says "characters"; its clients count UTF-16 units and its API code points,
/// which are never more. A text within the limit by this count is within it by both.
pub fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The longest beginning of at most `max` characters, without an ellipsis.
pub(crate) fn beginning(text: &str, max: usize) -> String {
    let mut used = 0;
    text.chars()
        .take_while(|c| {
            used += c.len_utf16();
            used <= max
        })
        .collect()
}

fn escape_line(line: &str, inert: &mut String) {
    let indent = line.len() - line.trim_start().len();
    let digits = line[indent..]
        .bytes()
        .take_while(u8::is_ascii_digit)
        .count();

    for (at, c) in line.char_indices() {
        let starts_block = at == indent && matches!(c, '#' | '-' | '+');
        let ends_list_number = digits > 0 && at == indent + digits && matches!(c, '.' | ')');
        let starts_link = c == ':' && line[at..].starts_with("://");
        let is_markup = matches!(
            c,
            '\\' | '*' | '_' | '~' | '|' | '`' | '[' | ']' | '<' | '>'
        );
        if starts_block || ends_list_number || starts_link || is_markup {
            inert.push('\\');
        }
        inert.push(c);
        if c == '@' {
            // A backslash hides a mention from the reader, yet Discord's server may still find it.
            inert.push(ZERO_WIDTH_SPACE);
        }
    }
}

const ZERO_WIDTH_SPACE: char = '\u{200b}';

/// At most this many combining marks on one character: enough for every language's accents, too few
/// to paint over the lines above and below.
const COMBINING_MARKS: u32 = 2;

/// The text without what nobody sees: controls, zero-width and direction characters, blank letters,
/// and towers of accents. Line breaks become `\n`, other white space a space.
fn visible(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut marks = 0;
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => kept.push('\n'),
            c if c.is_whitespace() => kept.push(' '),
            c if c.is_control() || is_invisible(c) => continue,
            c if is_combining(c) => {
                marks += 1;
                if marks <= COMBINING_MARKS && !kept.is_empty() {
                    kept.push(c);
                }
                continue;
            }
            c => kept.push(c),
        }
        marks = 0;
    }
    kept
}

/// Characters that take no room or turn the direction of reading.
///
/// See [Unicode Technical Report 36](https://www.unicode.org/reports/tr36/) for what they are used for.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0e}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Marks that are drawn onto the character before. The emoji variation selector counts as one, so
/// that emojis stay as typed.
fn is_combining(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe0f}' | '\u{fe20}'..='\u{fe2f}'
    )
}

#[cfg(test)]
mod tests;
