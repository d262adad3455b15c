//! One line of a script, read.

use std::time::Duration;

use super::reference;
use super::script::{
    Act, Choice, Deed, Expectation, Happening, Look, MessagePlace, Once, Shows, Step, Told, Want,
    Who,
};
use super::tokens::words;

/// What a line says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Note {
    Step(Step),
    /// By which words of the answer the act above is known to be done.
    Told(Told),
    /// What the answer to the act above must be besides.
    Want(Want),
    /// The name of the answer to the act above.
    Called(String),
    /// The file that describes the guild.
    Guild(String),
    /// Another script, which is played here.
    Include(String),
}

/// Reads a line; none if there is nothing on it.
///
/// # Errors
/// What is wrong with it, and what it may have been meant to be.
pub(super) fn read(line: &str) -> Result<Option<Note>, String> {
    if let Some(heading) = line.strip_prefix("== ") {
        return Ok(Some(Note::Step(Step::Heading(heading.trim().to_owned()))));
    }
    let words = words(line)?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if words.is_empty() {
        return Ok(None);
    }
    let note = answer(&words).or_else(|| step(&words).map(Note::Step));
    note.map(Some).ok_or_else(|| reference::advice(&words))
}

/// Lines that stand below an act, and those that name files.
fn answer(words: &[&str]) -> Option<Note> {
    Some(match words {
        ["told", text, means @ ..] => Note::Told(told(text, means)?),
        ["also", "told", text] => Note::Want(Want::AlsoTold(owned(text))),
        ["never", "told", text] => Note::Want(Want::NeverTold(owned(text))),
        ["privately"] => Note::Want(Want::Privately),
        ["publicly"] => Note::Want(Want::Publicly),
        ["form", title] => Note::Want(Want::Form(owned(title))),
        ["offered", name] => Note::Want(offered(name, true)),
        ["not", "offered", name] => Note::Want(offered(name, false)),
        ["refused", why] => Note::Want(Want::Refused(owned(why))),
        ["called", name] => Note::Called(owned(name)),
        ["guild", path] => Note::Guild(owned(path)),
        ["include", path] => Note::Include(owned(path)),
        _ => return None,
    })
}

fn owned(text: &str) -> String {
    text.to_owned()
}

fn all(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| owned(text)).collect()
}

fn offered(name: &str, there: bool) -> Want {
    let name = owned(name);
    Want::Offered { name, there }
}

fn told(text: &str, means: &[&str]) -> Option<Told> {
    let pairs = match means {
        [] => &[][..],
        ["means", pairs @ ..] if pairs.len() % 2 == 0 && !pairs.is_empty() => pairs,
        _ => return None,
    };
    let means = pairs
        .chunks_exact(2)
        .map(|pair| (owned(pair[0]), owned(pair[1])));
    Some(Told {
        text: owned(text),
        means: means.collect(),
    })
}

fn step(words: &[&str]) -> Option<Step> {
    Some(match words {
        ["crowd", name, count, "with", roles @ ..] => Step::Crowd {
            name: owned(name),
            count: count.parse().ok()?,
            roles: all(roles),
        },
        ["let", name, "be", text] => Step::Let {
            name: owned(name),
            text: owned(text),
        },
        [
            name,
            "is",
            "the",
            "text",
            "between",
            before,
            "and",
            after,
            "in",
            handle,
        ] => Step::Cut {
            name: owned(name),
            handle: owned(handle),
            before: owned(before),
            after: owned(after),
        },
        [
            handle,
            "is",
            "the",
            "message",
            place @ ("in" | "to"),
            where_to,
            "with",
            text,
        ] => {
            let place = match *place {
                "in" => MessagePlace::Channel(owned(where_to)),
                _ => MessagePlace::Direct(owned(where_to)),
            };
            Step::Name {
                handle: owned(handle),
                place,
                text: owned(text),
            }
        }
        [handle, "is", "what", who, "gets", "for", button, "on", on] => {
            let deed = Deed::Press {
                button: owned(button),
                on: owned(on),
                choice: None,
            };
            let mut act = one(who, deed);
            act.keep = Some(owned(handle));
            Step::Act(act)
        }
        ["expect", handle, rest @ ..] => Step::Expect(expectation(handle, rest)?),
        ["forget", handle] => Step::Forget(owned(handle)),
        ["right", handle] => Step::Right(owned(handle)),
        ["show", handle] => Step::Show(owned(handle)),
        ["pause", ms, "ms"] => Step::Pause {
            ms: ms.parse().ok()?,
        },
        ["wait", "at", "most", count, unit] => Step::Patience(duration(count, unit)?),
        [who, "writes", text, "in", channel] => Step::Write {
            who: owned(who),
            text: owned(text),
            channel: owned(channel),
        },
        _ => {
            return once(words)
                .map(Step::Once)
                .or_else(|| happening(words).map(Step::Happen))
                .or_else(|| look(words).map(Step::Look))
                .or_else(|| act(words).map(Step::Act));
        }
    })
}

