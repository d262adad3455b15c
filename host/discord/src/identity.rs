//! Who the bot is: known from the first READY on, and never another.

use std::sync::{Arc, OnceLock};

use muster_core::ids::{ApplicationId, UserId};

/// The bot's application and user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// Its application.
    pub application: ApplicationId,
    /// Its user.
    pub bot: UserId,
}

/// Empty until the first READY.
pub type SharedIdentity = Arc<OnceLock<Identity>>;
