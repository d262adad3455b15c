//! What the keeper hears: of commits, and of the host.

use std::ops::Bound;

use muster_core::Address;
use muster_core::call::InteractionRef;
use muster_core::effect::{PanelChange, PanelPlace, WhenDeleted};
use muster_core::ids::UserId;
use muster_core::{GuildId, PluginName};
use muster_store::{Mark, PanelNotice, PanelState};
use tokio::sync::oneshot;

use super::PanelPosted;
use super::keeper::{Command, Keeper};
use super::line::LineKey;
use super::panel::{Home, Panel, PanelId, PanelKey};
use crate::rest::MessageRef;

impl Keeper {
    pub(super) fn hear(&mut self, notice: PanelNotice) {
        let PanelNotice {
            guild,
            plugin,
            change,
            interaction,
            opened_by,
        } = notice;
        match change {
            PanelChange::Open {
                name,
                place,
                when_deleted,
                tag: _,
            } => {
                let key = PanelKey {
                    guild,
                    plugin,
                    name,
                };
                self.open(key, place, when_deleted, interaction, opened_by);
            }
            PanelChange::Refresh { name } => {
                for id in self.matching(guild, plugin, &name) {
                    self.refresh(id);
                }
            }
            PanelChange::Rename { from, to } => self.rename(guild, plugin, &from, to),
            PanelChange::Repost { name } => {
                for id in self.matching(guild, plugin, &name) {
                    self.repost(id);
                }
            }
            PanelChange::Close { name } => {
                for id in self.matching(guild, plugin, &name) {
                    self.close(id);
                }
            }
        }
    }

    fn open(
        &mut self,
        key: PanelKey,
        place: PanelPlace,
        when_deleted: WhenDeleted,
        interaction: Option<InteractionRef>,
        opened_by: Option<UserId>,
    ) {
        let is_answer = !matches!(place, PanelPlace::At(_));
        let known = self.find(&key);
        let mut panel = Panel::new(key, place, when_deleted, opened_by);
        if let (Home::Answer(answer), Some(reference)) = (&mut panel.home, &interaction) {
            answer.heard_of(reference);
        }
        let Some(id) = known else {
            let id = self.insert(panel);
            self.schedule(id);
            return;
        };
        let Some(before) = self.panels.get_mut(&id) else {
            return;
        };
        if is_answer {
            // A new message takes the old one's place.
            if let Some(message) = before.message() {
                self.shared.index.remove(message);
            }
            panel.epoch = before.epoch + 1;
            (panel.queued, panel.busy) = (before.queued.take(), before.busy);
            *before = panel;
        } else {
            before.state = match before.state {
                PanelState::Closing => PanelState::Open,
                state => state,
            };
            before.mark_stale();
        }
        self.schedule(id);
    }

    pub(super) fn refresh(&mut self, id: PanelId) {
        if let Some(panel) = self.panels.get(&id) {
            panel.mark_stale();
            self.schedule(id);
        }
    }

    fn rename(&mut self, guild: GuildId, plugin: PluginName, from: &str, to: String) {
        let Some(names) = self.names.get_mut(&(guild, plugin)) else {
            return;
        };
        let Some(id) = names.remove(from) else { return };
        names.insert(to.clone(), id);
        let Some(panel) = self.panels.get_mut(&id) else {
            return;
        };
        panel.key.name = to;
        panel.epoch += 1;
        panel.digest = None;
        panel.mark_stale();
        if let Some(message) = panel.message() {
            self.shared.index.put(message, guild, panel.pressed());
        }
        self.schedule(id);
    }

    fn repost(&mut self, id: PanelId) {
        let Some(panel) = self.panels.get_mut(&id) else {
            return;
        };
        if panel.state == PanelState::Open && matches!(panel.home, Home::Message(..)) {
            panel.state = PanelState::Repost;
            self.schedule(id);
        }
    }

    fn close(&mut self, id: PanelId) {
        let Some(panel) = self.panels.get_mut(&id) else {
            return;
        };
        panel.state = PanelState::Closing;
        panel.mark_stale();
        self.schedule(id);
    }

    /// The panel of this name, or all with this beginning if the name ends in `*`.
    fn matching(&self, guild: GuildId, plugin: PluginName, pattern: &str) -> Vec<PanelId> {
        let Some(names) = self.names.get(&(guild, plugin)) else {
            return Vec::new();
        };
        let Some(start) = pattern.strip_suffix('*') else {
            return names.get(pattern).copied().into_iter().collect();
        };
        let from = (Bound::Included(start), Bound::Unbounded);
        names
            .range::<str, _>(from)
            .take_while(|(name, _)| name.starts_with(start))
            .map(|(_, id)| *id)
            .collect()
    }

