//! Two guilds with the same people: whatever is done in one, nothing of it is seen in the other.

use std::collections::BTreeSet;
use std::time::Duration;

use muster_harness::{Stage, comes_to_say, shows};
use muster_playground::{Act, GuildHandle, MessageHandle, Persona, Refused};
use serde_json::{Value, json};

/// One of the two guilds, and what was seen in answers there.
struct Side<'a> {
    stage: &'a Stage,
    guild: GuildHandle,
    /// A word that is only ever written here.
    word: &'static str,
    /// An amount that is only ever booked here.
    amount: i64,
    seen: Vec<String>,
    used: BTreeSet<String>,
}

impl Side<'_> {
    fn person(&self, name: &str, channel: &str) -> Persona {
        let person = self.guild.member(name).in_channel_named(channel);
        person.expect("the channel is there")
    }

    /// Somebody uses a command, if it is registered; what they see is kept.
    async fn uses(&mut self, name: &str, channel: &str, command: &str, options: Value) {
        let first = command.split(' ').next().unwrap_or_default();
        let first = first.trim_start_matches('/').to_owned();
        if !commands(&self.guild).contains(&first) {
            return;
        }
        self.used.insert(first);
        let act = self.person(name, channel).uses(command, options);
        self.sees(act).await;
    }

    /// Somebody does something; what they see is kept.
    async fn sees(&mut self, act: Result<Act, Refused>) {
        let answered = act.expect("a client sends it").answer().await;
        let answered = answered.expect("the bot answers in time");
        if let Some(message) = answered.answer.message() {
            self.seen.push(whole(message));
        }
        // Long enough for everybody to be within their limits again.
        self.stage.passes(Duration::from_secs(20));
    }

    async fn panel(&self, channel: &str, button: &str) -> MessageHandle {
        let channel = self.guild.channel(channel).expect("there");
        let posted = self
            .guild
            .wait_for_message(channel, |message| message.buttons().contains(&button));
        posted.await.expect("it is posted")
    }

    /// Everything that can be read in the guild: answers, messages, and messages in threads.
    fn everything(&self) -> String {
        let threads = self.guild.threads().into_iter().map(|thread| thread.id);
        let messages = self
            .channels()
            .into_iter()
            .chain(threads)
            .flat_map(|channel| {
                let messages = self.guild.messages(channel);
                messages.into_iter().map(move |message| message.id)
            });
        let shown = messages
            .filter_map(|id| self.stage.playground.message(id))
            .map(|message| whole(&message));
        self.seen
            .iter()
            .cloned()
            .chain(shown)
            .collect::<Vec<_>>()
            .join("\n")
    }

    fn channels(&self) -> Vec<muster_playground::ChannelId> {
        let names = [
            "raid",
            "party-finder",
            "role-ping",
            "organizers",
            "raid-log",
            "bot-log",
            "quota",
        ];
        let ids = names.iter().map(|name| self.guild.channel(name));
        ids.map(|id| id.expect("the channel is there")).collect()
    }

    /// What gives the guild away: its word, its name and the ids of what belongs to it.
    fn marks(&self) -> Vec<String> {
        let roles = self
            .guild
            .roles()
            .into_iter()
            .map(|role| role.id.to_string());
        let channels = self
            .channels()
            .into_iter()
            .map(|channel| channel.to_string());
        let mut marks: Vec<String> = roles.chain(channels).collect();
        marks.extend([
            self.word.to_owned(),
            self.guild.name(),
            self.guild.id().to_string(),
        ]);
        marks
    }
}

/// A message with everything in it, what is drawn and what is not.
fn whole(message: &MessageHandle) -> String {
    let parts = message.now().map(|message| {
        let embeds = Value::from(message.embeds.clone());
        let components = Value::from(message.components.clone());
        format!("{}\n{embeds}\n{components}", message.text())
    });
    format!("{}\n{}", message.draw(), parts.unwrap_or_default())
}

fn commands(guild: &GuildHandle) -> BTreeSet<String> {
    let commands = guild.owner().commands();
    commands.into_iter().map(|command| command.name).collect()
}

