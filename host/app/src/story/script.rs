//! The words of a script, one statement per line:
//!
//! ```text
//! == The garden is planned
//! crowd Gardener 200 with "Member"
//! Olivia uses "/setroles organizer:Planner"
//!     told "saved"
//! Otto uses "/plan title:Roses" in plans
//!     told "posted"
//! panel is the message in plans with "Roses"
//! expect panel "Helpers" shows "{seat joined}"
//! expect panel "Tools" tallies tool of seat joined
//! desk is what Otto gets for "Planner's desk" on panel
//! Gardener 1-200 press "Help" on panel within 1000 ms
//!     told "You help" means seat joined
//! Gardener 1-200 press "Choose tool" on panel, choose "Rake|Spade" from "Your tool", within 4000 ms
//!     told "You bring" means seat joined, tool {choice}
//! right panel
//! show panel
//! forget panel
//! one message in plans with "Roses"
//! one thread in plan-log
//! lines once in plan-log
//! 200 lines in plan-log with "helps"
//! ```
//!
//! `told` says by which words of the answer a deed is known to be done, and what the member may count
//! on from then on. `right` waits until a message shows all that is expected of it, `forget` drops that;
//! what is still expected at the end is looked at once more.

use super::tokens::words;

/// A script that was read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Story {
    /// What happens, in order.
    pub(super) steps: Vec<Step>,
}

/// A line that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct ScriptError {
    line: usize,
    what: String,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    /// A line for the reader.
    Heading(String),
    /// People who come: `Gardener 1` to `Gardener <count>`.
    Crowd {
        name: String,
        count: usize,
        roles: Vec<String>,
    },
    Act(Act),
    /// The newest message in a channel that holds a text gets a name.
    Name {
        handle: String,
        channel: String,
        text: String,
    },
    Expect(Expectation),
    /// Nothing is expected of a message any more.
    Forget(String),
    /// Waits until all that is expected of a message holds.
    Right(String),
    /// Prints a message as people see it.
    Show(String),
    Pause {
        ms: u64,
    },
    Once(Once),
}

