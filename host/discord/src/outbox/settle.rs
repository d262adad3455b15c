//! What became of an item: noted for its rows, told to whoever waits, tried again, or given up.

use std::time::Duration;

use muster_core::PluginName;
use muster_core::answer::Answer;
use muster_core::effect::EffectResult;
use muster_store::Mark;

use super::OutcomeReady;
use super::carry::Done;
use super::lane::{Item, LaneState, Ref, RowKey, Work};
use super::name::NameKey;
use super::row::Progress;
use super::target::{LaneKey, name_used};
use super::trouble::Trouble;
use super::worker::{FIRST_PAUSE, Ran, Wake, Worker};

/// Pauses between attempts double up to this.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// After this long without success, it would surprise people more than it would help.
const GIVE_UP_AFTER: Duration = Duration::from_secs(24 * 3600);

/// When to look whether an answer was given, so that its row can go: until then a restart asks for
/// the answer again.
const LOOKS: [Duration; 3] = [
    Duration::from_secs(2),
    Duration::from_secs(10),
    Duration::from_secs(60),
];

impl Worker {
    pub(super) fn settle_ran(&mut self, ran: Result<Ran, tokio::task::JoinError>) {
        match ran {
            Ok(Ran::Tried(key, item, result)) => self.settle_tried(key, *item, result),
            Ok(Ran::Waited(key, panel)) => {
                let Some(lane) = self.lanes.get_mut(&key) else {
                    return;
                };
                lane.state = LaneState::Idle;
                if let Some(first) = lane.queue.front_mut() {
                    first.panel = first.panel.take().or(panel);
                }
                self.advance(key);
            }
            Ok(Ran::Panel(key, tag, posted)) => {
                if let Some(row) = self.rows.get_mut(&key) {
                    row.settle_panel(&tag, posted.into_result(tag.clone()));
                    self.review(key);
                }
            }
            Ok(Ran::Answered(key, is_answered, looks)) => {
                if is_answered {
                    self.finish(key);
                } else {
                    self.look_again(key, looks);
                }
            }
            Err(error) if error.is_cancelled() => {}
            Err(error) => tracing::error!(%error, "a part of the outbox was lost"),
        }
    }

    fn settle_tried(&mut self, key: LaneKey, mut item: Item, mut result: Result<Done, Trouble>) {
        let now = self.now();
        let class = key.class();
        if let Some(crowd) = self.classes.get_mut(&class) {
            crowd.running -= 1;
        }
        if let Some(lane) = self.lanes.get_mut(&key) {
            lane.state = LaneState::Idle;
            let posted = result.as_ref().is_ok_and(|done| done.message.is_some());
            if posted && matches!(item.work, Work::Lines { .. }) {
                lane.lines_leave(now);
            }
            if let Err(Trouble::Fail {
                problem,
                cause: Some(_),
            }) = &result
            {
                lane.shut(&item, problem, now);
            }
            if let Err(Trouble::Later {
                after,
                maybe_applied,
                ..
            }) = &result
            {
                let first_tried = *item.first_tried.get_or_insert(now);
                if now.since(first_tried) < GIVE_UP_AFTER {
                    let doubled = FIRST_PAUSE.saturating_mul(1 << item.attempts.min(16));
                    let pause = after.unwrap_or(doubled.min(LONGEST_PAUSE));
                    item.attempts += 1;
                    item.maybe_applied |= *maybe_applied;
                    lane.not_before = Some(now.plus(pause));
                    lane.queue.push_front(item);
                    self.advance(key);
                    self.start(class);
                    return;
                }
            }
        }
        if let Err(Trouble::Later { problem, .. }) = result {
            result = Err(Trouble::fail(problem));
        }
        self.note(item, result);
        self.advance(key);
        self.start(class);
    }

