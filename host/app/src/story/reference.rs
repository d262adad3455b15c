//! The words of scripts, as `README.md` beside this file explains them, and what to tell somebody whose
//! line is none of them.

use crate::config::nearest;

/// Every statement: what stands in capital letters is the author's.
pub(super) const STATEMENTS: &[&str] = &[
    "WHO uses \"/COMMAND OPTION:VALUE\"",
    "WHO uses \"/COMMAND OPTION:VALUE\" in CHANNEL",
    "WHO types \"TEXT\" as OPTION of \"/COMMAND\"",
    "WHO types \"TEXT\" as OPTION of \"/COMMAND\" in CHANNEL",
    "WHO presses \"BUTTON\" on MESSAGE",
    "WHO chooses \"OPTION\" from \"MENU\" on MESSAGE",
    "WHO fills \"FIELD\" with \"TEXT\", \"FIELD\" with \"TEXT\"",
    "WHO writes \"TEXT\" in CHANNEL",
    "NAME FIRST-LAST press \"BUTTON\" on MESSAGE, within MS ms",
    "NAME FIRST-LAST press \"BUTTON\" on MESSAGE, choose \"OPTION|OPTION\" from \"MENU\", within MS ms",
    "told \"TEXT\"",
    "told \"TEXT\" means KEY VALUE, KEY VALUE",
    "also told \"TEXT\"",
    "never told \"TEXT\"",
    "privately",
    "publicly",
    "form \"TITLE\"",
    "offered \"CHOICE\"",
    "not offered \"CHOICE\"",
    "refused \"TEXT\"",
    "called MESSAGE",
    "MESSAGE is the message in CHANNEL with \"TEXT\"",
    "MESSAGE is the message to WHO with \"TEXT\"",
    "MESSAGE is what WHO gets for \"BUTTON\" on MESSAGE",
    "MESSAGE shows \"TEXT\"",
    "MESSAGE shows no \"TEXT\"",
    "MESSAGE \"FIELD\" shows \"TEXT\"",
    "MESSAGE \"FIELD\" shows no \"TEXT\"",
    "MESSAGE \"FIELD\" shows nothing",
    "MESSAGE offers \"BUTTON\"",
    "MESSAGE offers no \"BUTTON\"",
    "MESSAGE is gone",
    "WHO sees \"TEXT\" in CHANNEL",
    "WHO sees no \"TEXT\" in CHANNEL",
    "WHO gets a DM with \"TEXT\"",
    "WHO gets no DM with \"TEXT\"",
    "WHO has role \"ROLE\"",
    "WHO has no role \"ROLE\"",
    "WHO is named \"NICKNAME\"",
    "no message in CHANNEL with \"TEXT\"",
    "CHANNEL logs \"TEXT\"",
    "CHANNEL logs \"TEXT\" COUNT times",
    "CHANNEL logs no \"TEXT\"",
    "COUNT hours pass",
    "the bot restarts",
    "the bot is killed",
    "the bot loses PERMISSION",
    "the bot regains PERMISSION",
    "Discord answers STATUS to \"ROUTE\"",
    "Discord answers STATUS to \"ROUTE\" COUNT times",
    "Discord disconnects",
    "Discord recovers",
    "WHO joins",
    "WHO joins with \"ROLE\", \"ROLE\"",
    "WHO leaves",
    "WHO closes DMs",
    "WHO opens DMs",
    "role \"ROLE\" goes to WHO",
    "role \"ROLE\" leaves WHO",
    "role \"ROLE\" is deleted",
    "message MESSAGE is deleted",
    "channel CHANNEL is deleted",
    "let NAME be \"TEXT\"",
    "NAME is the text between \"BEFORE\" and \"AFTER\" in MESSAGE",
    "crowd NAME COUNT with \"ROLE\"",
    "expect MESSAGE shows \"TEXT\"",
    "expect MESSAGE \"FIELD\" shows \"TEXT\"",
    "expect MESSAGE \"FIELD\" shows nothing",
    "expect MESSAGE \"FIELD\" tallies KEY of KEY VALUE",
    "right MESSAGE",
    "forget MESSAGE",
    "one message in CHANNEL with \"TEXT\"",
    "one thread in CHANNEL",
    "COUNT lines in CHANNEL with \"TEXT\"",
    "lines once in CHANNEL",
    "show MESSAGE",
    "wait at most COUNT seconds",
    "pause MS ms",
    "guild \"FILE\"",
    "include \"FILE\"",
];

