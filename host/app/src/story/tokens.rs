//! A line of a script as words: separated by blanks or commas, or in quotation marks.

/// The words of a line; `Err` if a quotation mark is never closed. `#` begins a comment. Within
/// quotation marks, `\"` is a quotation mark, `\n` a new line and `\\` a backslash.
pub fn words(line: &str) -> Result<Vec<String>, &'static str> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while let Some(first) = rest.chars().next() {
        match first {
            '#' => break,
            '"' => {
                let (word, after) = quoted(&rest[1..])?;
                words.push(word);
                rest = after;
            }
            _ => {
                let end = rest.find([' ', ',', '\t']).unwrap_or(rest.len());
                words.push(rest[..end].to_owned());
                rest = &rest[end..];
            }
        }
        rest = rest.trim_start_matches([' ', ',', '\t']);
    }
    Ok(words)
}

/// The text up to the closing quotation mark, and what stands behind it.
fn quoted(text: &str) -> Result<(String, &str), &'static str> {
    let mut word = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Ok((word, &text[at + 1..])),
            '\\' => match characters.next() {
                Some((_, 'n')) => word.push('\n'),
                Some((_, escaped @ ('"' | '\\'))) => word.push(escaped),
                _ => return Err("a backslash stands before `\"`, `n` or another backslash"),
            },
            character => word.push(character),
        }
    }
    Err("a quotation mark is never closed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_words_keep_their_blanks() {
        let line = r#"Ann presses "Choose plan" on panel, within 100 ms  # slowly"#;
        let expected = [
            "Ann",
            "presses",
            "Choose plan",
            "on",
            "panel",
            "within",
            "100",
            "ms",
        ];
        assert_eq!(words(line), Ok(expected.map(str::to_owned).to_vec()));
        assert!(words("says \"never closed").is_err());
        assert_eq!(words("  # nothing"), Ok(Vec::new()));
    }

    #[test]
    fn quotation_marks_and_new_lines_are_written_with_a_backslash() {
        let read = words(r#"told "she said \"no\"\nand left" "C:\\""#);
        let expected = ["told", "she said \"no\"\nand left", "C:\\"];
        assert_eq!(read, Ok(expected.map(str::to_owned).to_vec()));
        assert!(words(r#""a\b""#).is_err());
    }
}