fn once(words: &[&str]) -> Option<Once> {
    Some(match words {
        ["one", "message", "in", channel, "with", text] => Once::Message {
            channel: owned(channel),
            text: owned(text),
        },
        ["one", "thread", "in", channel] => Once::Thread {
            channel: owned(channel),
        },
        [count, "lines", "in", channel, "with", text] => Once::Count {
            channel: owned(channel),
            text: owned(text),
            count: count.parse().ok()?,
        },
        ["lines", "once", "in", channel] => Once::Lines {
            channel: owned(channel),
        },
        _ => return None,
    })
}

fn happening(words: &[&str]) -> Option<Happening> {
    Some(match words {
        [count, unit, "pass" | "passes"] => Happening::Passes(duration(count, unit)?),
        ["the", "bot", "restarts"] => Happening::Restart,
        ["the", "bot", "is", "killed"] => Happening::Kill,
        ["the", "bot", "loses", permission] => right(permission, false),
        ["the", "bot", "regains", permission] => right(permission, true),
        ["Discord", "answers", status, "to", route] => refusal(status, route, "1")?,
        ["Discord", "answers", status, "to", route, times, "times"] => {
            refusal(status, route, times)?
        }
        ["Discord", "disconnects"] => Happening::Disconnect,
        ["Discord", "recovers"] => Happening::Recovery,
        ["role", role, "goes", "to", who] => role_of(who, role, true),
        ["role", role, "leaves", who] => role_of(who, role, false),
        ["message", handle, "is", "deleted"] => Happening::DeletesMessage(owned(handle)),
        ["channel", channel, "is", "deleted"] => Happening::DeletesChannel(owned(channel)),
        ["role", role, "is", "deleted"] => Happening::DeletesRole(owned(role)),
        [who, "joins"] => Happening::Joins {
            who: owned(who),
            roles: Vec::new(),
        },
        [who, "joins", "with", roles @ ..] if !roles.is_empty() => Happening::Joins {
            who: owned(who),
            roles: all(roles),
        },
        [who, "leaves"] => Happening::Leaves(owned(who)),
        [who, does @ ("closes" | "opens"), "DMs"] => Happening::ClosesDms {
            who: owned(who),
            closed: *does == "closes",
        },
        _ => return None,
    })
}

fn right(permission: &str, has: bool) -> Happening {
    let permission = owned(permission);
    Happening::Right { permission, has }
}

fn role_of(who: &str, role: &str, has: bool) -> Happening {
    Happening::Role {
        who: owned(who),
        role: owned(role),
        has,
    }
}

fn refusal(status: &str, route: &str, times: &str) -> Option<Happening> {
    let is_failure = |status: &u16| (400..600).contains(status);
    Some(Happening::Refusal {
        status: status.parse().ok().filter(is_failure)?,
        route: owned(route),
        times: times.parse().ok()?,
    })
}

fn look(words: &[&str]) -> Option<Look> {
    let shows = |handle: &str, field: Option<&str>, text: &str, there| Look::Shows {
        handle: owned(handle),
        field: field.map(owned),
        text: owned(text),
        there,
    };
    Some(match words {
        [handle, "shows", "no", text] => shows(handle, None, text, false),
        [handle, "shows", text] => shows(handle, None, text, true),
        [handle, field, "shows", "nothing"] => Look::NoField {
            handle: owned(handle),
            field: owned(field),
        },
        [handle, field, "shows", "no", text] => shows(handle, Some(field), text, false),
        [handle, field, "shows", text] => shows(handle, Some(field), text, true),
        [handle, "offers", "no", control] => offers(handle, control, false),
        [handle, "offers", control] => offers(handle, control, true),
        [handle, "is", "gone"] => Look::Gone {
            handle: owned(handle),
        },
        [who, "has", "no", "role", role] => has_role(who, role, false),
        [who, "has", "role", role] => has_role(who, role, true),
        [who, "is", "named", name] => Look::Nickname {
            who: owned(who),
            name: owned(name),
        },
        [who, "sees", "no", text, "in", channel] => sees(who, channel, text, false),
        [who, "sees", text, "in", channel] => sees(who, channel, text, true),
        [who, "gets", "no", "DM", "with", text] => direct(who, text, false),
        [who, "gets", "a", "DM", "with", text] => direct(who, text, true),
        ["no", "message", "in", channel, "with", text] => Look::Message {
            channel: owned(channel),
            text: owned(text),
        },
        [channel, "logs", "no", text] => logs(channel, text, Some(0)),
        [channel, "logs", text, count, "times"] => logs(channel, text, Some(count.parse().ok()?)),
        [channel, "logs", text] => logs(channel, text, None),
        _ => return None,
    })
}

