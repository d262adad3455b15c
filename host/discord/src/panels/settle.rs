//! What the end of a job means: shown, posted, to be tried again, or lost.

use std::time::Duration;

use muster_core::effect::{Emitted, WhenDeleted};
use muster_core::{GuildId, Permissions, PluginName};
use muster_store::{Mark, PanelState};
use serde_json::json;

use super::answer::AnswerEnd;
use super::job::{End, Ended};
use super::keeper::Keeper;
use super::line::{EDIT_PACE, LineKey, is_old};
use super::panel::{Home, Panel, PanelId, PanelKey};
use super::{PanelPosted, Shared};
use crate::rest::{MessageRef, Priority, RestError, RestErrorKind};

/// The event that tells a plugin that somebody deleted its panel.
const PANEL_LOST: &str = "panel.lost";

/// Discord's codes for what does not exist and whom the bot may not write to
/// ([Discord Docs/Opcodes and Status Codes, "JSON"](https://discord.com/developers/docs/topics/opcodes-and-status-codes#json)).
const UNKNOWN_MESSAGE: i64 = 10008;
const ANOTHERS_MESSAGE: i64 = 50005;
const CANNOT_DM: [i64; 2] = [50007, 50278];

/// Pauses, first and longest, by what stands in the way.
const NOT_DRAWN: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(600));
const NOT_ALLOWED: (Duration, Duration) = (Duration::from_secs(300), Duration::from_secs(3600));
const NOT_REACHED: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(60));
const NOT_TAKEN: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(3600));
const NOT_MADE_YET: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(10));
const SWITCHED_OFF: (Duration, Duration) = (Duration::from_secs(3600), Duration::from_secs(3600));

/// After about ten minutes without it, what a panel is to be posted in will not be made any more.
const LOOKS_FOR_PLACE: u32 = 65;

/// A last view that cannot be drawn this often stays undrawn.
const LAST_VIEW_TRIES: u32 = 5;

/// A message that lived for less is one that somebody keeps deleting.
const SHORT_LIFE: Duration = Duration::from_secs(600);
const REPOST_PAUSE: Duration = Duration::from_secs(30);
const MOST_REPOSTS: u32 = 5;

impl Keeper {
    pub(super) fn settle(&mut self, end: End) {
        let End {
            id,
            key,
            line,
            epoch,
            ended,
            answer,
        } = end;
        if let Some(panel) = self.panels.get_mut(&id) {
            panel.busy = false;
            let is_current = panel.epoch == epoch;
            if let Some(answer) = answer {
                self.settle_answer(id, answer, is_current);
            }
            self.settle_end(id, &line, ended, is_current);
        } else if let Ended::Posted { at, .. } = ended {
            // It ended while it was being posted.
            self.shared.index.remove(at.id);
            let rest = self.shared.rest.clone();
            self.aside(async move {
                if let Err(error) = rest.delete_message(at.channel_id, at.id, None, Priority::Panel).await {
                    tracing::warn!(%error, "the message of a panel that ended could not be deleted");
                }
            });
        }
        self.release(key.guild, &line);
        self.schedule(id);
        self.run_line(line);
    }

    fn settle_end(&mut self, id: PanelId, line: &LineKey, ended: Ended, is_current: bool) {
        match ended {
            Ended::Shown { digest, is_new } => self.shown(id, line, digest, is_new, is_current),
            Ended::Posted { at, digest } => self.came_up(id, at, digest.filter(|_| is_current)),
            Ended::Refused { error, digest } => self.refused(id, line, &error, digest),
            Ended::Gone => self.forget(id),
            Ended::Expired => self.forget(id),
            Ended::Vanished => {
                if let Some(panel) = self.remove(id) {
                    self.tell_waiting(&panel.key, &PanelPosted::failed("It was closed."));
                }
            }
            Ended::NoPlace(problem) => {
                if let Some(panel) = self.panels.get(&id) {
                    let PanelKey {
                        guild,
                        plugin,
                        name,
                    } = &panel.key;
                    let text = format!("A panel of `{plugin}` could not be posted. {problem}");
                    self.shared
                        .notices
                        .tell(*guild, &format!("no place/{plugin}/{name}"), &text);
                }
                self.lost(id, &problem);
            }
            Ended::NotYet => {
                self.pause(id, NOT_MADE_YET);
                if self.failures(id) > LOOKS_FOR_PLACE {
                    self.lost(id, "The thread that it was to stand in was not made.");
                }
            }
            Ended::NotDrawn(problem) => {
                tracing::debug!(%problem, "a panel could not be drawn");
                self.pause(id, NOT_DRAWN);
                self.give_up_last_view(id);
            }
            Ended::Broken(problem) => {
                tracing::error!(%problem, "a panel could not be kept up to date");
                self.pause(id, NOT_REACHED);
                self.give_up_last_view(id);
            }
            Ended::Off => {
                self.pause(id, SWITCHED_OFF);
                self.cannot_post(id, super::view::OFF);
            }
            Ended::Again => {
                if let Some(panel) = self.panels.get(&id) {
                    panel.mark_stale();
                }
            }
            Ended::Nothing => {}
        }
    }

