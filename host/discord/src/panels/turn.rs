//! Whose turn it is: each line gives one panel at a time to a job.

use std::cmp::Reverse;

use muster_core::{GuildId, Timestamp};
use muster_store::PanelState;

use super::answer::AnswerTask;
use super::job::{Job, Task};
use super::keeper::{Keeper, Ran};
use super::line::{LineKey, Turn};
use super::panel::{AnswerHome, Home, Panel, PanelId};
use super::post::PostTask;

/// Panels of one guild that are worked on at once: one guild's trouble must not hold up another's.
const GUILD_JOBS: usize = 8;

/// Above this many lines, idle ones are forgotten.
const MANY_LINES: usize = 256;

impl Keeper {
    /// Puts a panel into the line that it has to stand in, if anything is to be done about it.
    pub(super) fn schedule(&mut self, id: PanelId) {
        let Some(panel) = self.panels.get_mut(&id) else {
            return;
        };
        if panel.busy {
            return;
        }
        if panel.state == PanelState::Closing && panel.message().is_none() {
            self.forget(id);
            return;
        }
        let key = panel.line(id);
        if panel.queued == key {
            // What changed may bring its turn nearer.
            if let Some(key @ LineKey::Answer(_)) = key {
                self.run_line(key);
            }
            return;
        }
        let before = std::mem::replace(&mut panel.queued, key.clone());
        if let Some(line) = before.and_then(|before| self.lines.get_mut(&before)) {
            line.queue.retain(|other| *other != id);
        }
        let Some(key) = key else { return };
        if self.lines.len() >= MANY_LINES && !self.lines.contains_key(&key) {
            let now = self.now();
            self.lines.retain(|_, line| !line.is_idle(now));
        }
        self.lines
            .entry(key.clone())
            .or_default()
            .queue
            .push_back(id);
        self.run_line(key);
    }

    /// Gives a line its next job, or notes when to look at it again.
    pub(super) fn run_line(&mut self, key: LineKey) {
        let now = self.now();
        let mut elsewhere = Vec::new();
        while let Some(line) = self.lines.get_mut(&key) {
            if line.busy || line.parked {
                break;
            }
            let panels = &self.panels;
            // One that is gone is due at once, so that it leaves the queue.
            let long_ago = Timestamp::from_ms(i64::MIN);
            match line.turn(now, |id| {
                panels
                    .get(&id)
                    .map_or(long_ago, |panel| panel.due(line, now))
            }) {
                Turn::Never => break,
                Turn::At(at) => {
                    if line.wake_at.is_none_or(|wake| at < wake) {
                        line.wake_at = Some(at);
                        self.wakes.push(Reverse((at, key)));
                    }
                    break;
                }
                Turn::Now(place) => {
                    let Some(id) = line.queue.remove(place) else {
                        break;
                    };
                    let Some(panel) = self.panels.get_mut(&id) else {
                        continue;
                    };
                    panel.queued = None;
                    if panel.line(id).as_ref() != Some(&key) {
                        elsewhere.push(id);
                        continue;
                    }
                    let running = self.running.entry(panel.key.guild).or_default();
                    if *running >= GUILD_JOBS {
                        panel.queued = Some(key.clone());
                        line.parked = true;
                        line.queue.push_front(id);
                        self.parked
                            .entry(panel.key.guild)
                            .or_default()
                            .push_back(key);
                        break;
                    }
                    let Some(job) = prepare(id, panel, key.clone(), now) else {
                        self.forget(id);
                        continue;
                    };
                    *running += 1;
                    panel.busy = true;
                    line.busy = true;
                    let shared = self.shared.clone();
                    self.jobs
                        .spawn(async move { Ran::Job(Box::new(job.run(shared).await)) });
                    break;
                }
            }
        }
        for id in elsewhere {
            self.schedule(id);
        }
    }

    pub(super) fn wake(&mut self) {
        let now = self.now();
        while let Some(Reverse((at, _))) = self.wakes.peek()
            && *at <= now
        {
            let Some(Reverse((at, key))) = self.wakes.pop() else {
                return;
            };
            if let Some(line) = self.lines.get_mut(&key)
                && line.wake_at == Some(at)
            {
                line.wake_at = None;
            }
            self.run_line(key);
        }
    }

    /// A job of this guild is through: the line may go on, and another that waits for its guild.
    pub(super) fn release(&mut self, guild: GuildId, key: &LineKey) {
        if let Some(line) = self.lines.get_mut(key) {
            line.busy = false;
        }
        if let Some(running) = self.running.get_mut(&guild) {
            *running = running.saturating_sub(1);
            if *running == 0 {
                self.running.remove(&guild);
            }
        }
        let Some(parked) = self.parked.get_mut(&guild) else {
            return;
        };
        let next = parked.pop_front();
        if parked.is_empty() {
            self.parked.remove(&guild);
        }
        if let Some(next) = next {
            if let Some(line) = self.lines.get_mut(&next) {
                line.parked = false;
            }
            self.run_line(next);
        }
    }
}

/// The job that a panel needs now; `None` if nothing can be done about it any more.
fn prepare(id: PanelId, panel: &mut Panel, line: LineKey, now: Timestamp) -> Option<Job> {
    let is_stale = panel.is_stale();
    let task = match &mut panel.home {
        Home::Nowhere => Task::Post(PostTask {
            maybe_posted: panel.maybe_posted,
            old: None,
            old_is_there: false,
        }),
        Home::Message(channel, message) if panel.state == PanelState::Repost => {
            Task::Post(PostTask {
                maybe_posted: panel.maybe_posted,
                old: Some((*channel, *message)),
                old_is_there: !panel.is_deleted,
            })
        }
        Home::Message(channel, message) => Task::Edit(*channel, *message),
        Home::Answer(answer) => Task::Answer(prepare_answer(answer, is_stale, now)?),
    };
    Some(Job {
        id,
        key: panel.key.clone(),
        line,
        epoch: panel.epoch,
        stale: panel.stale.clone(),
        shown: panel.digest.clone(),
        task,
    })
}

fn prepare_answer(answer: &mut AnswerHome, is_stale: bool, now: Timestamp) -> Option<AnswerTask> {
    let is_beyond_reach = answer.access.is_none() && answer.candidates.is_empty();
    if is_beyond_reach && answer.ends_at() <= now {
        return None;
    }
    answer.find_at = None;
    Some(AnswerTask {
        is_private: answer.is_private,
        message: answer.message,
        access: answer.access.clone(),
        candidates: std::mem::take(&mut answer.candidates),
        is_stale,
    })
}
