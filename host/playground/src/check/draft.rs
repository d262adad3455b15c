//! A message as a bot sends or edits it, read and checked ([Discord Docs/Message Resource, "Create
//! Message"]).

use bytes::Bytes;
use serde_json::Value;

use crate::check::mention::{self, AllowedMentions};
use crate::check::{component, embed};
use crate::error::{self, ApiError, FormErrors};
use crate::form::{Form, snowflake};
use crate::id::{AttachmentId, MessageId};
use crate::model::message::{Attachment, EPHEMERAL, IS_COMPONENTS_V2};

/// 10 MiB per file ([Discord Docs/API Reference, "Uploading Files"]).
const FILE_BYTES: usize = 10 * 1024 * 1024;
/// SUPPRESS_EMBEDS, EPHEMERAL, SUPPRESS_NOTIFICATIONS, IS_COMPONENTS_V2: what a bot may set.
const SETTABLE_FLAGS: u64 = 1 << 2 | EPHEMERAL | 1 << 12 | IS_COMPONENTS_V2;

/// A file of a multipart request, `files[index]`.
#[derive(Clone, Debug)]
pub(crate) struct UploadedFile {
    pub index: u64,
    pub name: String,
    pub content_type: Option<String>,
    pub data: Bytes,
}

/// Where a message is sent by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// The channel routes.
    Channel,
    /// An interaction's answer or followup.
    Interaction,
}

/// What a body says; absent and null differ where an edit needs it.
#[derive(Debug)]
pub(crate) struct Draft {
    pub content: Option<String>,
    pub embeds: Option<Vec<Value>>,
    pub components: Option<Vec<Value>>,
    /// Files to add, and which earlier ones stay.
    pub attachments: Option<Vec<Kept>>,
    pub flags: Option<u64>,
    pub tts: bool,
    pub nonce: Option<Value>,
    pub enforce_nonce: bool,
    pub reference: Option<(MessageId, bool)>,
    pub mentions: AllowedMentions,
}

/// An entry of `attachments`.
#[derive(Debug)]
pub(crate) enum Kept {
    /// A file that is on the message already.
    Old(AttachmentId),
    /// A file of this request.
    New(Attachment),
}

