//! Messages: sending, reading, editing, deleting ([Discord Docs/Message Resource]).

use serde_json::{Value, json};

use crate::check::draft::{Draft, Kept, UploadedFile, Way};
use crate::check::mention::{self, AllowedMentions};
use crate::error::{self, ApiError};
use crate::id::{ChannelId, GuildId, MessageId, UserId};
use crate::model::channel::Channel;
use crate::model::interaction::{Interaction, InteractionKind};
use crate::model::message::{Attachment, EPHEMERAL, IS_COMPONENTS_V2, LOADING, Message};
use crate::permission::Permissions;
use crate::rest::call::{Answer, Call, Reply};
use crate::rule::Rule;
use crate::world::{Audience, NonceUse, World};

/// Messages older than this have their own limit for edits (30046).
const OLD_MS: i64 = 60 * 60 * 1000;
/// "Maximum number of pinned messages reached (250)".
const PINS: usize = 250;
/// "none older than 2 weeks".
const TWO_WEEKS_MS: i64 = 14 * 24 * 60 * 60 * 1000;

/// `GET /channels/{channel.id}/messages`
pub(super) fn list(world: &mut World, call: &Call<'_>) -> Answer {
    let (channel, rights) = world.bot_channel(call.id(0)?)?;
    let limit = match call.query_number("limit") {
        None => 50,
        Some(limit @ 1..=100) => limit as usize,
        Some(_) => {
            return Err(ApiError::form(
                "limit",
                "NUMBER_TYPE_MAX",
                "int value should be between 1 and 100.",
            ));
        }
    };
    // Without the right to read the history, nothing is there.
    if channel.guild.is_some() && !rights.contains(Permissions::READ_MESSAGE_HISTORY) {
        return Reply::ok(json!([]));
    }
    let bound = |name: &str| call.query_number(name).map(MessageId);
    let ids = &channel.messages;
    let chosen: Vec<MessageId> = if let Some(after) = bound("after") {
        let mut next: Vec<MessageId> = ids
            .iter()
            .copied()
            .filter(|id| *id > after)
            .take(limit)
            .collect();
        next.reverse();
        next
    } else if let Some(around) = bound("around") {
        let at = ids.partition_point(|id| *id < around);
        let from = at.saturating_sub(limit / 2);
        ids.iter()
            .copied()
            .skip(from)
            .take(limit)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect()
    } else {
        let before = bound("before").unwrap_or(MessageId(u64::MAX));
        ids.iter()
            .rev()
            .copied()
            .filter(|id| *id < before)
            .take(limit)
            .collect()
    };
    let messages = chosen.iter().filter_map(|id| world.messages.get(id));
    Reply::ok(
        messages
            .map(|message| world.message_reply(message))
            .collect(),
    )
}

/// `GET /channels/{channel.id}/messages/{message.id}`
pub(super) fn get(world: &mut World, call: &Call<'_>) -> Answer {
    let (channel, rights) = world.bot_channel(call.id(0)?)?;
    if channel.guild.is_some() && !rights.contains(Permissions::READ_MESSAGE_HISTORY) {
        return Err(error::MISSING_PERMISSIONS);
    }
    let message = world.channel_message(channel.id, call.id(1)?)?;
    Reply::ok(world.message_reply(message))
}

