//! Was somebody answered as the script says?

use super::act::{End, Outcome};
use super::script::{Act, Place};
use super::texts::short;
use super::unmet::Instead;

pub(super) use super::script::Want;

/// Where a line below the statement says what is not so; none if it is the statement itself.
type NotSo = (Option<Place>, Instead);

/// Holds the answer to one person's deed against all that the script says of it.
pub(super) fn check(act: &Act, who: &str, outcome: &Outcome) -> Result<(), NotSo> {
    let refusal = act.wants.iter().find_map(|(place, want)| match want {
        Want::Refused(why) => Some((place, why)),
        _ => None,
    });
    let seen = seen(who, outcome);
    if let Some((place, why)) = refusal {
        if outcome.is_refused && outcome.text.contains(why.as_str()) {
            return Ok(());
        }
        let expected = format!("the client to refuse it: \"{why}\"");
        return Err((Some(place.clone()), Instead::new(expected, seen)));
    }
    if outcome.is_refused || outcome.end == End::Unanswered {
        return Err((None, Instead::new("an answer", seen)));
    }
    if outcome.end != End::Done {
        let texts: Vec<String> = act
            .told
            .iter()
            .map(|told| format!("\"{}\"", told.text))
            .collect();
        let expected = format!("to be told {}", texts.join(" or "));
        return Err((None, Instead::new(expected, seen)));
    }
    for (place, want) in &act.wants {
        if let Some(expected) = missing(want, outcome) {
            return Err((Some(place.clone()), Instead::new(expected, seen)));
        }
    }
    Ok(())
}

/// What was expected, if it is not so.
fn missing(want: &Want, outcome: &Outcome) -> Option<String> {
    let is_private = outcome
        .message
        .as_ref()
        .and_then(|message| message.now())
        .map(|message| message.is_ephemeral());
    let (is_so, expected) = match want {
        Want::AlsoTold(text) => (outcome.holds(text), format!("to be told \"{text}\" also")),
        Want::NeverTold(text) => (!outcome.holds(text), format!("not to be told \"{text}\"")),
        Want::Privately => (
            is_private == Some(true),
            "an answer that nobody else sees".to_owned(),
        ),
        Want::Publicly => (
            is_private == Some(false),
            "an answer that everybody sees".to_owned(),
        ),
        Want::Form(title) => (
            outcome
                .form
                .as_ref()
                .is_some_and(|form| form.title() == title),
            format!("a form with the title \"{title}\""),
        ),
        Want::Offered { name, there } => (
            outcome.choices.contains(name) == *there,
            format!(
                "the choice \"{name}\" {}to be offered",
                if *there { "" } else { "not " }
            ),
        ),
        Want::Refused(_) => (true, String::new()),
    };
    (!is_so).then_some(expected)
}

/// What the person sees.
fn seen(who: &str, outcome: &Outcome) -> String {
    if let Some(message) = &outcome.message {
        let only = message.now().is_some_and(|message| message.is_ephemeral());
        let text = short(&message.draw());
        // The drawing says so too, but not to whom.
        let text = text.trim_start_matches("(only you can see this)\n");
        return match only {
            true => format!("(only {who}) {text}"),
            false => text.to_owned(),
        };
    }
    match outcome.text.trim() {
        "" => "nothing".to_owned(),
        text => short(text),
    }
}
