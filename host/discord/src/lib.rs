//! Muster's side of Discord: what the gateway says becomes [`muster_core::interaction::Event`], what
//! plugins and panels want becomes requests.

pub mod commands;
pub mod gateway;
mod host_events;
pub mod identity;
pub mod interactions;
pub mod lookups;
pub mod outbox;
pub mod panels;
pub mod registrar;
pub mod rest;
pub mod service;

pub use gateway::{
    Gateway, GatewayConfig, GatewayError, GatewayStatus, GuildDirectory, IdentifyBudget, Incoming,
};
pub use lookups::RestLookups;
pub use registrar::Registrar;
pub use rest::{ApiBase, BotToken, Priority, Rest, RestError, RestErrorKind};