/// `POST /channels/{channel.id}/messages`
pub(super) fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let id: ChannelId = call.id(0)?;
    let draft = Draft::read(call.body, "", call.files, Way::Channel, None)?;
    let (channel, rights) = world.bot_channel(id)?;
    may_send(world, channel, rights)?;
    if draft.is_empty() {
        return Err(error::EMPTY_MESSAGE);
    }
    if channel.guild.is_some() {
        let needs = [
            (
                Permissions::EMBED_LINKS,
                draft
                    .embeds
                    .as_ref()
                    .is_some_and(|embeds| !embeds.is_empty()),
            ),
            (
                Permissions::ATTACH_FILES,
                draft
                    .attachments
                    .as_ref()
                    .is_some_and(|files| !files.is_empty()),
            ),
            (Permissions::SEND_TTS_MESSAGES, draft.tts),
        ];
        if needs
            .iter()
            .any(|(right, needed)| *needed && !rights.contains(*right))
        {
            return Err(error::MISSING_PERMISSIONS);
        }
    }
    if let Some(guild) = channel.guild {
        pass_automod(world, guild, &draft)?;
    }
    if let Some((earlier, must_exist)) = draft.reference {
        // "Replies": needs READ_MESSAGE_HISTORY.
        if channel.guild.is_some()
            && !rights.contains(Permissions::READ_MESSAGE_HISTORY)
            && world.keeps(Rule::ReplyNeedsHistory)
        {
            return Err(error::REPLY_WITHOUT_HISTORY);
        }
        if must_exist && world.channel_message(id, earlier).is_err() {
            let message = "Unknown message";
            return Err(ApiError::form(
                "message_reference",
                "MESSAGE_REFERENCE_UNKNOWN_MESSAGE",
                message,
            ));
        }
    }
    if let Some(nonce) = draft.nonce.as_ref().filter(|_| draft.enforce_nonce)
        && let Some(earlier) = world.find_nonce(id, nonce)
    {
        return Reply::ok(world.message_reply(&earlier));
    }
    revive(world, id);
    let nonce = draft.nonce.clone();
    let bot = world.bot();
    let kind = if draft.reference.is_some() { 19 } else { 0 };
    let message = new_message(world, id, bot, draft, kind);
    let message = world.post(message);
    if let Some(nonce) = nonce {
        let at_ms = world.now();
        world.nonces.push_back(NonceUse {
            channel: id,
            nonce,
            message: message.id,
            at_ms,
        });
    }
    Reply::ok(world.message_reply(&message))
}

/// Whether the bot may post in a channel at all.
fn may_send(world: &World, channel: &Channel, rights: Permissions) -> Result<(), ApiError> {
    if !channel.kind.holds_messages() && world.keeps(Rule::ChannelTakesText) {
        return Err(error::NOT_A_TEXT_CHANNEL);
    }
    if let Some(recipient) = channel.recipient {
        return may_write_to(world, recipient);
    }
    let needed = if channel.kind.is_thread() {
        Permissions::SEND_MESSAGES_IN_THREADS
    } else {
        Permissions::SEND_MESSAGES
    };
    if !rights.contains(needed) {
        return Err(error::MISSING_PERMISSIONS);
    }
    let locked = channel.thread.as_ref().is_some_and(|thread| thread.locked);
    if locked
        && !rights.contains(Permissions::MANAGE_THREADS)
        && world.keeps(Rule::ThreadIsUnlocked)
    {
        return Err(error::THREAD_LOCKED);
    }
    Ok(())
}

/// Whether a user takes direct messages from the bot.
fn may_write_to(world: &World, recipient: UserId) -> Result<(), ApiError> {
    let user = world.users.get(&recipient);
    let refusal = if user.is_none_or(|user| user.dms_closed) && world.keeps(Rule::DmsAreOpen) {
        error::CANNOT_DM
    } else if !world.shares_guild(recipient) && world.keeps(Rule::DmNeedsGuild) {
        error::NO_SHARED_GUILD
    } else {
        return Ok(());
    };
    Err(match world.switches.closed_dm_is_403 {
        true => refusal,
        false => refusal.with_status(400),
    })
}

/// Refuses what a guild's AutoMod blocks, wherever in the message it stands.
pub(crate) fn pass_automod(world: &World, guild: GuildId, draft: &Draft) -> Result<(), ApiError> {
    let blocked = world.guilds.get(&guild).map(|guild| &guild.blocked_words);
    let is_blocked = |text: &str| {
        let text = text.to_lowercase();
        blocked.is_some_and(|words| words.iter().any(|word| text.contains(word.as_str())))
    };
    let embeds = draft.embeds.iter().flatten().map(Value::to_string);
    if !draft
        .content
        .iter()
        .cloned()
        .chain(embeds)
        .any(|text| is_blocked(&text))
        || !world.keeps(Rule::AutoMod)
    {
        return Ok(());
    }
    Err(match world.switches.automod_is_400 {
        true => error::BLOCKED_BY_AUTOMOD,
        false => error::BLOCKED_BY_AUTOMOD.with_status(403),
    })
}

/// "Sending a message will automatically unarchive the thread".
pub(crate) fn revive(world: &mut World, id: ChannelId) {
    let now = world.now();
    let Some(channel) = world.channels.get_mut(&id) else {
        return;
    };
    let Some(thread) = channel.thread.as_mut().filter(|thread| thread.archived) else {
        return;
    };
    thread.archived = false;
    thread.archive_changed_ms = now;
    let channel = channel.clone();
    world.tell_channel("THREAD_UPDATE", &channel);
}

