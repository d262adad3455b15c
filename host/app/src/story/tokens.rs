//! A line of a script as words: separated by blanks or commas, or in quotation marks.

/// The words of a line; `Err` if a quotation mark is never closed. `#` begins a comment.
pub fn words(line: &str) -> Result<Vec<String>, &'static str> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '#' => break,
            '"' => {
                let inner = &rest[1..];
                let end = inner.find('"').ok_or("a quotation mark is never closed")?;
                words.push(inner[..end].to_owned());
                end + 2
            }
            _ => {
                let end = rest.find([' ', ',', '\t']).unwrap_or(rest.len());
                words.push(rest[..end].to_owned());
                end
            }
        };
        rest = rest[end..].trim_start_matches([' ', ',', '\t']);
    }
    Ok(words)
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
}
