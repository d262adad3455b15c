//! What is known of Discord at hand: the guilds, their roles and channels, and some members.

use super::*;

pub(super) struct Guilds;

impl Directory for Guilds {
    fn guild(&self, id: GuildId) -> Option<Arc<GuildSnapshot>> {
        let role = |name: &str, position, permissions| Role {
            name: name.into(),
            position,
            permissions,
            managed: false,
        };
        let everyone = Permissions::VIEW_CHANNEL
            | Permissions::SEND_MESSAGES
            | Permissions::EMBED_LINKS
            | Permissions::CREATE_PUBLIC_THREADS
            | Permissions::SEND_MESSAGES_IN_THREADS
            | Permissions::MANAGE_ROLES
            | Permissions::MENTION_EVERYONE;
        let channel = |name: &str, deny| Channel {
            name: name.into(),
            kind: ChannelKind::Text,
            parent: None,
            overwrites: vec![muster_core::guild::Overwrite {
                subject: muster_core::guild::OverwriteSubject::Role(id.everyone()),
                allow: Permissions::default(),
                deny,
            }],
        };
        let channel_id = |raw| ChannelId::new(raw).expect("not 0");
        let open = Permissions::default();
        Some(Arc::new(GuildSnapshot {
            id,
            name: "Test".into(),
            owner: UserId::new(99).expect("not 0"),
            roles: [
                (id.everyone(), role("everyone", 0, everyone)),
                (role_id(PING_ROLE), role("Ping", 1, open)),
                (
                    role_id(STAFF_ROLE),
                    role("Staff", 2, Permissions::MANAGE_MESSAGES),
                ),
                (
                    role_id(BOT_ROLE),
                    role("Muster", 3, Permissions::MANAGE_ROLES),
                ),
            ]
            .into(),
            channels: [
                (channel_id(GENERAL), channel("general", open)),
                (channel_id(RAID), channel("raids", open)),
                (channel_id(RAID_LOG), channel("raid-log", open)),
                (
                    channel_id(CLOSED),
                    channel("closed", Permissions::SEND_MESSAGES),
                ),
            ]
            .into(),
            bot: UserId::new(98).expect("not 0"),
            bot_roles: vec![role_id(BOT_ROLE)],
        }))
    }
}

/// Nobody of these is known at hand; names are found as Discord finds them.
pub(super) struct NoLookups;

/// Members that look-ups find: nobody of them acts in a test.
const FOUND: [(u64, &str, bool); 4] = [
    (31, "!Ria", false),
    (32, "Rob", false),
    (33, "Rob", false),
    (34, "Robot", true),
];

fn found() -> impl Iterator<Item = Member> {
    FOUND.into_iter().map(|(id, name, is_bot)| Member {
        is_bot,
        ..member(id, name, Permissions::default())
    })
}

#[async_trait::async_trait]
impl Lookups for NoLookups {
    async fn message_exists(
        &self,
        _: GuildId,
        _: ChannelId,
        message: MessageId,
    ) -> Result<bool, LookupError> {
        Ok(message.get() != GONE_MESSAGE)
    }

    async fn member(&self, _: GuildId, user: UserId) -> Result<Option<Member>, LookupError> {
        Ok(found().find(|member| member.user == user))
    }

    async fn search_members(
        &self,
        _: GuildId,
        text: &str,
        _: u16,
    ) -> Result<Vec<Member>, LookupError> {
        let text = text.to_lowercase();
        let begins = |member: &Member| member.display_name.to_lowercase().starts_with(&text);
        Ok(found().filter(begins).collect())
    }
}