/// A message from a draft, with its pings worked out.
pub(crate) fn new_message(
    world: &mut World,
    channel: ChannelId,
    author: UserId,
    mut draft: Draft,
    kind: u8,
) -> Message {
    let id = world.next_id();
    let mut attachments = draft.new_files();
    number_files(world, &mut attachments);
    let mut message = Message {
        id,
        channel,
        guild: world.guild_of(channel),
        author,
        content: draft.content.take().unwrap_or_default(),
        sent_ms: world.now(),
        edited_ms: None,
        tts: draft.tts,
        mention_everyone: false,
        mentions: Vec::new(),
        mention_roles: Vec::new(),
        attachments,
        embeds: draft.embeds.take().unwrap_or_default(),
        components: draft.components.take().unwrap_or_default(),
        pinned: false,
        kind,
        flags: draft.flags.unwrap_or(0) & !EPHEMERAL,
        nonce: draft.nonce.take(),
        reference: draft.reference.map(|(id, _)| id),
        thread: None,
        visible_to: None,
        interaction: None,
        interaction_metadata: None,
        webhook: None,
        reactions: Vec::new(),
    };
    ping(world, &mut message, &draft.mentions);
    message
}

fn number_files(world: &mut World, files: &mut [Attachment]) {
    for file in files {
        file.id = world.next_id();
    }
}

/// Works out whom a message pings.
fn ping(world: &World, message: &mut Message, rule: &AllowedMentions) {
    let Some(channel) = world.channels.get(&message.channel) else {
        return;
    };
    let everyone = world
        .permissions_in(message.author, channel)
        .contains(Permissions::MENTION_EVERYONE);
    let guild = message.guild.and_then(|guild| world.guilds.get(&guild));
    let mentionable = |role| {
        guild
            .and_then(|guild| guild.roles.get(&role))
            .is_some_and(|role| role.mentionable)
    };
    let mut found = mention::allowed(
        &message.content,
        rule,
        everyone && guild.is_some(),
        mentionable,
    );
    found.users.retain(|user| world.users.contains_key(user));
    found
        .roles
        .retain(|role| guild.is_some_and(|guild| guild.roles.contains_key(role)));
    let replied = message
        .reference
        .filter(|_| rule.replied_user)
        .and_then(|id| world.messages.get(&id));
    if let Some(author) = replied.map(|earlier| earlier.author)
        && !found.users.contains(&author)
    {
        found.users.push(author);
    }
    message.mentions = found.users;
    message.mention_roles = found.roles;
    message.mention_everyone = found.everyone;
}

/// Posts an interaction's message.
pub(super) fn answer(world: &mut World, interaction: &Interaction, draft: Draft) -> MessageId {
    answer_with(world, interaction, draft, 0)
}

/// Posts an interaction's message with more flags.
pub(super) fn answer_with(
    world: &mut World,
    interaction: &Interaction,
    draft: Draft,
    flags: u64,
) -> MessageId {
    let bot = world.bot();
    let ephemeral = draft.flags.unwrap_or(0) & EPHEMERAL;
    let kind = match (interaction.kind, interaction.command_kind) {
        (InteractionKind::Command, 1) => 20,
        (InteractionKind::Command, _) => 23,
        // An answer to a component is shown as a reply to its message.
        (InteractionKind::Component, _) => 19,
        _ => 0,
    };
    if ephemeral == 0 {
        revive(world, interaction.channel);
    }
    let mut message = new_message(world, interaction.channel, bot, draft, kind);
    message.flags |= flags | ephemeral;
    message.interaction = Some(interaction.id);
    message.interaction_metadata = Some(interaction.metadata.clone());
    if kind == 19 {
        message.reference = interaction.source;
    }
    if ephemeral != 0 {
        message.visible_to = Some(interaction.user);
    }
    world.post(message).id
}

/// Edits a message by an interaction's webhook or its answer 7. The ephemeral flag stays as it was.
pub(super) fn edit_by_interaction(
    world: &mut World,
    id: MessageId,
    body: &Value,
    path: &str,
    files: &[UploadedFile],
) -> Result<(), ApiError> {
    let flags = world.messages.get(&id).ok_or(error::UNKNOWN_MESSAGE)?.flags;
    let draft = Draft::read(body, path, files, Way::Interaction, Some(flags))?;
    let guild = world.messages.get(&id).and_then(|message| message.guild);
    if let Some(guild) = guild {
        pass_automod(world, guild, &draft)?;
    }
    apply_edit(world, id, draft)
}

