//! Plays a story in a guild of the playground, and measures it.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use muster_playground::{
    GuildHandle, MemberSpec, Message, MessageHandle, MessageId, Persona, UserId,
};
use tokio::sync::watch;

use super::act::{Doing, End, Outcome};
use super::crowd::{self, Outcomes};
use super::expect::{States, mismatch};
use super::figures::percentile;
use super::narrator::Narrator;
use super::script::{Act, Deed, Expectation, Once, Step, Story, Who};

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

    /// How many deeds have begun.
    pub fn deeds(&self) -> watch::Receiver<usize> {
        self.begun.subscribe()
    }

    /// Plays the story to its end.
    ///
    /// # Errors
    /// The script names somebody or something that is not there.
    pub async fn play(&mut self, story: &Story) -> Result<()> {
        self.started = Instant::now();
        for step in &story.steps {
            match step {
                Step::Heading(text) => self.narrator.heading(text),
                Step::Crowd { name, count, roles } => self.crowd(name, *count, roles)?,
                Step::Act(act) => self.act(act).await?,
                Step::Name {
                    handle,
                    channel,
                    text,
                } => self.name(handle, channel, text).await?,
                Step::Expect(expectation) => self.expectations.push(expectation.clone()),
                Step::Forget(handle) => self.expectations.retain(|other| other.handle != *handle),
                Step::Right(handle) => self.right(handle).await?,
                Step::Show(handle) => self.narrator.drawing(&self.handle(handle)?.draw()),
                Step::Pause { ms } => tokio::time::sleep(Duration::from_millis(*ms)).await,
                Step::Once(once) => self.once.push(once.clone()),
            }
        }
        Ok(())
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
        self.guild
            .persona(name)
            .with_context(|| format!("the guild has nobody called {name}"))
    }

    fn handle(&self, name: &str) -> Result<&MessageHandle> {
        self.handles
            .get(name)
            .with_context(|| format!("nothing is called `{name}` yet"))
    }

    async fn act(&mut self, act: &Act) -> Result<()> {
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
        if let Some(keep) = &act.keep {
            let kept = outcomes
                .first()
                .and_then(|(_, outcome)| outcome.message.clone());
            let kept =
                kept.with_context(|| format!("no message came that could be called `{keep}`"))?;
            self.handles.insert(keep.clone(), kept);
        }
        if outcomes.iter().any(|(_, outcome)| outcome.end != End::Done) && !crowd {
            bail!("{title} could not go on; the evening ends here");
        }
        for (user, outcome) in outcomes {
            self.note(user, outcome);
        }
        Ok(())
    }

    fn doing(&self, act: &Act, name: &str, index: usize) -> Result<Doing> {
        let mut persona = self.persona(name)?;
        let (mut on, mut option) = (None, None);
        match &act.deed {
            Deed::Use {
                channel: Some(channel),
                ..
            } => {
                persona = persona
                    .in_channel_named(channel)
                    .with_context(|| format!("the guild has no channel {channel}"))?;
            }
            Deed::Use { channel: None, .. } => {}
            Deed::Press {
                on: handle, choice, ..
            } => {
                on = Some(self.handle(handle)?.clone());
                option = choice
                    .as_ref()
                    .map(|choice| choice.options[index % choice.options.len()].clone());
            }
        }
        Ok(Doing {
            persona,
            deed: act.deed.clone(),
            on,
            option,
            told: act.told.clone(),
            tries: self.patience.tries(),
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
            if !done {
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
    }

    async fn name(&mut self, handle: &str, channel: &str, text: &str) -> Result<()> {
        let id = self
            .guild
            .channel(channel)
            .with_context(|| format!("the guild has no channel {channel}"))?;
        let holds = |message: &Message| message.text().contains(text);
        let found = self.guild.wait_for_message(id, holds).await?;
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
    async fn right(&mut self, name: &str) -> Result<()> {
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