    /// Discord shows the present view, or did already.
    fn shown(
        &mut self,
        id: PanelId,
        line: &LineKey,
        digest: String,
        is_new: bool,
        is_current: bool,
    ) {
        let now = self.now();
        let Some(panel) = self.panels.get_mut(&id) else {
            return;
        };
        panel.recover();
        if is_new {
            let is_old = panel
                .message()
                .is_some_and(|message| is_old(message.created_at(), now));
            if let Some(line) = self.lines.get_mut(line) {
                line.edited(is_old, now);
            }
        } else {
            // What changes nothing must not be drawn more often than what does.
            panel.not_before = now.plus(EDIT_PACE);
        }
        if !is_current {
            panel.digest = None;
            panel.mark_stale();
            return;
        }
        if is_new {
            let PanelKey {
                guild,
                plugin,
                name,
            } = panel.key.clone();
            self.shared
                .store
                .mark(Mark::PanelShown(guild, plugin, name, digest.clone()));
        }
        panel.digest = Some(digest);
        if panel.state == PanelState::Closing && !panel.is_stale() {
            self.forget(id);
        }
    }

    /// Its message was posted.
    fn came_up(&mut self, id: PanelId, at: MessageRef, digest: Option<String>) {
        let Some(panel) = self.panels.get_mut(&id) else {
            return;
        };
        if let Some(old) = panel.message() {
            self.shared.index.remove(old);
        }
        panel.recover();
        panel.home = Home::Message(at.channel_id, at.id);
        panel.is_deleted = false;
        panel.maybe_posted = false;
        if panel.state == PanelState::Repost {
            panel.state = PanelState::Open;
        }
        let is_renamed = digest.is_none();
        if digest.is_none() {
            panel.mark_stale();
        }
        panel.digest = digest;
        if is_renamed {
            // It may have been noted under another name.
            self.stands(id);
        } else {
            self.is_up(id);
        }
    }

    /// Notes where a panel's message is, in memory and in the database.
    pub(super) fn stands(&mut self, id: PanelId) {
        self.is_up(id);
        let Some(panel) = self.panels.get(&id) else {
            return;
        };
        let Some((channel, message)) = panel.channel().zip(panel.message()) else {
            return;
        };
        let row = panel.row();
        let digest = panel.digest.clone().unwrap_or_default();
        let store = self.shared.store.clone();
        self.aside(async move {
            if let Err(error) = store.panel_posted(&row, channel, message, &digest).await {
                tracing::error!(%error, "a panel's message could not be noted");
            }
        });
    }

    fn is_up(&mut self, id: PanelId) {
        let Some(panel) = self.panels.get(&id) else {
            return;
        };
        let (channel, message) = (panel.channel(), panel.message());
        if let Some(message) = message {
            self.shared
                .index
                .put(message, panel.key.guild, panel.pressed());
        }
        let key = panel.key.clone();
        self.tell_waiting(&key, &PanelPosted::at(channel, message));
    }

    fn settle_answer(&mut self, id: PanelId, end: AnswerEnd, is_current: bool) {
        let now = self.now();
        let Some(panel) = self.panels.get_mut(&id) else {
            return;
        };
        let Home::Answer(answer) = &mut panel.home else {
            return;
        };
        if !is_current && answer.message.is_none() && end.message.is_some() {
            // Opened again meanwhile: what was found belongs to the answer before.
            return;
        }
        let newer = std::mem::replace(&mut answer.candidates, end.candidates);
        for reference in newer {
            answer.add_candidate(reference);
        }
        let is_found = answer.message.is_none() && end.message.is_some();
        answer.message = answer.message.or(end.message);
        if end.renewed
            && let Some(access) = end.access
        {
            let PanelKey {
                guild,
                plugin,
                name,
            } = panel.key.clone();
            answer.access = Some(access.clone());
            self.shared
                .store
                .mark(Mark::PanelRenewed(guild, plugin, name, Box::new(access)));
        }
        match answer.message {
            Some(message) if !answer.is_private => {
                panel.home = Home::Message(message.channel_id, message.id);
            }
            None if !answer.candidates.is_empty() => answer.find_at = Some(now),
            _ => {}
        }
        if is_found {
            self.stands(id);
        }
    }

