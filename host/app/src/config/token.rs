//! The bot's token: from the environment only, read here only, shown nowhere.

use muster_discord::BotToken;

use super::{Environment, Place, Problem};

const TOKEN: &str = "DISCORD_TOKEN";
const TOKEN_FILE: &str = "DISCORD_TOKEN_FILE";

/// The token in `DISCORD_TOKEN`, or in the file that `DISCORD_TOKEN_FILE` names.
///
/// # Errors
/// What is wrong with it, without showing any of it.
pub fn token(environment: &Environment) -> Result<BotToken, Problem> {
    let problem = |name: &str, what: String| Problem::new(Place::Variable(name.to_owned()), what);
    let (text, from) = match (environment.text(TOKEN), environment.text(TOKEN_FILE)) {
        (Some(_), Some(_)) => {
            let what = format!("is set beside {TOKEN_FILE}; remove one of them");
            return Err(problem(TOKEN, what));
        }
        (Some(text), None) => (text.to_owned(), TOKEN),
        (None, Some(path)) => match std::fs::read_to_string(path) {
            // Editors end files with a new line; more than one is a mistake that is told below.
            Ok(text) => {
                let text = text.strip_suffix('\n').unwrap_or(&text);
                (
                    text.strip_suffix('\r').unwrap_or(text).to_owned(),
                    TOKEN_FILE,
                )
            }
            Err(error) => {
                return Err(problem(
                    TOKEN_FILE,
                    format!("`{path}` cannot be read: {error}"),
                ));
            }
        },
        (None, None) => {
            let what = format!(
                "is not set; copy the token from the Developer Portal (Bot, Reset Token) into {TOKEN}, \
                 or name a file that holds it in {TOKEN_FILE}"
            );
            return Err(problem(TOKEN, what));
        }
    };
    match token_problem(&text) {
        None => Ok(BotToken::new(&text)),
        Some(what) => Err(problem(from, what)),
    }
}

/// Why `text` is no bot token, or `None`. Tells what kind of character is wrong, never the text.
pub fn token_problem(text: &str) -> Option<String> {
    let bare = text.strip_prefix("Bot ").unwrap_or(text);
    if bare.is_empty() {
        return Some("is empty".to_owned());
    }
    let (position, wrong) = bare
        .chars()
        .enumerate()
        .find(|(_, c)| !c.is_ascii_graphic() || matches!(c, '"' | '\'' | '`' | ',' | ';'))?;
    let name = match wrong {
        '\n' | '\r' => "a line break",
        '\t' => "a tab",
        c if c.is_whitespace() => "a space",
        '"' | '\'' | '`' => "a quotation mark",
        _ => "a character that no token has",
    };
    let place = match position {
        0 => "at its beginning".to_owned(),
        _ if bare.chars().count() == position + 1 => "at its end".to_owned(),
        _ => "inside".to_owned(),
    };
    Some(format!(
        "holds {name} {place}; copy the token again, alone and on one line"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(environment: Environment) -> String {
        token(&environment).expect_err("refused").to_string()
    }

    #[test]
    fn a_token_with_white_space_is_refused_without_being_shown() {
        for (text, expected) in [
            ("sec ret", "DISCORD_TOKEN: holds a space inside;"),
            ("secret\n", "DISCORD_TOKEN: holds a line break at its end;"),
            ("\tsecret", "DISCORD_TOKEN: holds a tab at its beginning;"),
            (
                "\"secret\"",
                "DISCORD_TOKEN: holds a quotation mark at its beginning;",
            ),
            (
                "secrét",
                "DISCORD_TOKEN: holds a character that no token has inside;",
            ),
        ] {
            let text = told(Environment::from([(TOKEN, text)]));
            assert!(text.starts_with(expected), "{text}");
            assert!(!text.contains("sec"), "{text}");
        }
    }

    #[test]
    fn without_a_token_both_ways_are_named() {
        let text = told(Environment::default());
        assert!(
            text.contains("DISCORD_TOKEN_FILE") && text.contains("Developer Portal"),
            "{text}"
        );
        assert_eq!(text, told(Environment::from([(TOKEN, "")])));
    }

    #[test]
    fn two_tokens_are_one_too_many() {
        let text = told(Environment::from([(TOKEN, "a"), (TOKEN_FILE, "/b")]));
        assert_eq!(
            text,
            "DISCORD_TOKEN: is set beside DISCORD_TOKEN_FILE; remove one of them"
        );
    }

    #[test]
    fn a_file_may_end_with_one_line_break() {
        let path = std::env::temp_dir().join(format!("muster-token-{}", std::process::id()));
        let name = path.display().to_string();
        let environment = Environment::from([(TOKEN_FILE, name.as_str())]);
        std::fs::write(&path, "secret\r\n").expect("writable");
        assert!(token(&environment).is_ok());
        std::fs::write(&path, "secret\n\n").expect("writable");
        let text = told(environment.clone());
        assert!(
            text.starts_with("DISCORD_TOKEN_FILE: holds a line break at its end;"),
            "{text}"
        );
        std::fs::remove_file(&path).expect("removable");
        assert!(told(environment).contains("cannot be read"));
    }

    #[test]
    fn the_word_bot_before_it_is_forgiven() {
        assert_eq!(token_problem("Bot abc.def-g_h"), None);
    }
}