    pub(super) fn obey(&mut self, command: Command) {
        match command {
            Command::Renewed { message, reference } => {
                let Some(id) = self.by_message(message) else {
                    return;
                };
                if let Some(Panel {
                    home: Home::Answer(answer),
                    ..
                }) = self.panels.get_mut(&id)
                {
                    answer.add_candidate(reference);
                    self.schedule(id);
                }
            }
            Command::Answered {
                key,
                reference,
                message,
                digest,
            } => {
                self.answered(&key, *reference, message, digest);
            }
            Command::Overwritten(message) => {
                let found = self.by_message(message);
                if let Some(panel) = found.and_then(|id| self.panels.get_mut(&id)) {
                    panel.epoch += 1;
                    panel.digest = None;
                    let PanelKey {
                        guild,
                        plugin,
                        name,
                    } = panel.key.clone();
                    let unknown = Mark::PanelShown(guild, plugin, name, String::new());
                    self.shared.store.mark(unknown);
                }
            }
            Command::Stale(key) => {
                if let Some(id) = self.find(&key) {
                    self.refresh(id);
                }
            }
            Command::Ended(key) => {
                if let Some(id) = self.find(&key) {
                    self.forget(id);
                }
            }
            Command::NameMade(key) => self.name_made(&key),
            Command::Posted {
                key,
                is_certain,
                answer,
            } => self.ask(key, is_certain, answer),
            Command::MessageDeleted(message) => {
                let found = self.by_message(message);
                self.shared.index.remove(message);
                let is_shown = |id: &PanelId| {
                    self.panels
                        .get(id)
                        .is_some_and(|panel| panel.message() == Some(message))
                };
                if let Some(id) = found.filter(is_shown) {
                    self.message_gone(id);
                }
            }
            Command::ChannelDeleted(guild, channel) => {
                let stood_there = |panel: &Panel| {
                    let at = PanelPlace::At(Address::Channel(channel));
                    panel.key.guild == guild
                        && (panel.channel() == Some(channel)
                            || (panel.message().is_none() && panel.place == at))
                };
                for id in self.all(stood_there) {
                    self.lost(id, "Its channel was deleted.");
                }
            }
            Command::RefreshAll(guild, plugin) => {
                let is_its = |panel: &Panel| panel.key.guild == guild && panel.key.plugin == plugin;
                for id in self.all(is_its) {
                    if let Some(panel) = self.panels.get_mut(&id) {
                        panel.recover();
                    }
                    self.refresh(id);
                }
            }
            Command::Shutdown(_) => unreachable!("handled by the loop"),
        }
    }

    fn answered(
        &mut self,
        key: &PanelKey,
        reference: InteractionRef,
        message: Option<MessageRef>,
        digest: String,
    ) {
        let now = self.now();
        let id = self.find(key);
        let Some((id, panel)) = id.and_then(|id| Some((id, self.panels.get_mut(&id)?))) else {
            if let Some(message) = message {
                self.shared.index.remove(message.id);
            }
            return;
        };
        let Home::Answer(answer) = &mut panel.home else {
            return;
        };
        panel.epoch += 1;
        panel.digest = Some(digest);
        match message {
            Some(message) if answer.is_private => {
                answer.message = Some(message);
                answer.heard_of(&reference);
                if reference.origin.has_message() {
                    // It may be a second message beside the pressed one.
                    answer.add_candidate(reference);
                } else {
                    answer.access = Some(reference);
                }
            }
            Some(message) => panel.home = Home::Message(message.channel_id, message.id),
            None => {
                answer.add_candidate(reference);
                answer.find_at = Some(now);
            }
        }
        if message.is_some() {
            self.stands(id);
        }
        self.schedule(id);
    }

    fn name_made(&mut self, key: &PanelKey) {
        let address = Address::Name(key.name.clone());
        let line = LineKey::Posts(key.guild, address.to_string());
        let waiting = self.lines.get(&line).into_iter();
        let waiting: Vec<PanelId> = waiting
            .flat_map(|line| line.queue.iter().copied())
            .collect();
        for id in waiting {
            if let Some(panel) = self.panels.get_mut(&id)
                && panel.key.plugin == key.plugin
            {
                panel.recover();
            }
        }
        self.run_line(line);
    }

    /// Answers where a panel is, now or later.
    fn ask(
        &mut self,
        key: PanelKey,
        is_certain: bool,
        answer: oneshot::Sender<Option<PanelPosted>>,
    ) {
        let posted = match self.find(&key).and_then(|id| self.panels.get(&id)) {
            Some(panel) => match (&panel.home, &panel.problem) {
                (Home::Nowhere, None) => None,
                (Home::Nowhere, Some(problem)) => Some(Some(PanelPosted::failed(problem.clone()))),
                _ => Some(Some(PanelPosted::at(panel.channel(), panel.message()))),
            },
            None => match self
                .ended_lately
                .iter()
                .rev()
                .find(|(ended, ..)| *ended == key)
            {
                Some((_, channel, message)) => {
                    Some(Some(PanelPosted::at(Some(*channel), Some(*message))))
                }
                None if is_certain => None,
                None => Some(None),
            },
        };
        match posted {
            // Whoever asked may have stopped waiting.
            Some(posted) => drop(answer.send(posted)),
            None => {
                let waiting = self.waiting.entry(key).or_default();
                waiting.retain(|other| !other.is_closed());
                waiting.push(answer);
            }
        }
    }

    /// Tells those who wait for this panel.
    pub(super) fn tell_waiting(&mut self, key: &PanelKey, posted: &PanelPosted) {
        for waiting in self.waiting.remove(key).unwrap_or_default() {
            // Whoever asked may have stopped waiting.
            drop(waiting.send(Some(posted.clone())));
        }
    }
}