    /// Discord did not take an edit or a post.
    fn refused(&mut self, id: PanelId, line: &LineKey, error: &RestError, digest: Option<String>) {
        let now = self.now();
        let Some(panel) = self.panels.get_mut(&id) else {
            return;
        };
        panel.mark_stale();
        match error.kind() {
            RestErrorKind::Gone { code } => self.gone(id, *code),
            RestErrorKind::Forbidden { code, .. } if CANNOT_DM.contains(code) => {
                self.lost(id, "They do not accept direct messages from this server.");
            }
            RestErrorKind::Forbidden { .. } => self.forbidden(id),
            RestErrorKind::RateLimited { retry_after } => {
                let until = now.plus(*retry_after);
                let is_old = panel
                    .message()
                    .is_some_and(|message| is_old(message.created_at(), now));
                match (line, self.lines.get_mut(line)) {
                    (LineKey::Edits(_), Some(line)) => line.hold(is_old, until),
                    _ => panel.not_before = until,
                }
            }
            RestErrorKind::Unavailable { maybe_applied, .. } => {
                if *maybe_applied {
                    panel.digest = None;
                    panel.maybe_posted = true;
                }
                self.pause(id, NOT_REACHED);
            }
            RestErrorKind::Unauthorized | RestErrorKind::AlreadyAnswered => {
                self.pause(id, NOT_REACHED)
            }
            RestErrorKind::Invalid {
                code: ANOTHERS_MESSAGE,
                ..
            } => {
                self.lost(id, "Its message belongs to another bot.");
            }
            RestErrorKind::Invalid { .. } => self.not_taken(id, error, digest),
        }
    }

    /// What it stands in, or its message, does not exist.
    fn gone(&mut self, id: PanelId, code: i64) {
        let Some(panel) = self.panels.get_mut(&id) else {
            return;
        };
        match &mut panel.home {
            Home::Answer(answer) => {
                // Dismissed, or its token died; a press that came meanwhile may have brought another.
                answer.access = None;
                if answer.candidates.is_empty() {
                    self.forget(id);
                }
            }
            Home::Message(..) if code == UNKNOWN_MESSAGE => self.message_gone(id),
            Home::Message(..) | Home::Nowhere => self.lost(id, "Its channel no longer exists."),
        }
    }

    /// The bot may not post or edit there: the guild's owner has to act, and the panel stays.
    fn forbidden(&mut self, id: PanelId) {
        let Some(panel) = self.panels.get(&id) else {
            return;
        };
        if panel.state == PanelState::Closing {
            self.forget(id);
            return;
        }
        let PanelKey { guild, plugin, .. } = &panel.key;
        let place = panel
            .channel()
            .map_or("its channel".to_owned(), |channel| format!("<#{channel}>"));
        let text = format!(
            "I may not show a panel of `{plugin}` in {place}. Allow my role {} there (the channel's \
             settings, Permissions).",
            self.missing(*guild, panel)
        );
        self.shared
            .notices
            .tell(*guild, &format!("panel/{place}"), &text);
        self.pause(id, NOT_ALLOWED);
        self.cannot_post(id, &text);
    }

    /// The permissions that a panel wants and the bot lacks, as far as the gateway tells.
    fn missing(&self, guild: GuildId, panel: &Panel) -> Permissions {
        let wanted =
            Permissions::VIEW_CHANNEL | Permissions::SEND_MESSAGES | Permissions::EMBED_LINKS;
        let snapshot = self.shared.directory.guild(guild);
        let has = snapshot
            .zip(panel.channel())
            .and_then(|(guild, channel)| guild.bot_permissions_in(channel));
        has.map(|has| has.missing(wanted))
            .filter(|missing| !missing.is_empty())
            .unwrap_or(wanted)
    }

    /// Discord refuses this view. Another may be taken, the same one will not.
    fn not_taken(&mut self, id: PanelId, error: &RestError, digest: Option<String>) {
        let Some(panel) = self.panels.get_mut(&id) else {
            return;
        };
        tracing::error!(
            blame = "plugin", plugin.name = %panel.key.plugin, guild.id = %panel.key.guild, %error,
            "Discord refuses a panel's view"
        );
        if panel.state == PanelState::Closing {
            self.forget(id);
        } else if panel.message().is_some() && panel.state == PanelState::Open && digest.is_some() {
            panel.digest = digest;
            panel.recover();
            panel.not_before = self.shared.store.clock().now().plus(EDIT_PACE);
        } else {
            self.pause(id, NOT_TAKEN);
            self.cannot_post(id, "Discord refuses what it shows.");
        }
    }

