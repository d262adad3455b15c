//! Muster's side of Discord: what the gateway says becomes [`muster_core::interaction::Event`], what
//! plugins and panels want becomes requests.

pub mod rest;

pub use rest::{ApiBase, BotToken, Priority, Rest, RestError, RestErrorKind};
