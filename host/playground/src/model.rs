//! What the playground's world is made of, each with its shape in Discord's JSON.

pub(crate) mod channel;
pub(crate) mod command;
pub(crate) mod guild;
pub(crate) mod interaction;
pub(crate) mod message;
pub(crate) mod webhook;
