//! What an effect brings into being: messages, threads, roles.

use std::fmt::Display;

use serde::Serialize;

use super::Queued;
use crate::ctx::{Ctx, json};
use crate::message::Message;
use crate::{Mark, Place};

/// A message to be sent.
///
/// ```
/// # use muster_sdk::{Ctx, Handled, NewMessage, Place, message::Message};
/// # fn handle(ctx: &mut Ctx) -> Handled {
/// ctx.send_message(
///     NewMessage::to(Place::key("raid_log"), Message::text("Run 42 ended"))
///         .named("log/42")
///         .file("roster.txt", "Ann\nBen\n"),
/// )?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct NewMessage {
    to: Place,
    message: Message,
    name: String,
    mark: Mark,
    files: Vec<File>,
}

#[derive(Clone, Debug, Serialize)]
struct File {
    name: String,
    #[serde(flatten)]
    content: Content,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Content {
    Text(String),
    Received(String),
}

#[derive(Serialize)]
struct Files<'a> {
    files: &'a [File],
}

impl NewMessage {
    /// This message, to this place.
    pub fn to(to: impl Into<Place>, message: impl Into<Message>) -> Self {
        Self {
            to: to.into(),
            message: message.into(),
            name: String::new(),
            mark: Mark::default(),
            files: Vec::new(),
        }
    }

    /// A name by which the plugin finds the message again: [`Place::named`].
    #[must_use]
    pub fn named(mut self, name: impl Display) -> Self {
        self.name = name.to_string();
        self
    }

    /// How [`Ctx::reply_after`] and the outcome call it.
    #[must_use]
    pub fn tag(mut self, tag: &str) -> Self {
        self.mark = Mark::tag(tag);
        self
    }

    /// Adds a file with this text in it.
    #[must_use]
    pub fn file(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.files.push(File {
            name: name.into(),
            content: Content::Text(text.into()),
        });
        self
    }

    /// Adds a file that this interaction received, by the id of its [`Attachment`](crate::Attachment).
    #[must_use]
    pub fn received(mut self, name: impl Into<String>, attachment_id: impl Into<String>) -> Self {
        self.files.push(File {
            name: name.into(),
            content: Content::Received(attachment_id.into()),
        });
        self
    }
}

/// A thread to be opened.
#[derive(Clone, Debug)]
pub struct NewThread {
    on: Place,
    title: String,
    name: String,
    archive_minutes: u16,
    mark: Mark,
}

impl NewThread {
    /// A thread on a message ([`Place::panel`], [`Place::named`]) or in a channel; `name` is how the plugin
    /// finds it again.
    pub fn on(on: Place, title: impl Into<String>, name: impl Display) -> Self {
        Self {
            on,
            title: title.into(),
            name: name.to_string(),
            archive_minutes: 1440,
            mark: Mark::default(),
        }
    }

    /// After how many quiet minutes Discord archives it: 60, 1440 (the default), 4320 or 10080.
    #[must_use]
    pub fn archive_minutes(mut self, minutes: u16) -> Self {
        self.archive_minutes = minutes;
        self
    }

    /// Tag and reason.
    #[must_use]
    pub fn mark(mut self, mark: impl Into<Mark>) -> Self {
        self.mark = mark.into();
        self
    }
}

/// A role to be created: at the lowest place, without permissions.
#[derive(Clone, Debug)]
pub struct NewRole {
    name: String,
    title: String,
    color: u32,
    mentionable: bool,
    mark: Mark,
}

impl NewRole {
    /// A role with a title; `name` is how the plugin finds it again.
    pub fn new(name: impl Display, title: impl Into<String>) -> Self {
        Self {
            name: name.to_string(),
            title: title.into(),
            color: 0,
            mentionable: false,
            mark: Mark::default(),
        }
    }

    /// Its colour as 24-bit RGB.
    #[must_use]
    pub fn color(mut self, rgb: u32) -> Self {
        self.color = rgb;
        self
    }

    /// Lets everybody mention it.
    #[must_use]
    pub fn mentionable(mut self) -> Self {
        self.mentionable = true;
        self
    }

    /// Tag and reason.
    #[must_use]
    pub fn mark(mut self, mark: impl Into<Mark>) -> Self {
        self.mark = mark.into();
        self
    }
}

impl Ctx<'_> {
    /// Sends a message.
    pub fn send_message(&mut self, new: NewMessage) -> Queued {
        let options = if new.files.is_empty() {
            String::new()
        } else {
            json(&Files { files: &new.files })
        };
        self.host.send_message(
            new.to.as_str(),
            &json(&new.message),
            &new.name,
            new.mark.as_tag(),
            &options,
        )
    }

    /// Opens a thread.
    pub fn thread_create(&mut self, thread: NewThread) -> Queued {
        self.host.thread_create(
            thread.on.as_str(),
            &thread.title,
            thread.archive_minutes,
            &thread.name,
            thread.mark.as_tag(),
            &thread.mark.options(),
        )
    }

    /// Creates a role, which this plugin may then give, take and delete.
    pub fn role_create(&mut self, role: NewRole) -> Queued {
        self.host.role_create(
            &role.name,
            &role.title,
            role.color,
            role.mentionable,
            role.mark.as_tag(),
            &role.mark.options(),
        )
    }
}