/// Words that say too little about what a line was meant to be.
const SMALL: [&str; 24] = [
    "a", "and", "as", "at", "be", "between", "for", "in", "is", "message", "most", "ms", "no",
    "of", "on", "once", "text", "the", "times", "to", "what", "with", "within", "role",
];

/// What to tell about a line that is no statement.
pub(super) fn advice(words: &[&str]) -> String {
    let known = |word: &str| verbs().any(|verb| verb == word);
    if let Some(verb) = words.iter().find(|word| known(word)) {
        let forms: Vec<&str> = forms(verb).collect();
        return format!("`{verb}` goes: {}", forms.join("  or: "));
    }
    // A name of two words looks like a verb that is not there: the rest of the line knows better.
    let near = words
        .iter()
        .filter(|word| word.chars().all(|letter| letter.is_ascii_lowercase()))
        .find_map(|word| nearest(word, verbs()));
    match near {
        Some(verb) => {
            let form = forms(verb).next().unwrap_or_default();
            format!("this is no statement; did you mean `{verb}`? It goes: {form}")
        }
        None => {
            "this is no statement; `muster play --help` says where they are explained".to_owned()
        }
    }
}

/// The words by which statements are told apart.
fn verbs() -> impl Iterator<Item = &'static str> {
    let words = STATEMENTS.iter().flat_map(|form| fixed(form));
    words.filter(|word| !SMALL.contains(word))
}

fn forms<'a>(verb: &'a str) -> impl Iterator<Item = &'static str> + 'a {
    let all = STATEMENTS.iter().copied();
    all.filter(move |form| fixed(form).any(|word| word == verb))
}

/// The words of a statement that are not the author's.
fn fixed(form: &'static str) -> impl Iterator<Item = &'static str> {
    let outside = form.split('"').step_by(2);
    let words = outside.flat_map(|part| part.split([' ', ',']));
    words.filter(|word| word.chars().any(|letter| letter.is_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::story::statement;

    /// The statement with something in place of each word in capital letters.
    fn example(form: &str) -> String {
        let numbers = [
            ("COUNT", "2"),
            ("FIRST-LAST", "1-3"),
            ("MS", "5"),
            ("STATUS", "500"),
        ];
        let mut line = form.to_owned();
        for (word, number) in numbers {
            line = line.replace(word, number);
        }
        line
    }

    #[test]
    fn every_statement_can_be_read_as_it_is_listed() {
        for form in STATEMENTS {
            let read = statement::read(&example(form));
            assert!(matches!(read, Ok(Some(_))), "{form}: {read:?}");
        }
    }

    #[test]
    fn every_statement_is_explained() {
        let text = include_str!("README.md");
        for form in STATEMENTS {
            assert!(
                text.contains(&format!("`{form}`")),
                "README.md does not explain `{form}`"
            );
        }
    }

    #[test]
    fn the_nearest_statement_is_offered() {
        let told = advice(&["Ann", "presess", "Join", "on", "panel"]);
        assert!(told.contains("did you mean `presses`?"), "{told}");
        let told = advice(&["panel", "showz", "x"]);
        assert!(told.contains("did you mean `shows`?"), "{told}");
        let told = advice(&["Ann", "presses", "Join"]);
        assert_eq!(told, "`presses` goes: WHO presses \"BUTTON\" on MESSAGE");
        let told = advice(&["xyzzy"]);
        assert!(
            told.starts_with("this is no statement; `muster play --help`"),
            "{told}"
        );
    }
}
