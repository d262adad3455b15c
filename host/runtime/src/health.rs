//! Plugins that keep failing are paused, one command or component at a time, in one guild at a time.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use muster_core::call::Input;
use muster_core::clock::Timestamp;
use muster_core::custom_id;
use muster_core::ids::{GuildId, UserId};
use muster_core::manifest::PluginName;
use parking_lot::Mutex;

/// Failures in a row, without a success between them, that pause a handler.
const PATIENCE: u32 = 5;
/// Failures further apart than this do not add up.
const MEMORY: Duration = Duration::from_secs(10 * 60);
const FIRST_PAUSE: Duration = Duration::from_secs(60);
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);
/// That many failing handlers, for different members, pause the whole plugin.
const FAILING_HANDLERS: usize = 3;

/// One handler of a plugin, as people name it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Handler {
    /// A slash command.
    Command(String),
    /// A button, menu or modal, by its action.
    Component(String),
    /// Suggestions for a command.
    Suggestions(String),
    /// Panels, by what stands before the first `/` of their name.
    Panel(String),
    /// Timers, by what stands before the first `/` of their name.
    Timer(String),
    /// A topic.
    Event(String),
    /// Answers that waited for effects.
    Outcome,
}

impl fmt::Display for Handler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command(name) => write!(f, "the command `/{name}`"),
            Self::Component(action) => write!(f, "the button or menu `{action}`"),
            Self::Suggestions(name) => write!(f, "the suggestions of `/{name}`"),
            Self::Panel(name) => write!(f, "the panel `{name}`"),
            Self::Timer(name) => write!(f, "the timer `{name}`"),
            Self::Event(topic) => write!(f, "the event `{topic}`"),
            Self::Outcome => f.write_str("answers that wait for Discord"),
        }
    }
}

impl Handler {
    /// The handler that draws this panel.
    pub(crate) fn panel(name: &str) -> Self {
        Self::Panel(custom_id::action(name).to_owned())
    }

    /// The kind of export behind it, for metrics.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Command(_) => "command",
            Self::Component(_) => "component",
            Self::Suggestions(_) => "autocomplete",
            Self::Panel(_) => "view",
            Self::Timer(_) => "timer",
            Self::Event(_) => "event",
            Self::Outcome => "outcome",
        }
    }

    /// Which handler this input goes to.
    pub(crate) fn of(input: &Input) -> Self {
        match input {
            Input::Command { name, .. } => Self::Command(name.clone()),
            Input::Button { custom_id }
            | Input::Select { custom_id, .. }
            | Input::Modal { custom_id, .. } => {
                Self::Component(custom_id::action(custom_id).to_owned())
            }
            Input::Timer { name, .. } => Self::Timer(custom_id::action(name).to_owned()),
            Input::Event { topic, .. } => Self::Event(topic.clone()),
            Input::Outcome { .. } => Self::Outcome,
        }
    }
}

/// A handler, or a whole plugin, was paused in a guild: its owner should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// The guild.
    pub guild: GuildId,
    /// The plugin.
    pub plugin: PluginName,
    /// What of it; `None` for all.
    pub handler: Option<Handler>,
    /// Until when.
    pub until: Timestamp,
    /// The reference of the failure that was one too many.
    pub reference: String,
}

/// What fails where. Kept in memory only: a restart forgives.
#[derive(Default)]
pub(crate) struct Health {
    /// Whether anything has failed at all: the common case must cost nothing.
    ailing: AtomicBool,
    plugins: Mutex<HashMap<(GuildId, PluginName), Record>>,
}

#[derive(Default)]
struct Record {
    whole: Ailment,
    handlers: HashMap<Handler, Ailment>,
}

#[derive(Default)]
struct Ailment {
    failures: u32,
    last: Option<Timestamp>,
    members: HashSet<Option<UserId>>,
    paused_until: Option<Timestamp>,
    next_pause: Option<Duration>,
}

impl Health {
    /// Until when this handler is paused, if it is.
    pub fn paused(
        &self,
        guild: GuildId,
        plugin: &PluginName,
        handler: impl FnOnce() -> Handler,
        now: Timestamp,
    ) -> Option<Timestamp> {
        if !self.ailing.load(Relaxed) {
            return None;
        }
        let plugins = self.plugins.lock();
        let record = plugins.get(&(guild, plugin.clone()))?;
        let of_handler = record
            .handlers
            .get(&handler())
            .and_then(|ailment| ailment.paused_until);
        record
            .whole
            .paused_until
            .max(of_handler)
            .filter(|until| *until > now)
    }

    /// It worked: what was is forgiven.
    pub fn succeeded(
        &self,
        guild: GuildId,
        plugin: &PluginName,
        handler: impl FnOnce() -> Handler,
    ) {
        if !self.ailing.load(Relaxed) {
            return;
        }
        let mut plugins = self.plugins.lock();
        let key = (guild, plugin.clone());
        if let Some(record) = plugins.get_mut(&key) {
            record.handlers.remove(&handler());
            record.whole = Ailment::default();
            if record.handlers.is_empty() {
                plugins.remove(&key);
            }
        }
        self.ailing.store(!plugins.is_empty(), Relaxed);
    }

