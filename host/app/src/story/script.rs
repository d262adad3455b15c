//! A script that was read: who does what, and what must be seen then. Its words are explained in
//! `README.md` beside this file.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::statement::{self, Note};

/// A script that was read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Story {
    /// What happens, in order.
    pub(super) lines: Vec<Line>,
    guild: Option<PathBuf>,
}

/// One statement, and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub place: Place,
    /// As it is written.
    pub text: String,
    pub step: Step,
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub file: Arc<str>,
    pub line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// A line that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {what}")]
pub struct ScriptError {
    file: Arc<str>,
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
    Write {
        who: String,
        text: String,
        channel: String,
    },
    /// The newest message in a channel that holds a text gets a name.
    Name {
        handle: String,
        place: MessagePlace,
        text: String,
    },
    /// A text gets a name.
    Let {
        name: String,
        text: String,
    },
    /// A part of what a message shows gets a name.
    Cut {
        name: String,
        handle: String,
        before: String,
        after: String,
    },
    Look(Look),
    Happen(Happening),
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
    /// How long the script waits for what must be seen.
    Patience(Duration),
    Once(Once),
}

/// Where a message is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum MessagePlace {
    Channel(String),
    /// The direct messages of somebody with the bot.
    Direct(String),
}

/// What must be seen, now or soon.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Look {
    Shows {
        handle: String,
        field: Option<String>,
        text: String,
        there: bool,
    },
    /// A field that is not there.
    NoField {
        handle: String,
        field: String,
    },
    /// A button or menu that can be used.
    Offers {
        handle: String,
        control: String,
        there: bool,
    },
    Gone {
        handle: String,
    },
    Role {
        who: String,
        role: String,
        has: bool,
    },
    Nickname {
        who: String,
        name: String,
    },
    Sees {
        who: String,
        channel: String,
        text: String,
        there: bool,
    },
    Direct {
        who: String,
        text: String,
        there: bool,
    },
    Message {
        channel: String,
        text: String,
    },
    /// Lines that the bot wrote in a channel or its threads.
    Logs {
        channel: String,
        text: String,
        count: Option<usize>,
    },
}

/// What happens to the guild, to the bot, or to Discord.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Happening {
    Passes(Duration),
    Restart,
    Kill,
    /// Requests on a route are answered with this status.
    Refusal {
        status: u16,
        route: String,
        times: u32,
    },
    /// The gateway's sockets are gone.
    Disconnect,
    /// All faults end.
    Recovery,
    Joins {
        who: String,
        roles: Vec<String>,
    },
    Leaves(String),
    Role {
        who: String,
        role: String,
        has: bool,
    },
    ClosesDms {
        who: String,
        closed: bool,
    },
    DeletesMessage(String),
    DeletesChannel(String),
    DeletesRole(String),
    /// A right of the bot's own role.
    Right {
        permission: String,
        has: bool,
    },
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
    pub wants: Vec<(Place, Want)>,
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
    /// Types in an option that offers choices.
    Type {
        text: String,
        option: String,
        command: String,
        channel: Option<String>,
    },
    Press {
        button: String,
        on: String,
        choice: Option<Choice>,
    },
    /// Chooses in a menu of a message.
    Choose {
        options: Vec<String>,
        menu: String,
        on: String,
    },
    /// Fills in the form that is open, field by field.
    Fill(Vec<(String, String)>),
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

/// What an answer must be besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Want {
    AlsoTold(String),
    NeverTold(String),
    Privately,
    Publicly,
    /// A form with this title.
    Form(String),
    /// A choice with this name.
    Offered {
        name: String,
        there: bool,
    },
    /// The client does not send it, for this reason.
    Refused(String),
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

/// How deep scripts may include each other: deeper than anybody means, and no end if in a circle.
const INCLUDED_AT_MOST: usize = 8;

impl Story {
    /// Reads a script that stands alone. `name` is what errors call it.
    ///
    /// # Errors
    /// The first line that makes no sense.
    pub fn parse(name: &str, text: &str) -> Result<Self, ScriptError> {
        let mut story = Self::default();
        story.read(&Arc::from(name), text, None, 0)?;
        Ok(story)
    }

