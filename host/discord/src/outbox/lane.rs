//! One target's queue: what makes earlier effects needless replaces them, and log lines that wait
//! leave together.

use std::collections::VecDeque;
use std::time::Duration;

use muster_core::effect::{Action, Effect};
use muster_core::{Address, GuildId, PluginName, Timestamp};

use super::name::{Making, Use};
use super::target::{is_turning_point, replaces};
use crate::panels::PanelPosted;

/// Most characters of a message's text
/// ([Discord Docs/Message](https://discord.com/developers/docs/resources/message#create-message)).
const MAX_CONTENT: usize = 2000;

/// So many messages of log lines leave one by one in so much time; what comes then waits and leaves
/// together. Discord lets about five messages pass in 5 s (observed), and others want to post, too.
const LINE_MESSAGES: usize = 5;
const LINE_SPAN: Duration = Duration::from_secs(2);

/// For so long nobody asks Discord again to post where it said no: refusals are counted against the bot
/// ([Discord Docs/Rate Limits, "Invalid Request Limit"](https://discord.com/developers/docs/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans)).
const SHUT_FOR: Duration = Duration::from_secs(30);

/// A row of the outbox.
pub(super) type RowKey = (GuildId, i64);

/// One effect of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ref {
    pub row: RowKey,
    pub place: usize,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Work {
    Effect(Effect),
    /// Log lines, one below the other: as many as the item has effects.
    Lines {
        to: Address,
        lines: Vec<String>,
    },
}

/// Something to be done, for one effect or for several at once.
#[derive(Debug)]
pub(super) struct Item {
    pub guild: GuildId,
    pub plugin: PluginName,
    pub work: Work,
    /// The effects that are through once it is done.
    pub refs: Vec<Ref>,
    /// Whether an answer waits for it.
    pub is_awaited: bool,
    /// When it was queued, as far as known.
    pub queued_at: Option<Timestamp>,
    /// Its row, if an earlier process queued it: that process may have sent what it holds.
    pub recovered: Option<RowKey>,
    pub uses: Option<Use>,
    pub making: Option<Making>,
    /// Where the panel is that it is about, once that is known.
    pub panel: Option<PanelPosted>,
    pub attempts: u32,
    pub first_tried: Option<Timestamp>,
    /// Whether an attempt may have been carried out after all.
    pub maybe_applied: bool,
}

impl Item {
    /// The item for one effect, without the names that it uses and makes.
    pub fn new(plugin: PluginName, effect: Effect, at: Ref) -> Self {
        let work = match effect.action {
            Action::LogLine { to, line } => {
                let lines = vec![line.chars().take(MAX_CONTENT).collect()];
                Work::Lines { to, lines }
            }
            _ => Work::Effect(effect),
        };
        Self {
            guild: at.row.0,
            plugin,
            work,
            refs: vec![at],
            is_awaited: false,
            queued_at: None,
            recovered: None,
            uses: None,
            making: None,
            panel: None,
            attempts: 0,
            first_tried: None,
            maybe_applied: false,
        }
    }

    fn action(&self) -> Option<&Action> {
        match &self.work {
            Work::Effect(effect) => Some(&effect.action),
            Work::Lines { .. } => None,
        }
    }

    /// Whether it posts something.
    fn is_post(&self) -> bool {
        matches!(
            self.work,
            Work::Lines { .. }
                | Work::Effect(Effect {
                    action: Action::SendMessage { .. },
                    ..
                })
        )
    }

    /// Takes `later` in, if both are lines that can leave together.
    fn absorb(&mut self, later: &mut Self) -> bool {
        let can_grow = self.attempts == 0;
        let (Work::Lines { lines, .. }, Work::Lines { lines: more, .. }) =
            (&mut self.work, &mut later.work)
        else {
            return false;
        };
        let same_thing = match (&self.uses, &later.uses) {
            (None, None) => true,
            (Some(one), Some(other)) => match (&one.made, &other.made) {
                (None, None) => true,
                (Some(one), Some(other)) => one.same_channel(other),
                _ => false,
            },
            _ => false,
        };
        let length: usize = lines
            .iter()
            .chain(&*more)
            .map(|line| line.chars().count() + 1)
            .sum();
        let fits = length <= MAX_CONTENT + 1;
        if !(can_grow && same_thing && fits) {
            return false;
        }
        lines.append(more);
        self.refs.append(&mut later.refs);
        self.is_awaited |= later.is_awaited;
        true
    }
}

/// Where a lane stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum LaneState {
    #[default]
    Idle,
    /// Its first item waits for a name, a panel or those who mean an older thing.
    Waiting,
    /// It stands in its class's queue.
    Parked,
    /// Its first item is being carried out.
    Running,
}

/// One target's queue.
#[derive(Debug, Default)]
pub(super) struct Lane {
    pub queue: VecDeque<Item>,
    pub state: LaneState,
    /// It pauses until then.
    pub not_before: Option<Timestamp>,
    /// Until when nothing is posted, because Discord refused it, and why.
    shut: Option<(Timestamp, String)>,
    /// When messages of log lines left, of late.
    lines_left: VecDeque<Timestamp>,
}

impl Lane {
    /// Puts an item at the end, together with or instead of what it makes needless.
    pub fn push(&mut self, mut item: Item) {
        if let Some(last) = self.queue.back_mut()
            && last.absorb(&mut item)
        {
            return;
        }
        if let Some(replaced) = item.action().and_then(|action| self.find_replaced(action)) {
            let mut earlier = self.queue.remove(replaced).expect("just found there");
            // Both are through once the later is.
            earlier.refs.append(&mut item.refs);
            item.refs = earlier.refs;
            item.is_awaited |= earlier.is_awaited;
        }
        self.queue.push_back(item);
    }

