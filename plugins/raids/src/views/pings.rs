//! Messages that ping the people of a run. The one before is deleted, so that a channel holds one of each
//! run.

use muster_sdk::ids::{RoleId, UserId};
use muster_sdk::message::Message;
use muster_sdk::text::escape;

use super::party_and_location;
use crate::run::{Run, Stage};

/// What people are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ping {
    /// The run went live.
    Start,
    /// The organizer wants everybody's attention.
    Raiders,
    /// How far the realm is, in percent.
    Score(u32),
    /// A stage of Oryx 3 begins.
    Stage(Stage),
}

/// Who is pinged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Whom {
    /// Everybody who is online in the channel.
    pub here: bool,
    /// Holders of these roles.
    pub roles: Vec<RoleId>,
    /// These raiders.
    pub users: Vec<UserId>,
}

/// At 24 characters a mention they leave room for the longest party, location and link in 2000.
const USERS_A_MESSAGE: usize = 40;

/// As many messages as a run's ping may have; a thousand raiders is more than any run has.
const MESSAGES: usize = 20;

/// The ping, in as many messages as its mentions need. `link`: to the run's panel.
pub fn ping(run: &Run, what: &Ping, whom: &Whom, link: Option<&str>) -> Vec<Message> {
    let groups = whom.roles.iter().map(|role| format!("<@&{role}>"));
    let here = whom.here.then(|| "@here".to_owned());
    let groups: Vec<String> = here.into_iter().chain(groups).collect();
    let mut parts = vec![sentence(run, what)];
    parts.extend((!groups.is_empty()).then(|| groups.join(" ")));
    parts.extend(party_and_location(run));
    parts.extend(link.map(str::to_owned));

    let mut crowds = whom.users.chunks(USERS_A_MESSAGE);
    let first = crowds.next().unwrap_or_default();
    let mut message = mentioning(parts.join(" "), first);
    for role in &whom.roles {
        message = message.pings_role(*role);
    }
    if whom.here {
        message = message.pings_here();
    }
    let more = crowds.map(|crowd| mentioning(String::new(), crowd));
    std::iter::once(message)
        .chain(more)
        .take(MESSAGES)
        .collect()
}

fn mentioning(mut text: String, users: &[UserId]) -> Message {
    let mentions: Vec<String> = users.iter().map(|user| user.mention()).collect();
    if !text.is_empty() && !mentions.is_empty() {
        text.push('\n');
    }
    text.push_str(&mentions.join(" "));
    users.iter().fold(Message::text(text), |message, user| {
        message.pings_user(*user)
    })
}

fn sentence(run: &Run, what: &Ping) -> String {
    let dungeon = escape(&run.dungeon_label);
    match what {
        Ping::Start => format!("🟢 Raid Starting! **{dungeon}**"),
        Ping::Raiders => format!("📣 **{dungeon}**: raiders, your organizer needs you!"),
        Ping::Score(percent) => format!("🌍 **{dungeon}**: the realm is at **{percent}%**."),
        Ping::Stage(Stage::Closed) => format!("🚪 **{dungeon}**: the realm is closed!"),
        Ping::Stage(Stage::Miniboss) => format!(
            "👹 **{dungeon}**: the miniboss is **{}**!",
            escape(run.miniboss.as_deref().unwrap_or("unknown"))
        ),
        Ping::Stage(Stage::ThirdRoom) => format!("🏛️ **{dungeon}**: third room!"),
    }
}
