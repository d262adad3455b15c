//! Plays a story in a guild of the playground, and measures it.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use muster_playground::{
    GuildHandle, MemberSpec, Message, MessageHandle, MessageId, ModalHandle, Persona, UserId,
};
use tokio::sync::watch;

use super::act::{Doing, End, Outcome};
use super::crowd::{self, Outcomes};
use super::expect::{States, mismatch};
use super::figures::percentile;
use super::happen::{happen, no_channel, persona};
use super::look::{self, until};
use super::narrator::Narrator;
use super::script::{
    Act, Deed, Expectation, Happening, Line, Look, MessagePlace, Once, Step, Story, Who,
};
use super::texts::{filled, said};
use super::unmet::{Instead, Unmet};
use super::want;
use crate::play::HostProcess;

/// How long a script looks for what must be seen, in real time.
const LOOKS_FOR: Duration = Duration::from_secs(10);

/// How long people wait for a button that is not there yet: panels follow by and by.
const BUTTON_WITHIN: Duration = Duration::from_secs(5);

/// How long an answer may take to become what it should be, after it came.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);

/// How often people press when nothing happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// Once: what fails counts.
    Once,
    /// Again and again, because the host is being killed.
    UntilDone,
}

impl Patience {
    const fn tries(self) -> u32 {
        match self {
            Self::Once => 1,
            Self::UntilDone => 30,
        }
    }
}

/// How often the host was killed meanwhile, and by which seed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Killed {
    /// How often.
    pub times: u64,
    /// What decided when.
    pub seed: Option<u64>,
}

/// The guild in which a story is played, and what has come of it so far.
pub struct Stage {
    pub(super) guild: GuildHandle,
    bot: Option<HostProcess>,
    is_strict: bool,
    within: Duration,
    names: HashMap<String, String>,
    forms: HashMap<UserId, ModalHandle>,
    pub(super) narrator: Narrator,
    pub(super) patience: Patience,
    pub(super) handles: HashMap<String, MessageHandle>,
    /// Public messages whose edits count.
    pub(super) panels: Vec<MessageHandle>,
    pub(super) states: States,
    pub(super) expectations: Vec<Expectation>,
    pub(super) once: Vec<Once>,
    pub(super) begun: watch::Sender<usize>,
    pub(super) times: Vec<Duration>,
    pub(super) unanswered: u64,
    pub(super) unknown_answers: u64,
    pub(super) edits_by_answer: u64,
    pub(super) last_press_ms: i64,
    pub(super) right_ms: Vec<u64>,
    pub(super) problems: Vec<String>,
    pub(super) started: Instant,
}

impl Stage {
    /// An empty stage.
    pub fn new(guild: GuildHandle, narrator: Narrator, patience: Patience) -> Self {
        Self {
            guild,
            bot: None,
            is_strict: false,
            within: LOOKS_FOR,
            names: HashMap::new(),
            forms: HashMap::new(),
            narrator,
            patience,
            handles: HashMap::new(),
            panels: Vec::new(),
            states: States::new(),
            expectations: Vec::new(),
            once: Vec::new(),
            begun: watch::Sender::new(0),
            times: Vec::new(),
            unanswered: 0,
            unknown_answers: 0,
            edits_by_answer: 0,
            last_press_ms: 0,
            right_ms: Vec::new(),
            problems: Vec::new(),
            started: Instant::now(),
        }
    }

    /// With the bot's process, which the script may restart and kill.
    #[must_use]
    pub fn with_bot(mut self, bot: HostProcess) -> Self {
        self.bot = Some(bot);
        self
    }

    /// One that ends at the first thing that is not as it should be, with [`Unmet`].
    #[must_use]
    pub fn strict(mut self) -> Self {
        self.is_strict = true;
        self
    }

    /// How many deeds have begun.
    pub fn deeds(&self) -> watch::Receiver<usize> {
        self.begun.subscribe()
    }

    /// Plays the story to its end.
    ///
    /// # Errors
    /// [`Unmet`] if something else was seen than should be; other errors if the script names somebody
    /// or something that is not there.
    pub async fn play(&mut self, story: &Story) -> Result<()> {
        self.started = Instant::now();
        for line in &story.lines {
            let played = self.step(line).await;
            played.map_err(|error| match error.downcast::<Unmet>() {
                Ok(unmet) => unmet.into(),
                Err(error) => error.context(format!("{}: {}", line.place, line.text)),
            })?;
        }
        Ok(())
    }