impl Draft {
    /// Reads a body. `edited_flags` are the flags of the message that is edited.
    pub(crate) fn read(
        body: &Value,
        path: &str,
        files: &[UploadedFile],
        way: Way,
        edited_flags: Option<u64>,
    ) -> Result<Self, ApiError> {
        if files.iter().any(|file| file.data.len() > FILE_BYTES) {
            return Err(error::REQUEST_TOO_LARGE);
        }
        let errors = FormErrors::default();
        let form = Form::new(body, path, &errors);
        let flags = form
            .int("flags", 0..=i64::from(i32::MAX))
            .map(|flags| flags as u64 & SETTABLE_FLAGS);
        let v2 = (flags.unwrap_or(0) | edited_flags.unwrap_or(0)) & IS_COMPONENTS_V2 != 0;
        let content = form.has("content").then(|| {
            form.text("content", 0..=2000)
                .unwrap_or_default()
                .trim()
                .to_owned()
        });
        let embeds = form.has("embeds").then(|| embed::read(&form, "embeds"));
        let components = form
            .has("components")
            .then(|| component::read(&form, "components", v2));
        let attachments = read_attachments(&form, files);
        let default = match way {
            Way::Channel => AllowedMentions::all(),
            Way::Interaction => AllowedMentions::users_only(),
        };
        let mentions = mention::rule(&form, default);
        let nonce = form.get("nonce").cloned();
        match &nonce {
            Some(Value::String(_)) => {
                form.text("nonce", 0..=25);
            }
            Some(Value::Number(_)) | None => {}
            Some(_) => form.fault(
                "nonce",
                "STRING_TYPE_CONVERT",
                "Could not interpret value as string.",
            ),
        }
        if v2 {
            for (key, used) in [
                (
                    "content",
                    content.as_ref().is_some_and(|content| !content.is_empty()),
                ),
                (
                    "embeds",
                    embeds.as_ref().is_some_and(|embeds| !embeds.is_empty()),
                ),
                ("poll", form.get("poll").is_some()),
                ("sticker_ids", form.get("sticker_ids").is_some()),
            ] {
                if used {
                    form.fault(key, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", format!("The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"));
                }
            }
        }
        let reference = form.object("message_reference").and_then(|reference| {
            let id = reference.id("message_id");
            let must_exist = reference.bool("fail_if_not_exists").unwrap_or(true);
            id.map(|id| (id, must_exist))
        });
        let (tts, enforce_nonce) = (
            form.bool("tts").unwrap_or(false),
            form.bool("enforce_nonce").unwrap_or(false),
        );
        errors.finish()?;
        Ok(Self {
            content,
            embeds,
            components,
            attachments,
            flags,
            tts,
            nonce,
            enforce_nonce,
            reference,
            mentions,
        })
    }

    /// Whether a new message of it would show nothing (50006).
    pub(crate) fn is_empty(&self) -> bool {
        let none = |list: &Option<Vec<Value>>| list.as_ref().is_none_or(Vec::is_empty);
        self.content.as_ref().is_none_or(String::is_empty)
            && none(&self.embeds)
            && none(&self.components)
            && self.attachments.as_ref().is_none_or(Vec::is_empty)
    }

    /// The files of a new message.
    pub(crate) fn new_files(&mut self) -> Vec<Attachment> {
        let new = |kept| match kept {
            Kept::New(file) => Some(file),
            Kept::Old(_) => None,
        };
        self.attachments
            .take()
            .unwrap_or_default()
            .into_iter()
            .filter_map(new)
            .collect()
    }
}

/// `attachments` names the files of the request by their index and, in an edit, those that stay by
/// their id. Files that it does not name are added all the same.
fn read_attachments(form: &Form<'_>, files: &[UploadedFile]) -> Option<Vec<Kept>> {
    if !form.has("attachments") && files.is_empty() {
        return None;
    }
    let new = |file: &UploadedFile, name: Option<&str>, description: Option<&str>| {
        Kept::New(Attachment {
            id: AttachmentId(0),
            filename: name.unwrap_or(&file.name).to_owned(),
            description: description.map(str::to_owned),
            content_type: file.content_type.clone(),
            data: file.data.clone(),
        })
    };
    let mut kept = Vec::new();
    let mut named = Vec::new();
    for (path, entry) in form.list("attachments", 0..=10) {
        let entry_form = Form::new(entry, path, form.errors());
        entry_form.require("id");
        let description = entry_form.text("description", 0..=1024);
        let name = entry_form.text("filename", 0..=1024);
        let Some(id) = snowflake(&entry["id"]) else {
            continue;
        };
        match files.iter().find(|file| file.index == id) {
            Some(file) => {
                named.push(id);
                kept.push(new(file, name, description));
            }
            None if id > 1000 => kept.push(Kept::Old(AttachmentId(id))),
            None => entry_form.fault("id", "ATTACHMENT_NOT_FOUND", "Attachment data missing"),
        }
    }
    kept.extend(
        files
            .iter()
            .filter(|file| !named.contains(&file.index))
            .map(|file| new(file, None, None)),
    );
    if kept.len() > 10 {
        form.fault(
            "attachments",
            "BASE_TYPE_MAX_LENGTH",
            "Must be 10 or fewer in length.",
        );
    }
    Some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(body: &Value) -> Result<Draft, ApiError> {
        Draft::read(body, "", &[], Way::Channel, None)
    }

    #[test]
    fn content_is_trimmed_and_ends_at_2000() {
        assert_eq!(
            read(&json!({ "content": " x " }))
                .expect("fine")
                .content
                .as_deref(),
            Some("x")
        );
        assert!(read(&json!({ "content": "x".repeat(2000) })).is_ok());
        assert_eq!(
            read(&json!({ "content": "x".repeat(2001) }))
                .expect_err("too long")
                .code,
            50035
        );
    }

    #[test]
    fn white_space_alone_is_an_empty_message() {
        assert!(
            read(&json!({ "content": "  \n" }))
                .expect("fine")
                .is_empty()
        );
        assert!(
            !read(&json!({ "embeds": [{ "title": "t" }] }))
                .expect("fine")
                .is_empty()
        );
    }

    #[test]
    fn a_nonce_has_25_characters() {
        assert!(read(&json!({ "content": "x", "nonce": "n".repeat(25) })).is_ok());
        assert!(read(&json!({ "content": "x", "nonce": "n".repeat(26) })).is_err());
    }

    #[test]
    fn files_without_an_entry_are_attached_and_entries_without_a_file_are_refused() {
        let file = UploadedFile {
            index: 0,
            name: "a.txt".into(),
            content_type: None,
            data: Bytes::from_static(b"a"),
        };
        let draft = Draft::read(
            &json!({}),
            "",
            std::slice::from_ref(&file),
            Way::Channel,
            None,
        )
        .expect("fine");
        assert_eq!(draft.attachments.map(|kept| kept.len()), Some(1));
        assert!(read(&json!({ "content": "x", "attachments": [{ "id": 0 }] })).is_err());
    }

    #[test]
    fn a_file_over_ten_mebibytes_is_too_large() {
        let data = Bytes::from(vec![0; FILE_BYTES + 1]);
        let file = UploadedFile {
            index: 0,
            name: "a".into(),
            content_type: None,
            data,
        };
        let error =
            Draft::read(&json!({}), "", &[file], Way::Channel, None).expect_err("too large");
        assert_eq!(error.code, 40005);
    }

    #[test]
    fn a_layout_message_has_no_content() {
        let body = json!({ "flags": IS_COMPONENTS_V2, "content": "x", "components": [{ "type": 10, "content": "y" }] });
        assert!(read(&body).is_err());
    }
}