/// `PATCH /channels/{channel.id}/messages/{message.id}`
pub(super) fn edit(world: &mut World, call: &Call<'_>) -> Answer {
    let (channel, rights) = world.bot_channel(call.id(0)?)?;
    let channel_id = channel.id;
    let archived = channel
        .thread
        .as_ref()
        .is_some_and(|thread| thread.archived);
    let message = world.channel_message(channel_id, call.id(1)?)?;
    let (id, flags, sent_ms) = (message.id, message.flags, message.sent_ms);
    if message.author != world.bot() && world.keeps(Rule::OwnMessage) {
        // Of other people's messages only SUPPRESS_EMBEDS can be changed, by MANAGE_MESSAGES.
        let only_flags = call
            .body
            .as_object()
            .is_some_and(|map| map.keys().all(|key| key == "flags"));
        if !(only_flags && rights.contains(Permissions::MANAGE_MESSAGES)) {
            return Err(error::NOT_THE_AUTHOR);
        }
    }
    if archived && world.keeps(Rule::ThreadIsOpen) {
        return Err(error::THREAD_ARCHIVED);
    }
    let draft = Draft::read(call.body, "", call.files, Way::Channel, Some(flags))?;
    if let Some(guild) = world.guild_of(channel_id) {
        pass_automod(world, guild, &draft)?;
    }
    let now = world.now();
    if now - sent_ms > OLD_MS && world.keeps(Rule::OldEditLimit) {
        world
            .limiter
            .admit_old_edit(channel_id.0, now)
            .map_err(|wait_ms| error::OLD_EDITS.after(wait_ms as f64 / 1000.0))?;
    }
    apply_edit(world, id, draft)?;
    let message = world.messages.get(&id).ok_or(error::UNKNOWN_MESSAGE)?;
    Reply::ok(world.message_reply(message))
}

fn apply_edit(world: &mut World, id: MessageId, mut draft: Draft) -> Result<(), ApiError> {
    let message = world
        .messages
        .get(&id)
        .cloned()
        .ok_or(error::UNKNOWN_MESSAGE)?;
    let mut edited = (*message).clone();
    let mentions_change = draft.content.is_some();
    if let Some(content) = draft.content.take() {
        edited.content = content;
    }
    if let Some(embeds) = draft.embeds.take() {
        edited.embeds = embeds;
    }
    if let Some(components) = draft.components.take() {
        edited.components = components;
    }
    if let Some(kept) = draft.attachments.take() {
        let mut files = Vec::with_capacity(kept.len());
        for entry in kept {
            match entry {
                Kept::New(mut file) => {
                    file.id = world.next_id();
                    files.push(file);
                }
                Kept::Old(old) => {
                    let known = message.attachments.iter().find(|file| file.id == old);
                    let missing = || {
                        ApiError::form(
                            "attachments",
                            "ATTACHMENT_NOT_FOUND",
                            "Attachment not found",
                        )
                    };
                    files.push(known.cloned().ok_or_else(missing)?);
                }
            }
        }
        edited.attachments = files;
    }
    if let Some(flags) = draft.flags {
        // Only SUPPRESS_EMBEDS and IS_COMPONENTS_V2 can be edited; the latter cannot be taken back.
        let suppress = 1 << 2;
        edited.flags = (edited.flags & !suppress) | (flags & (suppress | IS_COMPONENTS_V2));
    }
    let empty = edited.content.is_empty()
        && edited.embeds.is_empty()
        && edited.components.is_empty()
        && edited.attachments.is_empty();
    if empty {
        return Err(error::EMPTY_MESSAGE);
    }
    edited.flags &= !LOADING;
    if mentions_change {
        ping(world, &mut edited, &draft.mentions);
    }
    edited.edited_ms = Some(world.now());
    world.change_message(id, |message| *message = edited);
    Ok(())
}

