//! The outbox: what committed calls asked Discord for, carried out in order per target and once.
//!
//! Every target (a channel, a thread, a member, a role) has a queue of its own ([`lane`]); what waits in
//! one holds up no other. An effect that uses a name waits for the one that makes it ([`name`]). What may
//! pass by itself is tried again with growing pauses, what will not is reported: to whoever waits for
//! the answer, and once to the guild's owner if they can mend it. A crash loses nothing and repeats
//! nothing: what is through is marked, and messages carry a nonce.
//!
//! One task owns the queues ([`worker`], [`settle`]); items are carried out beside it ([`carry`]).

mod adoption;
mod carry;
mod file;
mod lane;
mod member;
mod name;
mod notice;
mod row;
mod settle;
mod target;
mod trouble;
mod worker;

use std::collections::HashMap;
use std::sync::Arc;

use muster_core::effect::EffectResult;
use muster_core::ports::{Directory, Lookups};
use muster_core::{GuildId, PluginName};
use muster_store::{After, OutboxRow, Store};
use parking_lot::Mutex;
use tokio::sync::{mpsc, watch};

use crate::panels::PanelKeeper;
use crate::rest::Rest;
use carry::Context;
use worker::Worker;

pub(crate) use notice::Notices;
pub use notice::OwnerNotice;

/// All that an answer waited for is through, or its time is over.
#[derive(Debug, Clone, PartialEq)]
pub struct OutcomeReady {
    /// The guild.
    pub guild: GuildId,
    /// Whose answer it is.
    pub plugin: PluginName,
    /// The outbox row that held the effects.
    pub outbox: i64,
    /// The answer that waits.
    pub after: After,
    /// How the effects ended, by their tags.
    pub results: Vec<EffectResult>,
}

/// Ends an [`Outbox`] that runs.
#[derive(Debug, Clone)]
pub struct OutboxStop(watch::Sender<bool>);

impl OutboxStop {
    /// Lets what is under way end, and begins nothing more: the rest waits in the database.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

/// Carries out effects.
pub struct Outbox {
    context: Arc<Context>,
    outcomes: mpsc::UnboundedSender<OutcomeReady>,
    stop: watch::Sender<bool>,
}

impl Outbox {
    /// An outbox that tells `outcomes` when an answer can be given, and `owner_notices` what owners have
    /// to mend.
    pub fn new(
        rest: Rest,
        store: Store,
        directory: Arc<dyn Directory>,
        lookups: Arc<dyn Lookups>,
        panels: PanelKeeper,
        outcomes: mpsc::UnboundedSender<OutcomeReady>,
        owner_notices: mpsc::UnboundedSender<OwnerNotice>,
    ) -> Self {
        let notices = Notices::new(owner_notices, store.clock().clone());
        let context = Context {
            rest,
            store,
            directory,
            lookups,
            panels,
            notices,
            files: file::Files::default(),
            dms: Mutex::new(HashMap::new()),
        };
        Self {
            context: Arc::new(context),
            outcomes,
            stop: watch::Sender::new(false),
        }
    }

    /// The means to end it.
    pub fn stopper(&self) -> OutboxStop {
        OutboxStop(self.stop.clone())
    }

    /// Carries out what an earlier process left, then what comes in. Ends when it is stopped, once what
    /// is under way is through; dropping it ends it at once, and nothing is lost or repeated by that.
    pub async fn run(self, feed: mpsc::UnboundedReceiver<OutboxRow>) {
        Worker::new(self.context, self.outcomes)
            .run(feed, self.stop.subscribe())
            .await;
    }
}
