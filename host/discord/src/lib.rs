//! Muster's side of Discord: what the gateway says becomes [`muster_core::interaction::Event`], what
//! plugins and panels want becomes requests.

pub mod gateway;
pub mod rest;

pub use gateway::{Gateway, GatewayConfig, GatewayError, GuildDirectory, IdentifyBudget, Incoming};
pub use rest::{ApiBase, BotToken, Priority, Rest, RestError, RestErrorKind};