/// `DELETE /channels/{channel.id}/messages/{message.id}`
pub(super) fn delete(world: &mut World, call: &Call<'_>) -> Answer {
    let (channel, rights) = world.bot_channel(call.id(0)?)?;
    let (channel_id, guild) = (channel.id, channel.guild);
    let message = world.channel_message(channel_id, call.id(1)?)?;
    let (id, author) = (message.id, message.author);
    if author != world.bot() {
        if guild.is_none() {
            return Err(error::NOT_ON_A_DM);
        }
        if !rights.contains(Permissions::MANAGE_MESSAGES) {
            return Err(error::MISSING_PERMISSIONS);
        }
    }
    world.remove_message(id, true);
    if let Some(guild) = guild.filter(|_| author != world.bot()) {
        world.note_audit(guild, "MESSAGE_DELETE", author.0, call.reason());
    }
    Reply::nothing()
}

/// `POST /channels/{channel.id}/messages/bulk-delete`
pub(super) fn bulk_delete(world: &mut World, call: &Call<'_>) -> Answer {
    let errors = error::FormErrors::default();
    let form = crate::form::Form::new(call.body, "", &errors);
    form.require("messages");
    let ids: Vec<MessageId> = form.ids("messages", 100).unwrap_or_default();
    if ids.len() < 2 {
        form.fault(
            "messages",
            "BASE_TYPE_BAD_LENGTH",
            "Must be between 2 and 100 in length.",
        );
    }
    errors.finish()?;
    let (channel, rights) = world.bot_channel(call.id(0)?)?;
    let (channel_id, guild) = (channel.id, channel.guild.ok_or(error::NOT_ON_A_DM)?);
    if !rights.contains(Permissions::MANAGE_MESSAGES) {
        return Err(error::MISSING_PERMISSIONS);
    }
    let oldest = world.now() - TWO_WEEKS_MS;
    if ids.iter().any(|id| id.created_ms() < oldest) {
        return Err(error::TOO_OLD_TO_BULK_DELETE);
    }
    let known: Vec<MessageId> = ids
        .into_iter()
        .filter(|id| world.channel_message(channel_id, *id).is_ok())
        .collect();
    for id in &known {
        world.remove_message(*id, false);
    }
    let body = json!({ "ids": known, "channel_id": channel_id, "guild_id": guild });
    world.dispatch(
        "MESSAGE_DELETE_BULK",
        Audience::messages(Some(guild)),
        &body,
    );
    world.note_audit(guild, "MESSAGE_BULK_DELETE", channel_id.0, call.reason());
    Reply::nothing()
}

/// `PUT /channels/{channel.id}/messages/pins/{message.id}`
pub(super) fn pin(world: &mut World, call: &Call<'_>) -> Answer {
    set_pinned(world, call, true)
}

/// `DELETE /channels/{channel.id}/messages/pins/{message.id}`
pub(super) fn unpin(world: &mut World, call: &Call<'_>) -> Answer {
    set_pinned(world, call, false)
}

fn set_pinned(world: &mut World, call: &Call<'_>, pinned: bool) -> Answer {
    let (channel, rights) = world.bot_channel(call.id(0)?)?;
    if channel.guild.is_some() && !rights.contains(Permissions::PIN_MESSAGES) {
        return Err(error::MISSING_PERMISSIONS);
    }
    let id = world.channel_message(channel.id, call.id(1)?)?.id;
    let already = channel
        .messages
        .iter()
        .filter_map(|id| world.messages.get(id))
        .filter(|message| message.pinned);
    if pinned && already.count() >= PINS && world.keeps(Rule::PinLimit) {
        return Err(error::TOO_MANY_PINS);
    }
    let guild = channel.guild;
    world.change_message(id, |message| message.pinned = pinned);
    if let Some(guild) = guild {
        let action = if pinned {
            "MESSAGE_PIN"
        } else {
            "MESSAGE_UNPIN"
        };
        world.note_audit(guild, action, id.0, call.reason());
    }
    Reply::nothing()
}

/// `GET /channels/{channel.id}/messages/pins`
pub(super) fn pins(world: &mut World, call: &Call<'_>) -> Answer {
    let (channel, _) = world.bot_channel(call.id(0)?)?;
    let messages = channel
        .messages
        .iter()
        .rev()
        .filter_map(|id| world.messages.get(id));
    let items: Vec<Value> = messages
        .filter(|message| message.pinned)
        .map(|message| {
            let at = crate::clock::iso8601(message.edited_ms.unwrap_or(message.sent_ms));
            json!({ "pinned_at": at, "message": world.message_reply(message) })
        })
        .collect();
    Reply::ok(json!({ "items": items, "has_more": false }))
}
