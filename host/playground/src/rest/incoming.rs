//! Webhooks of channels: made, listed, changed, and posted through ([Discord Docs/Webhook Resource]).

use rand::distr::{Alphanumeric, SampleString};
use serde_json::{Value, json};

use crate::check::draft::{Draft, Way};
use crate::error::{self, ApiError, FormErrors};
use crate::form::Form;
use crate::id::{ChannelId, GuildId, MessageId, UserId, WebhookId};
use crate::model::channel::ChannelKind;
use crate::model::message::Message;
use crate::model::webhook::Webhook;
use crate::permission::Permissions;
use crate::rest::call::{Answer, Call, Reply};
use crate::rest::messages;
use crate::rule::Rule;
use crate::world::{Audience, World, intent};

/// "Maximum number of webhooks reached (15)".
const PER_CHANNEL: usize = 15;

/// `POST /channels/{channel.id}/webhooks`
pub(super) fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let name = read_name(call, true)?.unwrap_or_default();
    let channel = managed_channel(world, call.id(0)?)?;
    let guild = world.guild_of(channel).ok_or(error::NOT_ON_A_DM)?;
    let here = world
        .webhooks
        .values()
        .filter(|hook| hook.channel == channel);
    if here.count() >= PER_CHANNEL && world.keeps(Rule::WebhookLimit) {
        return Err(error::TOO_MANY_WEBHOOKS);
    }
    let webhook = Webhook {
        id: world.next_id(),
        channel,
        guild,
        name,
        token: Alphanumeric.sample_string(&mut rand::rng(), 68),
        made_by: world.bot(),
    };
    world.webhooks.insert(webhook.id, webhook.clone());
    world.note_audit(guild, "WEBHOOK_CREATE", webhook.id.0, call.reason());
    tell(world, guild, channel);
    Reply::ok(shown(world, &webhook))
}

/// `GET /channels/{channel.id}/webhooks`
pub(super) fn of_channel(world: &mut World, call: &Call<'_>) -> Answer {
    let channel = managed_channel(world, call.id(0)?)?;
    list(world, |hook| hook.channel == channel)
}

/// `GET /guilds/{guild.id}/webhooks`
pub(super) fn of_guild(world: &mut World, call: &Call<'_>) -> Answer {
    let id: GuildId = call.id(0)?;
    let guild = world.bot_guild(id)?;
    world.bot_needs(guild, Permissions::MANAGE_WEBHOOKS)?;
    list(world, |hook| hook.guild == id)
}

/// `GET /webhooks/{webhook.id}`
pub(super) fn get(world: &mut World, call: &Call<'_>) -> Answer {
    let webhook = managed(world, call)?;
    Reply::ok(shown(world, &webhook))
}

/// `GET /webhooks/{webhook.id}/{webhook.token}`
pub(super) fn get_by_token(world: &mut World, call: &Call<'_>) -> Answer {
    let webhook = by_token(world, call)?;
    Reply::ok(webhook.to_json(world.config.application.id, None))
}

/// `PATCH /webhooks/{webhook.id}`
pub(super) fn edit(world: &mut World, call: &Call<'_>) -> Answer {
    let name = read_name(call, false)?;
    let mut webhook = managed(world, call)?;
    let errors = FormErrors::default();
    let target: Option<ChannelId> = Form::new(call.body, "", &errors).id("channel_id");
    errors.finish()?;
    if let Some(target) = target {
        webhook.channel = managed_channel(world, target)?;
    }
    change(world, webhook, name, call)
}

/// `PATCH /webhooks/{webhook.id}/{webhook.token}`
pub(super) fn edit_by_token(world: &mut World, call: &Call<'_>) -> Answer {
    let name = read_name(call, false)?;
    let webhook = by_token(world, call)?;
    change(world, webhook, name, call)
}

fn change(
    world: &mut World,
    mut webhook: Webhook,
    name: Option<String>,
    call: &Call<'_>,
) -> Answer {
    webhook.name = name.unwrap_or(webhook.name);
    world.webhooks.insert(webhook.id, webhook.clone());
    let (guild, channel) = (webhook.guild, webhook.channel);
    world.note_audit(guild, "WEBHOOK_UPDATE", webhook.id.0, call.reason());
    tell(world, guild, channel);
    Reply::ok(shown(world, &webhook))
}

/// `DELETE /webhooks/{webhook.id}`
pub(super) fn delete(world: &mut World, call: &Call<'_>) -> Answer {
    let webhook = managed(world, call)?;
    remove(world, &webhook, call)
}

/// `DELETE /webhooks/{webhook.id}/{webhook.token}`
pub(super) fn delete_by_token(world: &mut World, call: &Call<'_>) -> Answer {
    let webhook = by_token(world, call)?;
    remove(world, &webhook, call)
}

fn remove(world: &mut World, webhook: &Webhook, call: &Call<'_>) -> Answer {
    world.webhooks.remove(&webhook.id);
    world.note_audit(webhook.guild, "WEBHOOK_DELETE", webhook.id.0, call.reason());
    tell(world, webhook.guild, webhook.channel);
    Reply::nothing()
}