    async fn step(&mut self, line: &Line) -> Result<()> {
        match &line.step {
            Step::Heading(text) => self.narrator.heading(text),
            Step::Crowd { name, count, roles } => self.crowd(name, *count, roles)?,
            Step::Act(act) => self.act(act, line).await?,
            Step::Write { who, text, channel } => {
                let text = self.filled(text);
                let who = self.persona(who)?.in_channel_named(channel);
                let who = who.with_context(|| no_channel(channel))?;
                self.narrator
                    .line(&format!("{} writes {text} in #{channel}", who.name()));
                if let Err(refused) = who.writes(&text) {
                    let expected = "the message to be sent";
                    return Err(Instead::new(expected, refused.to_string()).at(line).into());
                }
            }
            Step::Name {
                handle,
                place,
                text,
            } => self.name(handle, place, text, line).await?,
            Step::Let { name, text } => {
                let text = self.filled(text);
                self.names.insert(name.clone(), text);
            }
            Step::Cut {
                name,
                handle,
                before,
                after,
            } => {
                let text = self.cut(handle, before, after).await?;
                let text = text.map_err(|instead| instead.at(line))?;
                self.names.insert(name.clone(), text);
            }
            Step::Look(look) => self.look(look, line).await?,
            Step::Happen(happening) => {
                if !matches!(happening, Happening::Restart | Happening::Kill) {
                    self.narrator.line(&format!("   ({})", line.text));
                }
                if let Happening::DeletesMessage(handle) = happening {
                    self.handle(handle)?.delete();
                }
                happen(happening, &self.guild, self.bot.as_ref()).await?;
            }
            Step::Expect(expectation) => self.expectations.push(expectation.clone()),
            Step::Forget(handle) => self.expectations.retain(|other| other.handle != *handle),
            Step::Right(handle) => self.right(handle, line).await?,
            Step::Show(handle) => self.narrator.drawing(&self.handle(handle)?.draw()),
            Step::Pause { ms } => tokio::time::sleep(Duration::from_millis(*ms)).await,
            Step::Patience(time) => self.within = *time,
            Step::Once(once) => self.once.push(once.clone()),
        }
        Ok(())
    }

    fn filled(&self, text: &str) -> String {
        filled(text, &self.names, &self.guild)
    }

    /// Whether it ends at the first thing that is not as it should be.
    pub(super) fn is_strict(&self) -> bool {
        self.is_strict
    }

    /// Whether there is nothing left to look at when the story is over.
    pub(super) fn is_settled(&self) -> bool {
        self.is_strict && self.expectations.is_empty() && self.once.is_empty()
    }

    /// Looks until it is so. What must not be there is looked for once.
    async fn look(&self, wanted: &Look, line: &Line) -> Result<()> {
        let wanted = wanted.filled(|text| self.filled(text));
        let message = wanted.handle().map(|name| self.handle(name)).transpose()?;
        // The script's mistakes first: they do not go away.
        let first = look::look(&wanted, &self.guild, message)?;
        let within = if wanted.is_of_the_moment() {
            Duration::ZERO
        } else {
            self.within
        };
        let seen = match first {
            Ok(()) => Ok(()),
            Err(_) => {
                until(within, || {
                    look::look(&wanted, &self.guild, message).unwrap_or_else(|error| {
                        Err(Instead::new("it to be there", error.to_string()))
                    })
                })
                .await
            }
        };
        Ok(seen.map_err(|instead| instead.at(line))?)
    }

    /// The text between two others in what a message shows.
    async fn cut(
        &self,
        handle: &str,
        before: &str,
        after: &str,
    ) -> Result<Result<String, Instead>> {
        let handle = self.handle(handle)?;
        let cut = || {
            let text = said(handle);
            let found = text
                .split_once(before)
                .and_then(|(_, rest)| rest.split_once(after));
            let expected = || format!("a text between \"{before}\" and \"{after}\"");
            found
                .map(|(found, _)| found.to_owned())
                .ok_or_else(|| Instead::new(expected(), handle.draw()))
        };
        Ok(until(self.within, cut).await)
    }

    fn crowd(&mut self, name: &str, count: usize, roles: &[String]) -> Result<()> {
        for number in 1..=count {
            let spec = MemberSpec {
                name: format!("{name} {number}"),
                roles: roles.to_vec(),
                ..MemberSpec::default()
            };
            self.guild.join(&spec)?;
        }
        self.narrator
            .line(&format!("{count} people come: {name} 1 to {name} {count}"));
        Ok(())
    }

