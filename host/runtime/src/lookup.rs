//! What a call needs from Discord and the host does not have at hand.
//!
//! A plugin never waits for the network. A look-up that cannot be answered ends the call unseen by
//! the guest; the host asks Discord while it holds neither lock nor mailbox, and runs the same call
//! again with the answer at hand.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use muster_core::ids::{ChannelId, GuildId, MessageId, RoleId, UserId};
use muster_core::interaction::Member;
use muster_core::ports::{LookupError, Lookups};

/// How long Discord may take for one question.
const PATIENCE: Duration = Duration::from_secs(5);

/// A question to Discord.
#[derive(Debug, Clone, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Lookup {
    /// A member by id.
    #[error("member {0}")]
    Member(UserId),
    /// Members whose name begins with a text.
    #[error("members by name")]
    Search(String, u16),
    /// The holders of a role.
    #[error("holders of role {0}")]
    Holders(RoleId),
    /// Whether a message is there.
    #[error("message {1}")]
    Message(ChannelId, MessageId),
}

type Answer<T> = Result<T, LookupError>;

/// What Discord has answered so far.
#[derive(Debug, Clone, Default)]
pub struct Known {
    members: HashMap<UserId, Answer<Option<Member>>>,
    searches: HashMap<(String, u16), Answer<Vec<Member>>>,
    holders: HashMap<RoleId, Answer<Vec<UserId>>>,
    messages: HashMap<(ChannelId, MessageId), Answer<bool>>,
    /// No further question is asked: what is not known is unavailable.
    exhausted: bool,
}

impl Known {
    /// With this member at hand.
    pub fn put_member(&mut self, user: UserId, answer: Answer<Option<Member>>) {
        self.members.insert(user, answer);
    }

    /// From now on, what is not known is unavailable.
    pub fn ask_no_more(&mut self) {
        self.exhausted = true;
    }

    pub(crate) fn member(&self, user: UserId) -> Result<Answer<Option<Member>>, Lookup> {
        self.at_hand(self.members.get(&user), || Lookup::Member(user))
    }

    pub(crate) fn search(&self, text: &str, limit: u16) -> Result<Answer<Vec<Member>>, Lookup> {
        let key = (text.to_owned(), limit);
        let found = self.searches.get(&key);
        self.at_hand(found, || Lookup::Search(key.0.clone(), limit))
    }

    pub(crate) fn holders(&self, role: RoleId) -> Result<Answer<Vec<UserId>>, Lookup> {
        self.at_hand(self.holders.get(&role), || Lookup::Holders(role))
    }

    pub(crate) fn message(
        &self,
        channel: ChannelId,
        message: MessageId,
    ) -> Result<Answer<bool>, Lookup> {
        let found = self.messages.get(&(channel, message));
        self.at_hand(found, || Lookup::Message(channel, message))
    }

    fn at_hand<T: Clone>(
        &self,
        found: Option<&Answer<T>>,
        question: impl Fn() -> Lookup,
    ) -> Result<Answer<T>, Lookup> {
        match found {
            Some(answer) => Ok(answer.clone()),
            None if self.exhausted => Ok(Err(LookupError::Unavailable(
                "this call has asked too often".into(),
            ))),
            None => Err(question()),
        }
    }

    /// Asks Discord and remembers the answer.
    pub(crate) async fn ask(&mut self, discord: &Arc<dyn Lookups>, guild: GuildId, what: Lookup) {
        match what {
            Lookup::Member(user) => {
                let answer = patiently(discord.member(guild, user)).await;
                self.members.insert(user, answer);
            }
            Lookup::Search(text, limit) => {
                let answer = patiently(discord.search_members(guild, &text, limit)).await;
                self.searches.insert((text, limit), answer);
            }
            Lookup::Holders(role) => {
                let answer = patiently(discord.role_holders(guild, role)).await;
                self.holders.insert(role, answer);
            }
            Lookup::Message(channel, message) => {
                let answer = patiently(discord.message_exists(guild, channel, message)).await;
                self.messages.insert((channel, message), answer);
            }
        }
    }
}

async fn patiently<T>(asking: impl Future<Output = Answer<T>>) -> Answer<T> {
    match tokio::time::timeout(PATIENCE, asking).await {
        Ok(answer) => answer,
        Err(_) => Err(LookupError::Unavailable("no answer in time".into())),
    }
}