    /// Notes what became of an item, for all its effects. What is to be tried again is not noted.
    pub(super) fn note(&mut self, mut item: Item, result: Result<Done, Trouble>) {
        let result = match result {
            Ok(Done {
                channel,
                message,
                role,
            }) => EffectResult {
                tag: String::new(),
                ok: true,
                problem: None,
                channel,
                message,
                role,
            },
            Err(Trouble::Fail { problem, cause }) => {
                if let Some(cause) = cause {
                    let text = format!("{} (`{}`)", cause, item.plugin);
                    self.context.notices.tell(item.guild, &cause, &text);
                }
                failed(problem)
            }
            Err(Trouble::Later { .. }) => return,
        };
        if !result.ok {
            let problem = result.problem.as_deref().unwrap_or_default();
            tracing::info!(guild.id = %item.guild, plugin.name = %item.plugin, "not carried out: {problem}");
        }
        let made = item.making.take();
        if let Some(making) = &made
            && let Some(problem) = &result.problem
        {
            making.tell(Err(problem.clone()));
        }
        let used = used_key(&item);
        item.uses = None;
        for key in made.iter().map(|making| &making.key).chain(&used) {
            self.names.tidy(key);
        }
        for Ref { row, place } in item.refs {
            let Some(progress) = self.rows.get_mut(&row) else {
                continue;
            };
            let Some(result) = progress.settle(place, result.clone()) else {
                continue;
            };
            if !progress.is_through() || progress.after.is_some() {
                self.context
                    .store
                    .mark(Mark::EffectDone(row.0, row.1, place, result));
            }
            self.review(row);
        }
    }

    /// Gives the answer if it can be given now, and lets go of the row if nothing of it is left.
    pub(super) fn review(&mut self, key: RowKey) {
        let now = self.now();
        let Some(row) = self.rows.get_mut(&key) else {
            return;
        };
        let Some(after) = row.after.clone() else {
            if row.is_through() {
                self.finish(key);
            }
            return;
        };
        if let Some(results) = row.outcome(now) {
            row.is_told = true;
            let (guild, outbox) = key;
            let plugin = row.plugin.clone();
            let ready = OutcomeReady {
                guild,
                plugin,
                outbox,
                after,
                results,
            };
            // A closed channel means that the process is going down; a restart asks again.
            drop(self.outcomes.send(ready));
            self.look_again(key, 0);
        }
    }

    /// Looks again later whether the answer was given.
    fn look_again(&mut self, key: RowKey, looks: usize) {
        let now = self.now();
        let Some(until) = self.rows.get(&key).and_then(Progress::answerable_until) else {
            return;
        };
        if now >= until {
            self.finish(key);
            return;
        }
        let at = LOOKS
            .get(looks)
            .map_or(until, |pause| now.plus(*pause).min(until));
        self.wake_at(at, Wake::Answered(key, looks + 1));
    }

    pub(super) fn look_for_answer(&mut self, key: RowKey, looks: usize) {
        let Some(after) = self.rows.get(&key).and_then(|row| row.after.as_ref()) else {
            return;
        };
        let (store, interaction) = (self.context.store.clone(), after.interaction.id);
        self.waits.spawn(async move {
            let answer = store.answer_of(key.0, interaction).await;
            let waits = matches!(answer, Ok(Some(Answer::After { .. })) | Err(_));
            Ran::Answered(key, !waits, looks)
        });
    }

    /// The answer is given, or there is none to give: the row goes once its effects are through.
    fn finish(&mut self, key: RowKey) {
        let Some(row) = self.rows.get_mut(&key) else {
            return;
        };
        row.after = None;
        if row.is_through() {
            self.rows.remove(&key);
            self.context.store.mark(Mark::OutboxDone(key.0, key.1));
        }
    }
}

fn failed(problem: String) -> EffectResult {
    EffectResult {
        tag: String::new(),
        ok: false,
        problem: Some(problem),
        channel: None,
        message: None,
        role: None,
    }
}

fn used_key(item: &Item) -> Option<NameKey> {
    let key = |plugin: &PluginName, name: &str| NameKey {
        guild: item.guild,
        plugin: plugin.clone(),
        name: name.to_owned(),
    };
    match &item.work {
        Work::Effect(effect) => name_used(&effect.action).map(|name| key(&item.plugin, name)),
        Work::Lines {
            to: muster_core::Address::Name(name),
            ..
        } => Some(key(&item.plugin, name)),
        Work::Lines { .. } => None,
    }
}
