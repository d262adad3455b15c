//! serenity's words for guilds, roles and channels, in ours.

use muster_core::Permissions;
use muster_core::guild::{Channel, ChannelKind, GuildSnapshot, Overwrite, OverwriteSubject, Role};
use muster_core::ids::{
    ApplicationId, ChannelId, GuildId, InteractionId, MessageId, RoleId, UserId,
};
use muster_core::interaction::Member;
use serenity::model as theirs;

macro_rules! ids {
    ($($name:ident: $theirs:ty => $ours:ty;)*) => {$(
        pub(super) fn $name(id: $theirs) -> $ours {
            <$ours>::new(id.get()).expect("serenity's ids are never 0 either")
        }
    )*};
}

ids! {
    guild_id: theirs::id::GuildId => GuildId;
    channel_id: theirs::id::ChannelId => ChannelId;
    user_id: theirs::id::UserId => UserId;
    role_id: theirs::id::RoleId => RoleId;
    message_id: theirs::id::MessageId => MessageId;
    interaction_id: theirs::id::InteractionId => InteractionId;
    application_id: theirs::id::ApplicationId => ApplicationId;
}

pub(super) fn permissions(theirs: theirs::Permissions) -> Permissions {
    Permissions::from_bits(theirs.bits())
}

pub(super) fn role_ids(theirs: &[theirs::id::RoleId]) -> Vec<RoleId> {
    theirs.iter().copied().map(role_id).collect()
}

pub(super) fn role(theirs: &theirs::guild::Role) -> Role {
    Role {
        name: theirs.name.clone(),
        position: theirs.position.into(),
        permissions: permissions(theirs.permissions),
        managed: theirs.managed,
    }
}

pub(super) fn channel(theirs: &theirs::channel::GuildChannel) -> Channel {
    Channel {
        name: theirs.name.clone(),
        kind: ChannelKind::from_discord(theirs.kind.into()),
        parent: theirs.parent_id.map(channel_id),
        overwrites: theirs
            .permission_overwrites
            .iter()
            .filter_map(overwrite)
            .collect(),
    }
}

fn overwrite(theirs: &theirs::channel::PermissionOverwrite) -> Option<Overwrite> {
    use theirs::channel::PermissionOverwriteType as Kind;
    let subject = match theirs.kind {
        Kind::Role(role) => OverwriteSubject::Role(role_id(role)),
        Kind::Member(user) => OverwriteSubject::Member(user_id(user)),
        _ => return None,
    };
    Some(Overwrite {
        subject,
        allow: permissions(theirs.allow),
        deny: permissions(theirs.deny),
    })
}

/// A whole guild, threads included. `bot` is the bot's own user.
pub(super) fn guild(theirs: &theirs::guild::Guild, bot: UserId) -> GuildSnapshot {
    let own = theirs
        .members
        .values()
        .find(|member| member.user.id.get() == bot.get());
    GuildSnapshot {
        id: guild_id(theirs.id),
        name: theirs.name.clone(),
        owner: user_id(theirs.owner_id),
        roles: theirs
            .roles
            .values()
            .map(|found| (role_id(found.id), role(found)))
            .collect(),
        channels: theirs
            .channels
            .values()
            .chain(&theirs.threads)
            .map(|found| (channel_id(found.id), channel(found)))
            .collect(),
        bot,
        bot_roles: own
            .map(|member| role_ids(&member.roles))
            .unwrap_or_default(),
    }
}

/// The member of an interaction; Discord computed the permissions for its channel.
pub(super) fn member(theirs: &theirs::guild::Member) -> Member {
    let user = &theirs.user;
    let display_name = theirs
        .nick
        .as_ref()
        .or(user.global_name.as_ref())
        .unwrap_or(&user.name);
    Member {
        user: user_id(user.id),
        username: user.name.clone(),
        display_name: display_name.clone(),
        is_bot: user.bot,
        roles: role_ids(&theirs.roles),
        permissions: theirs.permissions.map(permissions).unwrap_or_default(),
    }
}
