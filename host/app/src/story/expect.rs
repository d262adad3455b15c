//! What panels must show: counted from what each member was last told.

use std::collections::{BTreeMap, HashMap};

use muster_playground::{Message, UserId};

use super::script::{Expectation, Shows};
use super::texts::holds;

/// What a member may count on: `seat` is `joined`.
pub(super) type States = HashMap<UserId, BTreeMap<String, String>>;

/// What is wrong with `message`, if anything.
pub(super) fn mismatch(
    expectation: &Expectation,
    message: &Message,
    states: &States,
) -> Option<String> {
    let whole = message.text();
    let (name, text) = match &expectation.field {
        Some(field) => (field.as_str(), message.field(field)),
        None => (expectation.handle.as_str(), Some(whole.as_str())),
    };
    let wrong = |expected: &str| {
        let shown = text.unwrap_or("nothing").replace('\n', " / ");
        Some(format!("{name} should show {expected}, and shows {shown}"))
    };
    match (&expectation.shows, text) {
        (Shows::Nothing, None) => None,
        (Shows::Nothing, Some(_)) => wrong("nothing"),
        (Shows::Text(template), text) => {
            let expected = fill(template, states);
            if text.is_some_and(|text| holds(text, &expected)) {
                None
            } else {
                wrong(&expected)
            }
        }
        (Shows::Tally { what, key, value }, text) => {
            let expected = tally(what, key, value, states);
            if expected == text.map(read_tally).unwrap_or_default() {
                return None;
            }
            let listed: Vec<String> = expected
                .iter()
                .map(|(word, n)| format!("{word} ({n})"))
                .collect();
            wrong(&listed.join(", "))
        }
    }
}

/// The template with `{seat joined}` replaced by its count.
fn fill(template: &str, states: &States) -> String {
    let mut filled = String::new();
    let mut rest = template;
    while let Some((before, (inner, after))) = rest
        .split_once('{')
        .and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        filled.push_str(before);
        let (key, value) = inner.split_once(' ').unwrap_or((inner, ""));
        filled.push_str(&count(key, value, states).to_string());
        rest = after;
    }
    filled + rest
}

fn count(key: &str, value: &str, states: &States) -> usize {
    states
        .values()
        .filter(|state| state.get(key).is_some_and(|found| found == value))
        .count()
}

fn tally(what: &str, key: &str, value: &str, states: &States) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for state in states.values() {
        if state.get(key).is_some_and(|held| held == value)
            && let Some(word) = state.get(what)
        {
            *found.entry(word.clone()).or_default() += 1;
        }
    }
    found
}

/// `Rake (3), Spade (1)`, however it is separated.
fn read_tally(text: &str) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    let mut rest = text;
    while let Some((word, after)) = rest.split_once(" (") {
        let Some((number, after)) = after.split_once(')') else {
            break;
        };
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        if let Ok(number) = number.parse() {
            found.insert(word.to_owned(), number);
        }
        rest = after;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn states() -> States {
        let state = |user: u64, pairs: &[(&str, &str)]| {
            let pairs = pairs
                .iter()
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
            (UserId(user), pairs.collect())
        };
        HashMap::from([
            state(1, &[("seat", "joined"), ("tool", "Rake")]),
            state(2, &[("seat", "joined"), ("tool", "Spade")]),
            state(3, &[("seat", "bench"), ("tool", "Rake")]),
            state(4, &[("seat", "joined")]),
        ])
    }

    #[test]
    fn counts_are_filled_in() {
        let text = fill(
            "Helpers: {seat joined} and {seat bench}, {seat gone}",
            &states(),
        );
        assert_eq!(text, "Helpers: 3 and 1, 0");
    }

    #[test]
    fn tallies_are_read_as_they_are_written() {
        let expected = tally("tool", "seat", "joined", &states());
        assert_eq!(read_tally("Rake (1) • Spade (1)\n"), expected);
        assert_eq!(read_tally("Rake (1), Spade (1)"), expected);
        assert_eq!(read_tally("None selected"), BTreeMap::new());
    }
}
