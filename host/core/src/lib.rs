//! What Muster means by a guild, a member, an interaction, an effect: plain data and pure rules.
//!
//! Nothing here does I/O. The traits in [`ports`] are how the crates below call upwards; `app` ties
//! them together. [`clock`] is the one module that knows an async runtime, because it can wait.

pub mod address;
pub mod adoption;
pub mod answer;
pub mod call;
pub mod clock;
pub mod custom_id;
pub mod effect;
pub mod guild;
pub mod guild_config;
pub mod host_settings;
pub mod ids;
pub mod interaction;
pub mod manifest;
pub mod message;
pub mod permissions;
pub mod ports;
pub mod rate;
pub mod roles;
pub mod router;
pub mod targeting;
pub mod topics;

pub use address::Address;
pub use answer::Answer;
pub use clock::{Clock, Timestamp};
pub use ids::{ApplicationId, ChannelId, GuildId, InteractionId, MessageId, RoleId, UserId};
pub use manifest::{Manifest, PluginName};
pub use permissions::Permissions;
pub use roles::{RoleKey, Standing};