fn offers(handle: &str, control: &str, there: bool) -> Look {
    Look::Offers {
        handle: owned(handle),
        control: owned(control),
        there,
    }
}

fn has_role(who: &str, role: &str, has: bool) -> Look {
    Look::Role {
        who: owned(who),
        role: owned(role),
        has,
    }
}

fn sees(who: &str, channel: &str, text: &str, there: bool) -> Look {
    Look::Sees {
        who: owned(who),
        channel: owned(channel),
        text: owned(text),
        there,
    }
}

fn direct(who: &str, text: &str, there: bool) -> Look {
    Look::Direct {
        who: owned(who),
        text: owned(text),
        there,
    }
}

fn logs(channel: &str, text: &str, count: Option<usize>) -> Look {
    Look::Logs {
        channel: owned(channel),
        text: owned(text),
        count,
    }
}

/// What people do with the bot.
fn act(words: &[&str]) -> Option<Act> {
    match words {
        [who, "uses", command] => Some(one(who, uses(command, None))),
        [who, "uses", command, "in", channel] => Some(one(who, uses(command, Some(channel)))),
        [who, "types", text, "as", option, "of", command] => {
            Some(one(who, types(text, option, command, None)))
        }
        [
            who,
            "types",
            text,
            "as",
            option,
            "of",
            command,
            "in",
            channel,
        ] => Some(one(who, types(text, option, command, Some(channel)))),
        [who, "chooses", options @ .., "from", menu, "on", on] if !options.is_empty() => {
            let deed = Deed::Choose {
                options: all(options),
                menu: owned(menu),
                on: owned(on),
            };
            Some(one(who, deed))
        }
        [who, "fills", fields @ ..] => Some(one(who, Deed::Fill(filled(fields)?))),
        [who, "presses", rest @ ..] => press(Who::One(owned(who)), rest),
        [name, range, "press", rest @ ..] => {
            let (first, last) = range.split_once('-')?;
            let (first, last) = (first.parse().ok()?, last.parse().ok()?);
            let who = Who::Crowd {
                name: owned(name),
                first,
                last,
            };
            (1 <= first && first <= last).then(|| press(who, rest))?
        }
        _ => None,
    }
}

fn one(who: &str, deed: Deed) -> Act {
    Act {
        who: Who::One(owned(who)),
        deed,
        within_ms: 0,
        keep: None,
        told: Vec::new(),
        wants: Vec::new(),
    }
}

fn uses(command: &str, channel: Option<&str>) -> Deed {
    Deed::Use {
        command: owned(command),
        channel: channel.map(owned),
    }
}

fn types(text: &str, option: &str, command: &str, channel: Option<&str>) -> Deed {
    Deed::Type {
        text: owned(text),
        option: owned(option),
        command: owned(command),
        channel: channel.map(owned),
    }
}

/// `"Party" with "Garden", "Location" with "Nexus"`.
fn filled(fields: &[&str]) -> Option<Vec<(String, String)>> {
    let pair = |words: &[&str]| match words {
        [label, "with", text] => Some((owned(label), owned(text))),
        _ => None,
    };
    (!fields.is_empty()).then(|| fields.chunks(3).map(pair).collect())?
}

fn press(who: Who, words: &[&str]) -> Option<Act> {
    let (button, mut rest) = words.split_first()?;
    let (mut on, mut within_ms, mut choice) = (None, 0, None);
    loop {
        rest = match rest {
            [] => break,
            ["on", name, rest @ ..] => {
                on = Some(owned(name));
                rest
            }
            ["within", ms, "ms", rest @ ..] => {
                within_ms = ms.parse().ok()?;
                rest
            }
            ["choose", options, "from", menu, rest @ ..] => {
                let options = options.split('|').map(|option| owned(option.trim()));
                choice = Some(Choice {
                    options: options.collect(),
                    menu: owned(menu),
                });
                rest
            }
            _ => return None,
        };
    }
    Some(Act {
        who,
        deed: Deed::Press {
            button: owned(button),
            on: on?,
            choice,
        },
        within_ms,
        keep: None,
        told: Vec::new(),
        wants: Vec::new(),
    })
}