    fn find_replaced(&self, later: &Action) -> Option<usize> {
        // What waits under hand already (state) may not be taken away.
        let first = usize::from(matches!(self.state, LaneState::Waiting | LaneState::Parked));
        for (place, item) in self.queue.iter().enumerate().skip(first).rev() {
            let action = item.action()?;
            if is_turning_point(action) {
                return None;
            }
            if replaces(later, action) {
                return Some(place);
            }
        }
        None
    }

    /// When the first item may be carried out; `None` for now.
    pub fn opens_at(&self, now: Timestamp) -> Option<Timestamp> {
        let mut opens = self.not_before.unwrap_or(now);
        let is_lines = |item: &Item| matches!(item.work, Work::Lines { .. });
        if self.queue.front().is_some_and(is_lines) && self.lines_left.len() >= LINE_MESSAGES {
            let earliest = self.lines_left[self.lines_left.len() - LINE_MESSAGES];
            opens = opens.max(earliest.plus(LINE_SPAN));
        }
        (opens > now).then_some(opens)
    }

    /// A message of log lines has left.
    pub fn lines_leave(&mut self, now: Timestamp) {
        self.lines_left.push_back(now);
        if self.lines_left.len() > LINE_MESSAGES {
            self.lines_left.pop_front();
        }
    }

    /// Discord refused to take this item, and will refuse the next until somebody mends it.
    pub fn shut(&mut self, item: &Item, why: &str, now: Timestamp) {
        if item.is_post() {
            self.shut = Some((now.plus(SHUT_FOR), why.to_owned()));
        }
    }

    /// Why there is no point in trying this item now.
    pub fn refusal(&self, item: &Item, now: Timestamp) -> Option<String> {
        let (until, why) = self.shut.as_ref()?;
        (item.is_post() && now < *until).then(|| why.clone())
    }

    /// Until when it has to be remembered although nothing is in it.
    pub fn kept_until(&self) -> Option<Timestamp> {
        let paced = self.lines_left.back().map(|last| last.plus(LINE_SPAN));
        paced.max(self.shut.as_ref().map(|(until, _)| *until))
    }
}

#[cfg(test)]
mod tests {
    use muster_core::effect::RoleRef;
    use muster_core::ids::{ChannelId, UserId};

    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_ms(ms)
    }

    fn item(row: i64, action: Action) -> Item {
        let effect = Effect {
            tag: String::new(),
            actor: None,
            reason: None,
            action,
        };
        let guild = GuildId::new(1).expect("not 0");
        let plugin = "notes".parse().expect("a name");
        Item::new(
            plugin,
            effect,
            Ref {
                row: (guild, row),
                place: 0,
            },
        )
    }

    fn line(row: i64, text: &str) -> Item {
        let to = Address::Channel(ChannelId::new(5).expect("not 0"));
        item(
            row,
            Action::LogLine {
                to,
                line: text.into(),
            },
        )
    }

    fn role(row: i64, give: bool) -> Item {
        let user = UserId::new(7).expect("not 0");
        item(
            row,
            Action::MemberRole {
                user,
                role: RoleRef::Key("muted".into()),
                give,
            },
        )
    }

    fn kick(row: i64) -> Item {
        item(
            row,
            Action::Kick {
                user: UserId::new(7).expect("not 0"),
            },
        )
    }

    fn texts(lane: &Lane) -> Vec<String> {
        let text = |item: &Item| match &item.work {
            Work::Lines { lines, .. } => lines.join("\n"),
            Work::Effect(effect) => panic!("no line: {effect:?}"),
        };
        lane.queue.iter().map(text).collect()
    }

    #[test]
    fn lines_that_wait_become_one_message_of_at_most_2000_characters() {
        let mut lane = Lane::default();
        let long = "x".repeat(1000);
        for (row, text) in [(1, "a"), (2, "b"), (3, &long), (4, &long)] {
            lane.push(line(row, text));
        }
        let first = format!("a\nb\n{long}");
        assert_eq!(texts(&lane), [first.as_str(), long.as_str()]);
        assert_eq!(lane.queue[0].refs.len(), 3);
    }

    #[test]
    fn nothing_joins_what_was_tried_before() {
        let mut lane = Lane::default();
        lane.push(line(1, "a"));
        let mut tried = line(2, "b");
        tried.attempts = 1;
        lane.queue.push_back(tried);
        lane.push(line(3, "c"));
        assert_eq!(texts(&lane), ["a", "b", "c"]);
    }

    #[test]
    fn of_a_state_only_the_last_is_set() {
        let mut lane = Lane::default();
        for (row, give) in [(1, true), (2, false), (3, true)] {
            lane.push(role(row, give));
        }
        assert_eq!(lane.queue.len(), 1);
        let rows: Vec<i64> = lane.queue[0].refs.iter().map(|at| at.row.1).collect();
        assert_eq!(rows, [1, 2, 3], "all three are through with it");
    }

    #[test]
    fn nothing_is_moved_past_a_kick() {
        let mut lane = Lane::default();
        lane.push(role(1, true));
        lane.push(kick(2));
        lane.push(role(3, false));
        assert_eq!(lane.queue.len(), 3);
    }

    #[test]
    fn the_first_lines_leave_at_once_and_a_flood_is_gathered() {
        let mut lane = Lane::default();
        for ms in [0, 100, 200, 300, 400] {
            lane.push(line(ms, "x"));
            assert_eq!(lane.opens_at(at(ms)), None);
            lane.queue.clear();
            lane.lines_leave(at(ms));
        }
        lane.push(line(6, "y"));
        assert_eq!(lane.opens_at(at(500)), Some(at(2000)));
        assert_eq!(lane.opens_at(at(2000)), None);
    }
}