    fn persona(&self, name: &str) -> Result<Persona> {
        persona(&self.guild, name)
    }

    fn handle(&self, name: &str) -> Result<&MessageHandle> {
        self.handles
            .get(name)
            .with_context(|| format!("nothing is called `{name}` yet"))
    }

    async fn act(&mut self, act: &Act, line: &Line) -> Result<()> {
        let act = &act.filled(|text| self.filled(text));
        let (names, title): (Vec<String>, String) = match &act.who {
            Who::One(name) => (vec![name.clone()], name.clone()),
            Who::Crowd { name, first, last } => {
                let names = (*first..=*last)
                    .map(|number| format!("{name} {number}"))
                    .collect();
                (names, format!("{name} {first} to {last}"))
            }
        };
        let doings: Result<Vec<Doing>> = names
            .iter()
            .enumerate()
            .map(|(index, name)| self.doing(act, name, index))
            .collect();
        let (doings, crowd) = (doings?, names.len() > 1);
        self.narrator
            .line(&format!("{title} {}", described(act, crowd)));
        let within = Duration::from_millis(act.within_ms);
        let outcomes = crowd::run(doings, within, &self.begun).await;
        self.narrate(&outcomes, crowd);
        if self.is_strict {
            for (user, outcome) in &outcomes {
                let is_theirs = |name: &&String| {
                    let persona = self.guild.persona(name);
                    persona.is_some_and(|persona| persona.id() == *user)
                };
                let who = names.iter().find(is_theirs).map_or("", String::as_str);
                // Bots edit their answers; a refusal stays what it is.
                let within = match outcome.message {
                    Some(_) if outcome.end == End::Done => self.within.min(ANSWER_WITHIN),
                    _ => Duration::ZERO,
                };
                let (place, instead) = match until(within, || want::check(act, who, outcome)).await
                {
                    Ok(()) => continue,
                    Err(unmet) => unmet,
                };
                let place = place.as_ref().unwrap_or(&line.place);
                return Err(instead.at_place(line, place).into());
            }
        } else if outcomes.iter().any(|(_, outcome)| outcome.end != End::Done) && !crowd {
            bail!("{title} could not go on; the evening ends here");
        }
        if let Some(keep) = &act.keep {
            let kept = outcomes
                .first()
                .and_then(|(_, outcome)| outcome.message.clone());
            let kept =
                kept.with_context(|| format!("no message came that could be called `{keep}`"))?;
            self.handles.insert(keep.clone(), kept);
        }
        for (user, outcome) in outcomes {
            self.note(user, outcome);
        }
        Ok(())
    }

    fn doing(&self, act: &Act, name: &str, index: usize) -> Result<Doing> {
        let mut persona = self.persona(name)?;
        let deed = act.deed.clone();
        if let Deed::Use {
            channel: Some(channel),
            ..
        }
        | Deed::Type {
            channel: Some(channel),
            ..
        } = &deed
        {
            persona = persona
                .in_channel_named(channel)
                .with_context(|| no_channel(channel))?;
        }
        let on = match &deed {
            Deed::Press { on, .. } | Deed::Choose { on, .. } => Some(self.handle(on)?.clone()),
            _ => None,
        };
        let option = match &deed {
            Deed::Press {
                choice: Some(choice),
                ..
            } => Some(choice.options[index % choice.options.len()].clone()),
            _ => None,
        };
        let refusal_is_wanted = act
            .wants
            .iter()
            .any(|(_, want)| matches!(want, want::Want::Refused(_)));
        Ok(Doing {
            form: self.forms.get(&persona.id()).cloned(),
            persona,
            deed,
            on,
            option,
            told: act.told.clone(),
            answer_within: if self.is_strict {
                self.within.min(ANSWER_WITHIN)
            } else {
                Duration::ZERO
            },
            tries: self.patience.tries(),
            control_within: if refusal_is_wanted {
                Duration::ZERO
            } else {
                self.within.min(BUTTON_WITHIN)
            },
            clock: self.guild.playground().clock().clone(),
        })
    }

    fn narrate(&self, outcomes: &Outcomes, crowd: bool) {
        let mut times: Vec<Duration> = outcomes
            .iter()
            .flat_map(|(_, outcome)| outcome.times.iter().copied())
            .collect();
        for (text, count, done) in crowd::by_answer(outcomes) {
            let mut remark = if crowd {
                format!("({count} times)")
            } else {
                String::new()
            };
            if !done && !self.is_strict {
                remark.push_str(" <- not what the story expects");
            }
            self.narrator.told(&text, remark.trim());
        }
        let (median, slowest) = (percentile(&mut times, 50), percentile(&mut times, 99));
        self.narrator.line(&match crowd {
            true => format!("      answers: median {median} ms, p99 {slowest} ms"),
            false => format!("      after {slowest} ms"),
        });
    }

