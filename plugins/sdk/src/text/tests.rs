//! What must hold for every text: tried on thousands of texts made of dangerous pieces.

use super::*;

const PIECES: &[&str] = &[
    "a",
    "B",
    "7",
    " ",
    "  ",
    "\n",
    "\r\n",
    "\t",
    "*",
    "**",
    "_",
    "__",
    "~~",
    "||",
    "`",
    "```",
    "```\n",
    "\\",
    "[",
    "](",
    ")",
    "(",
    "<",
    ">",
    ">>>",
    "> ",
    "# ",
    "## ",
    "-# ",
    "- ",
    "+ ",
    "1. ",
    "12) ",
    "@",
    "@everyone",
    "@here",
    "<@1>",
    "<@!1>",
    "<@&2>",
    "<#3>",
    "<:e:4>",
    "<a:e:4>",
    "<t:5:R>",
    "</c:6>",
    "<id:guide>",
    "https://evil.example",
    "[free](https://evil.example)",
    "discord.gg/x",
    "://",
    ":",
    "\u{202e}",
    "\u{202c}",
    "\u{2066}",
    "\u{200b}",
    "\u{200d}",
    "\u{feff}",
    "\u{ad}",
    "\u{3164}",
    "\u{2028}",
    "\0",
    "\u{1b}[31m",
    "e\u{301}",
    "\u{336}\u{336}\u{336}\u{336}",
    "❤️",
    "👩\u{200d}🚀",
    "ß",
    "日本",
    "𝒳",
];

/// Texts of up to twelve pieces, always the same ones.
fn dangerous_texts() -> impl Iterator<Item = String> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut roll = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).expect("below a usize")
    };
    (0..20_000).map(move |_| {
        let pieces = roll(13);
        (0..pieces).map(|_| PIECES[roll(PIECES.len())]).collect()
    })
}

/// What a reader sees: Discord takes a backslash away before anything but letters, digits and space.
fn as_shown(markdown: &str) -> String {
    let mut shown = String::new();
    let mut chars = markdown.chars().peekable();
    while let Some(c) = chars.next() {
        let hides = c == '\\'
            && chars
                .peek()
                .is_some_and(|n| !n.is_alphanumeric() && !n.is_whitespace());
        if !hides {
            shown.push(c);
        } else if let Some(next) = chars.next() {
            shown.push(next);
        }
    }
    shown.replace(ZERO_WIDTH_SPACE, "")
}

#[test]
fn escaped_text_looks_as_typed() {
    for text in dangerous_texts() {
        let expected: Vec<String> = visible(&text).lines().map(str::to_owned).collect();
        assert_eq!(as_shown(&escape(&text)), expected.join("\n"), "{text:?}");
    }
}

#[test]
fn escaped_text_leaves_no_markup_active() {
    for text in dangerous_texts() {
        let escaped = escape(&text);
        let mut chars = escaped.chars();
        while let Some(c) = chars.next() {
            assert!(!"*_~|`[]<>".contains(c), "{c} is active in {escaped:?}");
            if c == '\\' {
                assert!(
                    chars.next().is_some_and(|c| c.is_ascii_punctuation()),
                    "{escaped:?}"
                );
            }
        }
        for line in escaped.lines().map(str::trim_start) {
            assert!(
                !line.starts_with(['#', '-', '+']),
                "a heading or list in {escaped:?}"
            );
            let after_number = line.trim_start_matches(|c: char| c.is_ascii_digit());
            assert!(
                after_number == line || !after_number.starts_with(['.', ')']),
                "a list in {escaped:?}"
            );
        }
        let links = escaped.matches("://").count() - escaped.matches("\\://").count();
        assert_eq!(links, 0, "a link in {escaped:?}");
    }
}

#[test]
fn escaped_text_cannot_ping() {
    for text in dangerous_texts() {
        let escaped = escape(&text);
        for (at, _) in escaped.match_indices('@') {
            assert!(
                escaped[at + 1..].starts_with(ZERO_WIDTH_SPACE),
                "{escaped:?}"
            );
        }
    }
}

#[test]
fn nothing_invisible_or_turning_gets_through() {
    for text in dangerous_texts() {
        for result in [escape(&text).replace("@\u{200b}", "@"), plain(&text)] {
            let hidden = result
                .chars()
                .find(|&c| is_invisible(c) || (c.is_control() && c != '\n'));
            assert_eq!(hidden, None, "{text:?}");
        }
    }
}

#[test]
fn plain_text_is_one_trimmed_line() {
    for text in dangerous_texts() {
        let plain = plain(&text);
        assert!(
            !plain.contains('\n') && plain.trim() == plain && !plain.contains("  "),
            "{plain:?}"
        );
    }
    assert_eq!(plain(" USW3\n left \t bazaar "), "USW3 left bazaar");
}

#[test]
fn a_cut_text_fits_and_ends_in_an_ellipsis() {
    for (number, text) in dangerous_texts().enumerate() {
        let max = number % 40;
        let short = cut(&text, max);
        assert!(length(&short) <= max);
        assert!(short == text || short.is_empty() || short.ends_with('…'));
        assert_eq!(short == text, length(&text) <= max);
    }
}

#[test]
fn a_character_of_two_units_is_not_cut_in_half() {
    assert_eq!(cut("🏰🏰🏰", 6), "🏰🏰🏰");
    assert_eq!(cut("🏰🏰🏰", 5), "🏰🏰…");
    assert_eq!(cut("🏰🏰🏰", 4), "🏰…");
    assert_eq!(cut("abc", 1), "…");
    assert_eq!(cut("abc", 0), "");
}

#[test]
fn named_tricks_are_shown_as_text() {
    for (typed, escaped) in [
        ("@everyone", "@\u{200b}everyone"),
        ("<@&2>", "\\<@\u{200b}&2\\>"),
        ("**bold**", "\\*\\*bold\\*\\*"),
        (
            "[free](https://evil.example)",
            "\\[free\\](https\\://evil.example)",
        ),
        ("```", "\\`\\`\\`"),
        ("# big", "\\# big"),
        ("-# small", "\\-# small"),
        ("a - b # c 1. d", "a - b # c 1. d"),
        ("1. one", "1\\. one"),
        ("abc\u{202e}fed", "abcfed"),
        ("Davy Jones' Locker", "Davy Jones' Locker"),
        ("❤️", "❤️"),
    ] {
        assert_eq!(escape(typed), escaped);
    }
}

#[test]
fn accents_stay_and_towers_of_them_do_not() {
    assert_eq!(escape("e\u{301}"), "e\u{301}");
    assert_eq!(escape("e\u{301}\u{301}\u{301}\u{301}"), "e\u{301}\u{301}");
    assert_eq!(escape("\u{301}"), "");
}