    /// Reads a file, and the files that it includes.
    ///
    /// # Errors
    /// The file cannot be read, or the first line that makes no sense.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        use anyhow::Context as _;
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read the script {}", path.display()))?;
        let mut story = Self::default();
        let name = Arc::from(path.display().to_string());
        story.read(&name, &text, path.parent(), 0)?;
        Ok(story)
    }

    /// The file that describes the guild, if the script names one.
    pub fn guild(&self) -> Option<&Path> {
        self.guild.as_deref()
    }

    /// How many people do each act, in order.
    pub fn acts(&self) -> Vec<usize> {
        let acts = self.lines.iter().filter_map(|line| match &line.step {
            Step::Act(act) => Some(act.people()),
            _ => None,
        });
        acts.collect()
    }

    /// `folder` is where other files are looked for; a script that stands alone has none.
    fn read(
        &mut self,
        file: &Arc<str>,
        text: &str,
        folder: Option<&Path>,
        depth: usize,
    ) -> Result<(), ScriptError> {
        for (index, text) in text.lines().enumerate() {
            let wrong = |what: String| ScriptError {
                file: file.clone(),
                line: index + 1,
                what,
            };
            let place = Place {
                file: file.clone(),
                line: index + 1,
            };
            let step = match statement::read(text).map_err(wrong)? {
                None => continue,
                Some(Note::Step(step)) => step,
                Some(Note::Told(told)) => {
                    self.last_act().map_err(wrong)?.told.push(told);
                    continue;
                }
                Some(Note::Want(want)) => {
                    self.last_act().map_err(wrong)?.wants.push((place, want));
                    continue;
                }
                Some(Note::Called(name)) => {
                    self.last_act().map_err(wrong)?.keep = Some(name);
                    continue;
                }
                Some(Note::Guild(path)) => {
                    let folder = folder.ok_or_else(|| wrong(ALONE.to_owned()))?;
                    self.guild = Some(folder.join(path));
                    continue;
                }
                Some(Note::Include(path)) => {
                    let folder = folder.ok_or_else(|| wrong(ALONE.to_owned()))?;
                    if depth == INCLUDED_AT_MOST {
                        return Err(wrong("these scripts include each other".to_owned()));
                    }
                    let path = folder.join(path);
                    let text = std::fs::read_to_string(&path).map_err(|error| {
                        wrong(format!("cannot read {}: {error}", path.display()))
                    })?;
                    let name = Arc::from(path.display().to_string());
                    self.read(&name, &text, path.parent(), depth + 1)?;
                    continue;
                }
            };
            let text = text.trim().to_owned();
            self.lines.push(Line { place, text, step });
        }
        Ok(())
    }

    fn last_act(&mut self) -> Result<&mut Act, String> {
        match self.lines.last_mut().map(|line| &mut line.step) {
            Some(Step::Act(act)) => Ok(act),
            _ => {
                Err("this stands below what somebody does, and says how it is answered".to_owned())
            }
        }
    }
}

const ALONE: &str = "a script that is built in stands alone, without other files";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_belong_to_the_act_above_them() {
        let story = Story::parse(
            "garden",
            "== Evening\n\
             Ann uses \"/plan title:Roses\" in plans\n\
             \ttold \"posted\"\n\
             \tprivately\n\
             \tcalled note\n\
             Gardener 1-20 press \"Choose tool\" on panel, choose \"Rake|Spade\" from Tools, within 500 ms\n\
             \ttold \"You bring\" means seat joined, tool {choice}\n",
        )
        .expect("a story");
        assert_eq!(story.acts(), [1, 20]);
        let acts: Vec<&Act> = story
            .lines
            .iter()
            .filter_map(|line| match &line.step {
                Step::Act(act) => Some(act),
                _ => None,
            })
            .collect();
        assert_eq!(acts[0].keep.as_deref(), Some("note"));
        assert_eq!(acts[0].wants[0].1, Want::Privately);
        assert_eq!(acts[0].wants[0].0.to_string(), "garden:4");
        let seat = ("seat".to_owned(), "joined".to_owned());
        let tool = ("tool".to_owned(), "{choice}".to_owned());
        assert_eq!(acts[1].told[0].means, [seat, tool]);
    }

    #[test]
    fn what_makes_no_sense_is_named_by_its_file_and_line() {
        for (text, error) in [
            (
                "right panel\nAnn prseses \"Join\" on panel",
                "garden:2: this is no statement; did you mean `presses`? \
                 It goes: WHO presses \"BUTTON\" on MESSAGE",
            ),
            (
                "told \"x\"",
                "garden:1: this stands below what somebody does, and says how it is answered",
            ),
            (
                "Ann presses \"Join",
                "garden:1: a quotation mark is never closed",
            ),
            (
                "Ann presses Join",
                "garden:1: `presses` goes: WHO presses \"BUTTON\" on MESSAGE",
            ),
            (
                "include \"x\"",
                "garden:1: a script that is built in stands alone, without other files",
            ),
        ] {
            let told = Story::parse("garden", text).expect_err(text).to_string();
            assert_eq!(told, error, "{text}");
        }
    }

    #[test]
    fn a_file_includes_others_that_stand_beside_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).expect("writable");
            path
        };
        write("first.story", "== First\nright panel\n");
        let path = write(
            "second.story",
            "guild \"guild.toml\"\ninclude \"first.story\"\n== Second\n",
        );
        let story = Story::open(&path).expect("a story");
        assert_eq!(story.lines.len(), 3);
        assert!(story.lines[1].place.to_string().ends_with("first.story:2"));
        assert_eq!(
            story.guild(),
            Some(folder.path().join("guild.toml").as_path())
        );
        let circle = write("circle.story", "include \"circle.story\"\n");
        let told = Story::open(&circle).expect_err("a circle").to_string();
        assert!(
            told.ends_with(":1: these scripts include each other"),
            "{told}"
        );
    }
}