    fn note(&mut self, user: UserId, outcome: Outcome) {
        self.unanswered += outcome.unanswered;
        self.times.extend(outcome.times);
        self.unknown_answers += u64::from(outcome.end == End::Unknown);
        let of_panels = |id: &&MessageId| self.panels.iter().any(|panel| panel.id() == **id);
        self.edits_by_answer += outcome.updated.iter().filter(|id| of_panels(id)).count() as u64;
        self.last_press_ms = self.last_press_ms.max(outcome.pressed_ms);
        self.states.entry(user).or_default().extend(outcome.means);
        match outcome.form {
            Some(form) => self.forms.insert(user, form),
            None => self.forms.remove(&user),
        };
    }

    async fn name(
        &mut self,
        handle: &str,
        place: &MessagePlace,
        text: &str,
        line: &Line,
    ) -> Result<()> {
        let text = self.filled(text);
        // The script's mistakes first: they do not go away.
        let mut found = look::message(place, &text, &self.guild)?;
        if found.is_err() {
            found = until(self.within, || {
                look::message(place, &text, &self.guild)
                    .unwrap_or_else(|error| Err(Instead::new("it to be there", error.to_string())))
            })
            .await;
        }
        let found = found.map_err(|instead| instead.at(line))?;
        self.panels.push(found.clone());
        self.handles.insert(handle.to_owned(), found);
        Ok(())
    }

    pub(super) fn mismatches(&self, handle: &str, message: &Message) -> Vec<String> {
        let here = self
            .expectations
            .iter()
            .filter(|expectation| expectation.handle == handle);
        here.filter_map(|expectation| mismatch(expectation, message, &self.states))
            .collect()
    }

    /// Waits until the message shows what it must, and notes how long that took since the last press.
    async fn right(&mut self, name: &str, line: &Line) -> Result<()> {
        let handle = self.handle(name)?.clone();
        match handle
            .wait_until(|message| self.mismatches(name, message).is_empty())
            .await
        {
            Ok(message) => {
                let at_ms = message.edited_ms.unwrap_or(message.sent_ms);
                let took_ms = u64::try_from(at_ms - self.last_press_ms).unwrap_or(0);
                self.right_ms.push(took_ms);
                let line = format!(
                    "   {name} shows what everybody was told, {took_ms} ms after the last press"
                );
                self.narrator.line(&line);
            }
            Err(_) => {
                let now = handle.now();
                let wrong = now.map_or_else(
                    || vec![format!("{name} is gone")],
                    |message| self.mismatches(name, &message),
                );
                if self.is_strict {
                    let expected = "all that is expected of it to hold";
                    return Err(Instead::new(expected, wrong.join("\n")).at(line).into());
                }
                wrong
                    .iter()
                    .for_each(|wrong| self.narrator.line(&format!("   WRONG: {wrong}")));
            }
        }
        Ok(())
    }
}

/// "press Join within 1 s", as the reader sees it.
fn described(act: &Act, crowd: bool) -> String {
    let verb = if crowd { "press" } else { "presses" };
    let what = match &act.deed {
        Deed::Type {
            text,
            option,
            command,
            ..
        } => format!("types {text} as {option} of {command}"),
        Deed::Choose { options, menu, .. } => {
            format!("chooses {} from [{menu}]", options.join(", "))
        }
        Deed::Fill(fields) => {
            let fields: Vec<String> = fields
                .iter()
                .map(|(label, text)| format!("{label}: {text}"))
                .collect();
            format!("fills in {}", fields.join(", "))
        }
        Deed::Use {
            command,
            channel: None,
        } => format!("uses {command}"),
        Deed::Use {
            command,
            channel: Some(channel),
        } => format!("uses {command} in #{channel}"),
        Deed::Press {
            button,
            choice: None,
            ..
        } => format!("{verb} [{button}]"),
        Deed::Press {
            button,
            choice: Some(_),
            ..
        } => format!("{verb} [{button}] and choose"),
    };
    match act.within_ms {
        0 => what,
        ms => format!("{what}, all within {} s", ms as f64 / 1000.0),
    }
}