/// `POST /webhooks/{webhook.id}/{webhook.token}`: a message, told of only with `wait=true`.
pub(super) fn execute(world: &mut World, call: &Call<'_>) -> Answer {
    let webhook = by_token(world, call)?;
    let errors = FormErrors::default();
    let form = Form::new(call.body, "", &errors);
    let name = form.text("username", 1..=80).map(str::to_owned);
    errors.finish()?;
    let draft = Draft::read(call.body, "", call.files, Way::Interaction, None)?;
    if draft.is_empty() {
        return Err(error::EMPTY_MESSAGE);
    }
    let channel = place(world, call, &webhook)?;
    messages::pass_automod(world, webhook.guild, &draft)?;
    messages::revive(world, channel);
    let author = UserId(webhook.id.0);
    let mut message = messages::new_message(world, channel, author, draft, 0);
    message.webhook = Some((webhook.id, name.unwrap_or(webhook.name)));
    let message = world.post(message);
    match call.query_is_true("wait") {
        true => Reply::ok(world.message_json(&message)),
        false => Reply::nothing(),
    }
}

/// Where it posts: its channel, or with `thread_id` a thread of that.
fn place(world: &World, call: &Call<'_>, webhook: &Webhook) -> Result<ChannelId, ApiError> {
    let Some(thread) = call.query_number("thread_id").map(ChannelId) else {
        return Ok(webhook.channel);
    };
    let fits = world
        .channels
        .get(&thread)
        .is_some_and(|thread| thread.kind.is_thread() && thread.parent == Some(webhook.channel));
    match fits {
        true => Ok(thread),
        false => Err(error::UNKNOWN_CHANNEL),
    }
}

/// A message of the webhook that a path means.
pub(super) fn own_message(
    world: &World,
    call: &Call<'_>,
    webhook: &Webhook,
) -> Result<MessageId, ApiError> {
    let id: MessageId = call.id(2)?;
    let is_own = |message: &Message| message.author == UserId(webhook.id.0);
    match world
        .messages
        .get(&id)
        .is_some_and(|message| is_own(message))
    {
        true => Ok(id),
        false => Err(error::UNKNOWN_MESSAGE),
    }
}

/// The webhook that a path with a token means.
pub(super) fn by_token(world: &World, call: &Call<'_>) -> Result<Webhook, ApiError> {
    let webhook = world.webhooks.get(&call.id::<WebhookId>(0)?);
    let webhook = webhook.ok_or(error::UNKNOWN_WEBHOOK)?;
    if webhook.token != call.text(1) && world.keeps(Rule::WebhookToken) {
        return Err(error::INVALID_WEBHOOK_TOKEN);
    }
    Ok(webhook.clone())
}

/// The webhook that a path without a token means: the bot manages webhooks in its channel.
fn managed(world: &World, call: &Call<'_>) -> Result<Webhook, ApiError> {
    let webhook = world.webhooks.get(&call.id::<WebhookId>(0)?);
    let webhook = webhook.ok_or(error::UNKNOWN_WEBHOOK)?;
    managed_channel(world, webhook.channel)?;
    Ok(webhook.clone())
}

fn managed_channel(world: &World, id: ChannelId) -> Result<ChannelId, ApiError> {
    let (channel, rights) = world.bot_channel(id)?;
    let takes_webhooks = matches!(
        channel.kind,
        ChannelKind::Text | ChannelKind::Announcement | ChannelKind::Voice | ChannelKind::Forum
    );
    if !takes_webhooks {
        return Err(error::WRONG_CHANNEL_TYPE);
    }
    match rights.contains(Permissions::MANAGE_WEBHOOKS) {
        true => Ok(id),
        false => Err(error::MISSING_PERMISSIONS),
    }
}

/// 1-80 characters, and neither `clyde` nor `discord` in it ("Create Webhook").
fn read_name(call: &Call<'_>, required: bool) -> Result<Option<String>, ApiError> {
    let errors = FormErrors::default();
    let form = Form::new(call.body, "", &errors);
    if required {
        form.require("name");
    }
    let name = form.text("name", 1..=80).map(str::to_owned);
    let lower = name.as_deref().unwrap_or_default().to_lowercase();
    if ["clyde", "discord"]
        .iter()
        .any(|taken| lower.contains(taken))
    {
        let message = "Username cannot contain \"clyde\" or \"discord\"";
        form.fault("name", "USERNAME_INVALID_CONTAINS", message);
    }
    errors.finish()?;
    Ok(name)
}

fn shown(world: &World, webhook: &Webhook) -> Value {
    let user = world.user_json(webhook.made_by);
    webhook.to_json(world.config.application.id, Some(user))
}

fn list(world: &World, fits: impl Fn(&Webhook) -> bool) -> Answer {
    let webhooks = world.webhooks.values().filter(|webhook| fits(webhook));
    Reply::ok(webhooks.map(|webhook| shown(world, webhook)).collect())
}

fn tell(world: &mut World, guild: GuildId, channel: ChannelId) {
    let body = json!({ "guild_id": guild, "channel_id": channel });
    let audience = Audience::guild(guild, intent::GUILD_WEBHOOKS);
    world.dispatch("WEBHOOKS_UPDATE", audience, &body);
    world.topics.changed(crate::topic::Topic::Guild(guild));
}