    /// Its message is gone: it is posted again, or its plugin is told.
    pub(super) fn message_gone(&mut self, id: PanelId) {
        let now = self.now();
        let Some(panel) = self.panels.get_mut(&id) else {
            return;
        };
        let Home::Message(_, message) = panel.home else {
            self.forget(id);
            return;
        };
        if panel.is_deleted {
            return;
        }
        if panel.state == PanelState::Closing {
            self.forget(id);
            return;
        }
        if panel.when_deleted == WhenDeleted::Report {
            self.lost(id, "Its message was deleted.");
            return;
        }
        panel.reposts = if now.since(message.created_at()) < SHORT_LIFE {
            panel.reposts + 1
        } else {
            0
        };
        if panel.reposts > MOST_REPOSTS {
            self.lost(id, "Somebody keeps deleting its message.");
            return;
        }
        if panel.reposts > 1 {
            panel.not_before = now.plus(REPOST_PAUSE * 2_u32.pow(panel.reposts - 2));
        }
        panel.is_deleted = true;
        panel.state = PanelState::Repost;
        self.shared.index.remove(message);
        self.schedule(id);
    }

    /// It will not come back: its plugin is told, and it is forgotten.
    pub(super) fn lost(&mut self, id: PanelId, why: &str) {
        let Some(panel) = self.remove(id) else { return };
        let PanelKey {
            guild,
            plugin,
            name,
        } = panel.key.clone();
        tracing::info!(guild.id = %guild, plugin.name = %plugin, panel = name, "a panel is lost: {why}");
        self.tell_waiting(&panel.key, &PanelPosted::failed(why));
        let shared = self.shared.clone();
        self.aside(async move {
            report(&shared, guild, &plugin, &name).await;
            forget_row(&shared, guild, &plugin, &name).await;
        });
    }

    /// Nothing is to be done about it any more.
    pub(super) fn forget(&mut self, id: PanelId) {
        let Some(panel) = self.remove(id) else { return };
        self.tell_waiting(&panel.key, &PanelPosted::failed("It was closed."));
        let PanelKey {
            guild,
            plugin,
            name,
        } = panel.key;
        let shared = self.shared.clone();
        self.aside(async move { forget_row(&shared, guild, &plugin, &name).await });
    }

    fn pause(&mut self, id: PanelId, (first, longest): (Duration, Duration)) {
        let now = self.now();
        if let Some(panel) = self.panels.get_mut(&id) {
            panel.mark_stale();
            panel.pause(now, first, longest);
        }
    }

    fn failures(&self, id: PanelId) -> u32 {
        self.panels.get(&id).map_or(0, |panel| panel.failures)
    }

    fn give_up_last_view(&mut self, id: PanelId) {
        let closes = |panel: &Panel| panel.state == PanelState::Closing;
        if self.panels.get(&id).is_some_and(closes) && self.failures(id) >= LAST_VIEW_TRIES {
            self.forget(id);
        }
    }

    /// Tells those who wait for it why it is not in Discord.
    fn cannot_post(&mut self, id: PanelId, problem: &str) {
        let Some(panel) = self.panels.get_mut(&id) else {
            return;
        };
        panel.problem = Some(problem.to_owned());
        let key = panel.key.clone();
        self.tell_waiting(&key, &PanelPosted::failed(problem));
    }
}

/// Emits `panel.lost` to the panel's plugin, if it wants to hear it: the name means something to no
/// other.
async fn report(shared: &Shared, guild: GuildId, plugin: &PluginName, name: &str) {
    let hears = shared.plugins.installed().iter().any(|manifest| {
        manifest.name == *plugin && manifest.subscribes.iter().any(|topic| topic == PANEL_LOST)
    });
    if !hears {
        return;
    }
    let queued = async {
        if !shared.store.guild_config(guild).await?.keeps_for(plugin) {
            return Ok(());
        }
        let event = Emitted {
            topic: PANEL_LOST.to_owned(),
            body: json!({ "panel": name }),
        };
        shared
            .store
            .emit_host_event(guild, &event, std::slice::from_ref(plugin))
            .await
    };
    if let Err(error) = queued.await {
        tracing::error!(%error, "a plugin could not be told that a panel is lost");
    }
}

async fn forget_row(shared: &Shared, guild: GuildId, plugin: &PluginName, name: &str) {
    if let Err(error) = shared.store.forget_panel(guild, plugin, name).await {
        tracing::error!(%error, "a panel could not be forgotten; a restart will look at it again");
    }
}