/// The guild is set up, and a run, a headcount, a party and role pings are there.
async fn is_lived_in(side: &mut Side<'_>) {
    let word = side.word;
    side.uses(
        "Olivia",
        "general",
        "/setroles",
        json!({ "officer": "Officer" }),
    )
    .await;
    let channels = json!({
        "quota": "quota", "party_finder": "party-finder", "role_ping": "role-ping", "bot_log": "bot-log",
    });
    side.uses("Olivia", "general", "/setchannels", channels)
        .await;
    side.uses("Nina", "general", "/ping", json!({})).await;
    side.uses("Max", "general", "/help", json!({})).await;
    let pings = json!({ "dungeon": "SHATTERS", "role": "Shatters Ping" });
    side.uses("Max", "general", "/configrolepings", pings).await;
    side.uses("Ada", "general", "/sendrolepingembed", json!({}))
        .await;
    side.uses("Vera", "general", "/preferences", json!({ "runs": true }))
        .await;

    let run =
        json!({ "dungeon": "SHATTERS", "party": word, "location": word, "description": word });
    side.uses("Otto", "organizers", "/run", run).await;
    let panel = side.panel("raid", "Join").await;
    let vera = side.person("Vera", "raid");
    side.sees(vera.presses(panel.id(), "Join")).await;
    side.sees(vera.presses(panel.id(), "Shatters Key")).await;

    let party = json!({ "party_name": word, "description": word, "location": word, "dungeon_1": "SHATTERS" });
    side.uses("Vito", "general", "/party", party).await;
    let picture = json!({ "screenshot": { "filename": "a.png", "content_type": "image/png", "content": "png" } });
    side.uses("Otto", "organizers", "/taken", picture).await;
    side.used.insert("headcount".to_owned());
    let orla = side.person("Orla", "organizers");
    let menus = shows(orla.uses("/headcount", json!({}))).await;
    let controls = menus.now().expect("it is there");
    let first = controls.controls()[0]["custom_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let picked = orla.chooses(menus.id(), &first, &["SHATTERS"]);
    picked.expect("a client sends it");
    comes_to_say(&menus, &["Selected (1/10)"]).await;
    side.sees(orla.presses(menus.id(), "Create Headcount"))
        .await;

    let otto = side.person("Otto", "raid");
    let desk = shows(otto.presses(panel.id(), "Organizer Panel")).await;
    side.sees(otto.presses(desk.id(), "Start")).await;
    comes_to_say(&desk, &["Key popped"]).await;
    side.sees(otto.presses(desk.id(), "Key popped")).await;
    side.sees(otto.presses(desk.id(), "End Run")).await;
    comes_to_say(&panel, &["Ended: Shatters"]).await;
    side.seen.push(whole(&desk));
}

/// Points are booked, and everything is looked at.
async fn is_looked_through(side: &mut Side<'_>) {
    let (word, amount) = (side.word, side.amount);
    let runs = json!({ "dungeon": "SHATTERS", "amount": amount });
    side.uses("Otto", "organizers", "/logrun", runs).await;
    let keys = json!({ "member": "Vera", "dungeon": "SHATTERS", "amount": amount });
    side.uses("Otto", "organizers", "/logkey", keys).await;
    let points = json!({ "member": "Vera", "amount": amount.to_string(), "reason": word });
    side.uses("Oskar", "general", "/addpoints", points).await;
    let points = json!({ "member": "Otto", "amount": amount.to_string(), "reason": word });
    side.uses("Oskar", "general", "/addquotapoints", points)
        .await;

    side.uses("Vera", "general", "/stats", json!({ "member": "Vera" }))
        .await;
    side.uses(
        "Vera",
        "general",
        "/leaderboard",
        json!({ "type": "points" }),
    )
    .await;
    side.uses(
        "Max",
        "general",
        "/configquota",
        json!({ "role": "Organizer" }),
    )
    .await;
    side.uses("Max", "general", "/configpoints", json!({}))
        .await;
    side.uses(
        "Otto",
        "general",
        "/quotahistory",
        json!({ "role": "Organizer" }),
    )
    .await;
    side.uses("Vera", "general", "/viewrun", json!({ "runid": 1 }))
        .await;
    side.uses("Vera", "general", "/runhistory", json!({})).await;

    side.uses("Max", "general", "/config get", json!({})).await;
    side.uses("Max", "general", "/config check", json!({}))
        .await;
    side.uses("Ada", "general", "/plugins list", json!({}))
        .await;
    side.uses("Max", "general", "/audit", json!({})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_is_used_in_both_and_tells_nothing_of_the_other() {
    let stage = Stage::evening().await;
    let other = stage.second_guild("Basalt Garden").await;
    let side = |guild: GuildHandle, word, amount| Side {
        stage: &stage,
        guild,
        word,
        amount,
        seen: Vec::new(),
        used: BTreeSet::new(),
    };
    let mut sides = [
        side(stage.guild.clone(), "Amberword", 37),
        side(other, "Basaltword", 46),
    ];
    assert_eq!(
        sides[0].guild.member("Vera").id(),
        sides[1].guild.member("Vera").id(),
        "the same people"
    );
    for side in &mut sides {
        is_lived_in(side).await;
    }
    for side in &mut sides {
        is_looked_through(side).await;
    }

    let [here, there] = &sides;
    for (one, two) in [(here, there), (there, here)] {
        assert_eq!(one.used, commands(&one.guild), "every command is used");
        let text = one.everything();
        assert!(
            text.matches(one.word).count() >= 5,
            "what is done here is seen here:\n{text}"
        );
        assert!(text.contains(&one.amount.to_string()), "{text}");
        for mark in two.marks() {
            assert!(
                !text.contains(&mark),
                "{mark} of the other guild is seen here:\n{text}"
            );
        }
    }
    // Both count their runs from 1, and what the one booked the other does not sum up.
    for (one, two) in [(here, there), (there, here)] {
        let text = one.everything();
        assert!(text.contains("Run 1 "), "{text}");
        let sum = (one.amount + two.amount).to_string();
        assert!(
            !text.contains(&format!(" {sum} ")),
            "{sum} is of both guilds:\n{text}"
        );
    }
}
