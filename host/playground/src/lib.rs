//! An offline Discord: a bot logs in, people use it, and nothing leaves the machine.
//!
//! A [`Playground`] serves Discord's REST API and gateway on one loopback port, written from
//! Discord's documentation and strict where Discord is: limits, permissions, hierarchy, deadlines,
//! rate limits. Its clock can be moved, so that nothing has to be waited for, and everything that
//! goes wrong on the real thing can be made to go wrong here ([`FaultControl`]). Each rule has a name
//! and can be switched off ([`Rule`]); what the documentation leaves open is a choice ([`Switches`]).
//! The whole state is one JSON file if you like ([`Playground::save`], [`Playground::load`]).
//!
//! ```no_run
//! # async fn story() -> Result<(), Box<dyn std::error::Error>> {
//! use std::time::Duration;
//!
//! use muster_playground::{Config, GuildSpec, Playground};
//! use serde_json::json;
//!
//! let playground = Playground::start(Config::default()).await?;
//! let guild = playground.add_guild(&GuildSpec::named("Garden Club"))?;
//!
//! // Start the bot against `playground.base_url()` with `playground.token()`, and then:
//! playground.wait_for_session().await?;
//! playground.wait_for_command("plan").await?;
//!
//! let (ann, ben) = (guild.member("Ann"), guild.member("Ben"));
//! let answered = ann.uses("/plan new title:Garden day", json!({ "seats": 30 }))?.answer().await?;
//! let panel = answered.answer.message().expect("the bot posts a panel").clone();
//! println!("{}", panel.draw());
//!
//! let told = ben.presses(&panel, "Join")?.answer().await?;
//! assert_eq!(told.answer.text(), "You are in.");
//! assert!(told.after < Duration::from_millis(200));
//! panel.wait_until(|message| message.field("Helpers").is_some()).await?;
//!
//! // A token lives 15 minutes; nobody has to wait for them.
//! playground.clock().advance(Duration::from_secs(15 * 60));
//! # Ok(())
//! # }
//! ```
//!
//! Inside: all state is one `world` behind one lock; a request, a gateway frame or an act of a
//! [`Persona`] is one short step in it, without an await. `rest` and `gateway` are the edges,
//! `check` holds Discord's limits, `permission` its rules of who may do what.

mod act;
mod bound;
mod check;
mod clock;
mod config;
mod control;
mod draw;
mod error;
mod fault;
mod faults;
mod form;
mod gateway;
mod guild;
mod id;
mod inspect;
mod log;
mod message;
mod model;
mod oauth;
mod permission;
mod persona;
mod playground;
mod rate_limit;
mod rest;
mod rule;
mod save;
mod server;
mod spec;
mod topic;
mod world;

pub use act::{Acknowledged, Act, Answer, Answered, Choice, Failed, ModalHandle};
pub use clock::Clock;
pub use config::{ApplicationConfig, Config, GatewayConfig, Switches};
pub use control::{Looked, Records, Table, TableName, TryThis};
pub use fault::{LimitScope, RestFault};
pub use faults::{FaultControl, FaultId};
pub use guild::GuildHandle;
pub use id::{
    ApplicationId, AttachmentId, ChannelId, CommandId, GuildId, InteractionId, MessageId, RoleId,
    UserId, WebhookId,
};
pub use inspect::{Dispatch, Exchange, Inspect, Start, TRANSCRIPTS};
pub use log::{Counters, Direction, FrameEntry, RequestEntry};
pub use message::MessageHandle;
pub use model::channel::{Channel, ChannelKind, ThreadState};
pub use model::command::Command;
pub use model::guild::{Member, Role, User};
pub use model::interaction::{ANSWER_WITHIN, Ack, InteractionKind, TOKEN_LIVES};
pub use model::message::{Attachment, EPHEMERAL, IS_COMPONENTS_V2, LOADING, Message};
pub use model::webhook::Webhook;
pub use oauth::{Unfit, Wish};
pub use permission::{Overwrite, OverwriteTarget, Permissions, Rank};
pub use persona::{Persona, Refused};
pub use playground::{Playground, TimedOut};
pub use rate_limit::{Limit, RateLimits, RateRule};
pub use rule::{Chapter, Lenient, Rule};
pub use save::SaveError;
pub use server::StartError;
pub use spec::{BotSpec, ChannelSpec, GuildSpec, MemberSpec, OverwriteSpec, RoleSpec, SpecError};
pub use world::AuditEntry;
