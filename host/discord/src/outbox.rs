//! The outbox: what committed calls asked Discord for, carried out in order per target, once.
mod notice;

use std::sync::Arc;

use muster_core::effect::EffectResult;
use muster_core::ports::{Directory, Lookups};
use muster_core::{GuildId, PluginName};
use muster_store::{After, OutboxRow, Store};
use tokio::sync::mpsc;

use crate::panels::PanelKeeper;
use crate::rest::Rest;

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

/// Carries out effects.
pub struct Outbox {}

impl Outbox {
    /// An outbox that reports to these.
    pub fn new(
        _rest: Rest,
        _store: Store,
        _directory: Arc<dyn Directory>,
        _lookups: Arc<dyn Lookups>,
        _panels: PanelKeeper,
        _outcomes: mpsc::UnboundedSender<OutcomeReady>,
        _owner_notices: mpsc::UnboundedSender<OwnerNotice>,
    ) -> Self {
        Self {}
    }

    /// Carries out what comes in.
    pub async fn run(self, _feed: mpsc::UnboundedReceiver<OutboxRow>) {}
}