/// Something that must be there exactly once, however often the host was killed.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Once {
    Message {
        channel: String,
        text: String,
    },
    Thread {
        channel: String,
    },
    /// Each line of what the bot wrote in the threads of this channel.
    Lines {
        channel: String,
    },
    /// So many of these lines hold a text.
    Count {
        channel: String,
        text: String,
        count: usize,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Act {
    pub who: Who,
    pub deed: Deed,
    /// Over which time a crowd spreads its presses.
    pub within_ms: u64,
    /// The name that the answer gets.
    pub keep: Option<String>,
    pub told: Vec<Told>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Who {
    One(String),
    Crowd {
        name: String,
        first: usize,
        last: usize,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Deed {
    Use {
        command: String,
        channel: Option<String>,
    },
    Press {
        button: String,
        on: String,
        choice: Option<Choice>,
    },
}

/// A choice from the menu that a press brought.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Choice {
    pub options: Vec<String>,
    pub menu: String,
}

/// Words of an answer, and what they mean for the member.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Told {
    pub text: String,
    pub means: Vec<(String, String)>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Expectation {
    pub handle: String,
    /// The embed's field; the whole text if none is named.
    pub field: Option<String>,
    pub shows: Shows,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shows {
    /// A text, with `{seat joined}` for the number of members of whom `seat` is `joined`.
    Text(String),
    /// `Rake (3), Spade (1)`: how many have which `what`, of those of whom `key` is `value`.
    Tally {
        what: String,
        key: String,
        value: String,
    },
    /// The field is not there.
    Nothing,
}

impl Act {
    /// How many people do it.
    pub fn people(&self) -> usize {
        match &self.who {
            Who::One(_) => 1,
            Who::Crowd { first, last, .. } => last - first + 1,
        }
    }
}

impl Story {
    /// Reads a script.
    ///
    /// # Errors
    /// The first line that makes no sense.
    pub fn parse(text: &str) -> Result<Self, ScriptError> {
        let mut story = Self::default();
        for (index, line) in text.lines().enumerate() {
            let wrong = |what: &str| ScriptError {
                line: index + 1,
                what: what.to_owned(),
            };
            if let Some(heading) = line.strip_prefix("== ") {
                story.steps.push(Step::Heading(heading.trim().to_owned()));
                continue;
            }
            let words = words(line).map_err(wrong)?;
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            match words.as_slice() {
                [] => {}
                ["told", text, means @ ..] => match story.steps.last_mut() {
                    Some(Step::Act(act)) => act.told.push(told(text, means).ok_or_else(|| {
                        wrong("`told \"…\"` goes on with nothing, or with `means key value, key value`")
                    })?),
                    _ => return Err(wrong("`told` stands below what somebody does")),
                },
                words => story.steps.push(step(words).ok_or_else(|| wrong("this is no statement"))?),
            }
        }
        Ok(story)
    }

    /// How many people do each act, in order.
    pub fn acts(&self) -> Vec<usize> {
        let acts = self.steps.iter().filter_map(|step| match step {
            Step::Act(act) => Some(act.people()),
            _ => None,
        });
        acts.collect()
    }
}

fn told(text: &str, means: &[&str]) -> Option<Told> {
    let pairs = match means {
        [] => &[][..],
        ["means", pairs @ ..] if pairs.len() % 2 == 0 && !pairs.is_empty() => pairs,
        _ => return None,
    };
    let means = pairs
        .chunks_exact(2)
        .map(|pair| (pair[0].to_owned(), pair[1].to_owned()));
    Some(Told {
        text: text.to_owned(),
        means: means.collect(),
    })
}

fn step(words: &[&str]) -> Option<Step> {
    let owned = |text: &&str| (*text).to_owned();
    Some(match words {
        ["crowd", name, count, "with", roles @ ..] => Step::Crowd {
            name: owned(name),
            count: count.parse().ok()?,
            roles: roles.iter().map(owned).collect(),
        },
        [handle, "is", "the", "message", "in", channel, "with", text] => Step::Name {
            handle: owned(handle),
            channel: owned(channel),
            text: owned(text),
        },
        [handle, "is", "what", who, "gets", "for", button, "on", on] => Step::Act(Act {
            who: Who::One(owned(who)),
            deed: Deed::Press {
                button: owned(button),
                on: owned(on),
                choice: None,
            },
            within_ms: 0,
            keep: Some(owned(handle)),
            told: Vec::new(),
        }),
        ["expect", handle, rest @ ..] => Step::Expect(expectation(handle, rest)?),
        ["forget", handle] => Step::Forget(owned(handle)),
        ["right", handle] => Step::Right(owned(handle)),
        ["show", handle] => Step::Show(owned(handle)),
        ["pause", ms, "ms"] => Step::Pause {
            ms: ms.parse().ok()?,
        },
        ["one", "message", "in", channel, "with", text] => Step::Once(Once::Message {
            channel: owned(channel),
            text: owned(text),
        }),
        ["one", "thread", "in", channel] => Step::Once(Once::Thread {
            channel: owned(channel),
        }),
        [count, "lines", "in", channel, "with", text] => Step::Once(Once::Count {
            channel: owned(channel),
            text: owned(text),
            count: count.parse().ok()?,
        }),
        ["lines", "once", "in", channel] => Step::Once(Once::Lines {
            channel: owned(channel),
        }),
        [name, "uses", rest @ ..] => act(Who::One(owned(name)), "uses", rest)?,
        [name, "presses", rest @ ..] => act(Who::One(owned(name)), "press", rest)?,
        [name, range, "press", rest @ ..] => {
            let (first, last) = range.split_once('-')?;
            let (first, last) = (first.parse().ok()?, last.parse().ok()?);
            let who = Who::Crowd {
                name: owned(name),
                first,
                last,
            };
            (1 <= first && first <= last).then(|| act(who, "press", rest))??
        }
        _ => return None,
    })
}

fn act(who: Who, verb: &str, rest: &[&str]) -> Option<Step> {
    let (what, mut rest) = rest.split_first()?;
    let (mut place, mut within_ms, mut choice) = (None, 0, None);
    loop {
        rest = match rest {
            [] => break,
            ["in" | "on", name, rest @ ..] => {
                place = Some((*name).to_owned());
                rest
            }
            ["within", ms, "ms", rest @ ..] => {
                within_ms = ms.parse().ok()?;
                rest
            }
            ["choose", options, "from", menu, rest @ ..] => {
                let options = options
                    .split('|')
                    .map(|option| option.trim().to_owned())
                    .collect();
                choice = Some(Choice {
                    options,
                    menu: (*menu).to_owned(),
                });
                rest
            }
            _ => return None,
        };
    }
    let deed = match verb {
        "uses" if choice.is_none() => Deed::Use {
            command: (*what).to_owned(),
            channel: place,
        },
        "press" => Deed::Press {
            button: (*what).to_owned(),
            on: place?,
            choice,
        },
        _ => return None,
    };
    Some(Step::Act(Act {
        who,
        deed,
        within_ms,
        keep: None,
        told: Vec::new(),
    }))
}

fn expectation(handle: &str, rest: &[&str]) -> Option<Expectation> {
    let (field, rest) = match rest {
        [first, ..] if ["shows", "tallies"].contains(first) => (None, rest),
        [field, rest @ ..] => (Some((*field).to_owned()), rest),
        [] => return None,
    };
    let shows = match rest {
        ["shows", "nothing"] => Shows::Nothing,
        ["shows", text] => Shows::Text((*text).to_owned()),
        ["tallies", what, "of", key, value] => {
            let owned = |text: &str| text.to_owned();
            Shows::Tally {
                what: owned(what),
                key: owned(key),
                value: owned(value),
            }
        }
        _ => return None,
    };
    Some(Expectation {
        handle: handle.to_owned(),
        field,
        shows,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_do_things_and_are_told() {
        let story = Story::parse(
            "== Evening\n\
             Ann uses \"/plan title:Roses\" in plans\n\
             \ttold \"posted\"\n\
             Gardener 1-20 press \"Choose tool\" on panel, choose \"Rake|Spade\" from Tools, within 500 ms\n\
             \ttold \"You bring\" means seat joined, tool {choice}\n",
        )
        .expect("a story");
        assert_eq!(story.acts(), [1, 20]);
        let Some(Step::Act(act)) = story.steps.last() else {
            panic!("an act")
        };
        assert_eq!(act.within_ms, 500);
        let seat = ("seat".to_owned(), "joined".to_owned());
        let tool = ("tool".to_owned(), "{choice}".to_owned());
        assert_eq!(act.told[0].means, [seat, tool]);
        let Deed::Press {
            choice: Some(choice),
            ..
        } = &act.deed
        else {
            panic!("a choice")
        };
        assert_eq!((choice.options.len(), choice.menu.as_str()), (2, "Tools"));
    }

    #[test]
    fn expectations_name_a_field_or_the_whole() {
        let read = |line: &str| match Story::parse(line).expect("a line").steps.remove(0) {
            Step::Expect(expectation) => expectation,
            other => panic!("{other:?}"),
        };
        let field = read("expect panel \"Helpers\" shows \"{seat joined}\"");
        assert_eq!(field.field.as_deref(), Some("Helpers"));
        let whole = read("expect desk shows \"Helpers: {seat joined}\"");
        assert_eq!(whole.field, None);
        assert_eq!(
            read("expect panel Bench shows nothing").shows,
            Shows::Nothing
        );
    }

    #[test]
    fn what_makes_no_sense_is_named_by_its_line() {
        for (text, line) in [
            ("right panel\nAnn dances", 2),
            ("told \"x\"", 1),
            ("Ann presses \"Join", 1),
            ("Ann presses Join", 1),
            ("Gardener 5-1 press Join on panel", 1),
        ] {
            assert_eq!(Story::parse(text).expect_err(text).line, line, "{text}");
        }
    }
}