fn expectation(handle: &str, rest: &[&str]) -> Option<Expectation> {
    let (field, rest) = match rest {
        [first, ..] if ["shows", "tallies"].contains(first) => (None, rest),
        [field, rest @ ..] => (Some(owned(field)), rest),
        [] => return None,
    };
    let shows = match rest {
        ["shows", "nothing"] => Shows::Nothing,
        ["shows", text] => Shows::Text(owned(text)),
        ["tallies", what, "of", key, value] => Shows::Tally {
            what: owned(what),
            key: owned(key),
            value: owned(value),
        },
        _ => return None,
    };
    Some(Expectation {
        handle: owned(handle),
        field,
        shows,
    })
}

/// `2 hours`.
fn duration(count: &str, unit: &str) -> Option<Duration> {
    let count: u64 = count.parse().ok()?;
    let ms = match unit {
        "ms" => 1,
        "s" | "second" | "seconds" => 1000,
        "minute" | "minutes" => 60_000,
        "hour" | "hours" => 3_600_000,
        "day" | "days" => 86_400_000,
        _ => return None,
    };
    Some(Duration::from_millis(count.checked_mul(ms)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(line: &str) -> Step {
        match read(line) {
            Ok(Some(Note::Step(step))) => step,
            other => panic!("{line}: {other:?}"),
        }
    }

    fn deed(line: &str) -> Deed {
        match step(line) {
            Step::Act(act) => act.deed,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn people_use_press_choose_fill_and_type() {
        let Deed::Press { choice, on, .. } = deed(
            "Gardener 1-20 press \"Choose tool\" on panel, choose \"Rake|Spade\" from Tools, within 500 ms",
        ) else {
            panic!("a press")
        };
        let choice = choice.expect("a choice");
        assert_eq!(
            (on.as_str(), choice.options.len(), choice.menu.as_str()),
            ("panel", 2, "Tools")
        );
        assert_eq!(
            deed("Ann chooses Rake, Spade from Tools on panel"),
            Deed::Choose {
                options: vec!["Rake".into(), "Spade".into()],
                menu: "Tools".into(),
                on: "panel".into(),
            }
        );
        assert_eq!(
            deed("Ann fills Party with Garden, \"Where to go\" with Nexus"),
            Deed::Fill(vec![
                ("Party".into(), "Garden".into()),
                ("Where to go".into(), "Nexus".into()),
            ])
        );
        let typed = deed("Ann types ros as title of /plan in plans");
        assert_eq!(typed, types("ros", "title", "/plan", Some("plans")));
    }

    #[test]
    fn expectations_name_a_field_or_the_whole() {
        let expectation = |line: &str| match step(line) {
            Step::Expect(expectation) => expectation,
            other => panic!("{other:?}"),
        };
        let field = expectation("expect panel \"Helpers\" shows \"{seat joined}\"");
        assert_eq!(field.field.as_deref(), Some("Helpers"));
        let whole = expectation("expect desk shows \"Helpers: {seat joined}\"");
        assert_eq!(whole.field, None);
        let nothing = expectation("expect panel Bench shows nothing");
        assert_eq!(nothing.shows, Shows::Nothing);
    }

    #[test]
    fn time_passes_in_several_units() {
        let passes = |line: &str| match step(line) {
            Step::Happen(Happening::Passes(time)) => time.as_secs(),
            other => panic!("{other:?}"),
        };
        assert_eq!(passes("1 hour passes"), 3600);
        assert_eq!(passes("7 days pass"), 7 * 86_400);
        assert!(read("2 fortnights pass").is_err());
    }

    #[test]
    fn a_line_that_is_almost_right_is_no_statement() {
        for line in [
            "Ann presses Join",
            "Gardener 5-1 press Join on panel",
            "Ann fills Party with",
            "Ann chooses from Tools on panel",
            "Discord answers 200 to \"GET /gateway\"",
            "told \"x\" means seat",
        ] {
            assert!(read(line).is_err(), "{line}");
        }
    }
}