    /// It failed. What is paused now is returned.
    pub fn failed(
        &self,
        guild: GuildId,
        plugin: &PluginName,
        handler: Handler,
        member: Option<UserId>,
        now: Timestamp,
        reference: &str,
    ) -> Option<Pause> {
        let mut plugins = self.plugins.lock();
        self.ailing.store(true, Relaxed);
        let record = plugins.entry((guild, plugin.clone())).or_default();
        let ailment = record.handlers.entry(handler.clone()).or_default();
        ailment.note(member, now);
        let handler_pause = (ailment.failures >= PATIENCE || ailment.next_pause.is_some())
            .then(|| ailment.pause(now));
        let pause = |handler, until| Pause {
            guild,
            plugin: plugin.clone(),
            handler,
            until,
            reference: reference.to_owned(),
        };
        if handler_pause.is_some() && record.fails_all_over(now) {
            let until = record.whole.pause(now);
            return Some(pause(None, until));
        }
        handler_pause.map(|until| pause(Some(handler), until))
    }
}

impl Record {
    /// Whether several handlers fail, and not just for one member who may be provoking it.
    fn fails_all_over(&self, now: Timestamp) -> bool {
        let failing: Vec<&Ailment> = self
            .handlers
            .values()
            .filter(|ailment| ailment.next_pause.is_some() && ailment.is_recent(now))
            .collect();
        let members: HashSet<_> = failing
            .iter()
            .flat_map(|ailment| &ailment.members)
            .collect();
        failing.len() >= FAILING_HANDLERS && members.len() > 1
    }
}

impl Ailment {
    fn is_recent(&self, now: Timestamp) -> bool {
        // A pause does not make a failure older.
        let since = self.last.max(self.paused_until);
        since.is_some_and(|last| now.since(last) < MEMORY)
    }

    fn note(&mut self, member: Option<UserId>, now: Timestamp) {
        if !self.is_recent(now) {
            *self = Self::default();
        }
        self.failures += 1;
        self.last = Some(now);
        // Two are enough to tell one from many.
        if self.members.len() < 2 {
            self.members.insert(member);
        }
    }

    fn pause(&mut self, now: Timestamp) -> Timestamp {
        let length = self.next_pause.unwrap_or(FIRST_PAUSE);
        let until = now.plus(length);
        self.last = Some(now);
        self.paused_until = Some(until);
        self.next_pause = Some((length * 2).min(LONGEST_PAUSE));
        until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Ward {
        health: Health,
        guild: GuildId,
        plugin: PluginName,
    }

    impl Ward {
        fn new() -> Self {
            Self {
                health: Health::default(),
                guild: GuildId::new(1).expect("not 0"),
                plugin: "notes".parse().expect("a name"),
            }
        }

        fn fails(&self, command: &str, member: u64, at_s: i64) -> Option<Pause> {
            let (handler, at) = (
                Handler::Command(command.into()),
                Timestamp::from_ms(at_s * 1000),
            );
            self.health.failed(
                self.guild,
                &self.plugin,
                handler,
                UserId::new(member),
                at,
                "REFER",
            )
        }

        fn paused(&self, command: &str, at_s: i64) -> Option<i64> {
            let handler = || Handler::Command(command.into());
            let at = Timestamp::from_ms(at_s * 1000);
            self.health
                .paused(self.guild, &self.plugin, handler, at)
                .map(Timestamp::as_seconds)
        }
    }

    #[test]
    fn the_fifth_failure_in_a_row_pauses_and_pauses_double() {
        let ward = Ward::new();
        for second in 0..4 {
            assert_eq!(ward.fails("run", 7, second), None);
        }
        let pause = ward.fails("run", 7, 4).expect("paused");
        assert_eq!(pause.until.as_seconds(), 64);
        assert_eq!(ward.paused("run", 63), Some(64));
        assert_eq!(ward.paused("run", 64), None);
        assert_eq!(ward.paused("other", 5), None);
        let pause = ward.fails("run", 7, 64).expect("paused at once");
        assert_eq!(pause.until.as_seconds(), 64 + 120);
    }

    #[test]
    fn a_success_forgives() {
        let ward = Ward::new();
        for second in 0..4 {
            ward.fails("run", 7, second);
        }
        let handler = || Handler::Command("run".into());
        ward.health.succeeded(ward.guild, &ward.plugin, handler);
        assert_eq!(ward.fails("run", 7, 5), None);
    }

    #[test]
    fn failures_far_apart_do_not_add_up() {
        let ward = Ward::new();
        for minutes in 0..20 {
            assert_eq!(ward.fails("run", 7, minutes * 11 * 60), None);
        }
    }

    #[test]
    fn a_plugin_is_paused_when_three_handlers_fail_for_different_members() {
        let fail_all = |second_member: u64| {
            let ward = Ward::new();
            let mut last = None;
            for (command, member) in [("a", 7), ("b", second_member), ("c", 7)] {
                for second in 0..5 {
                    last = ward.fails(command, member, second);
                }
            }
            last.expect("paused").handler
        };
        assert_eq!(fail_all(8), None, "the whole plugin");
        assert_eq!(
            fail_all(7),
            Some(Handler::Command("c".into())),
            "one member may provoke it"
        );
    }
}
