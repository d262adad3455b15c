//! Diary: writes down every event that it hears, one entry each, so that tests can count them. `/board` hangs
//! up a panel with a button and sets a bell, so that there is one of everything that can be switched off.

use muster_sdk::message::{Button, Choice, Message, Row};
use muster_sdk::{Ctx, Event, Failure, Handled, Manifest, Setting, Timer, Typing, migrations};

muster_sdk::plugin! {
    manifest: manifest,
    commands: { "diary" => diary, "board" => board, "note" => note },
    components: { "write" => write },
    autocomplete: { "note" => words },
    panels: { "board" => panel },
    timers: { "bell" => bell },
    events: {
        "channel.deleted" => hear,
        "guild.returned" => hear,
        "key.logged" => hear,
        "mapping.changed" => hear,
        "member.joined" => hear,
        "member.left" => hear,
        "member.roles-changed" => hear,
        "panel.lost" => hear,
        "plugin.enabled" => hear,
        "role.deleted" => hear,
        "run.ended" => hear,
        "settings.changed" => hear,
    },
}

fn manifest() -> Manifest {
    Manifest::new("diary", "Writes down what happens")
        .channel_key("diary_desk", "Where the diary lies")
        .granted_role_key("diarist", "Who keeps the diary")
        .setting(Setting::boolean("loud", "Whether it is read aloud", false))
        .setting(Setting::integer("volume", "How loud, in steps", 5, 1..=11))
        .setting(Setting::optional_integer(
            "pages",
            "After how many pages it is full",
            1..=500,
        ))
        .setting(Setting::text("motto", "What stands on its cover", "", 40))
        .setting(Setting::choice(
            "ink",
            "What it is written in",
            "black",
            &["black", "blue"],
        ))
        .uses_intent(
            "GUILD_MEMBERS",
            "nobody is written down who joins or leaves",
        )
        .needs_permission("SEND_MESSAGES", "the board is not hung up")
        .migrations(migrations!("migrations", ["0001_entries"]))
}

fn put(ctx: &mut Ctx, what: &str) -> Handled {
    let number: i64 = ctx.next_id("entry")?;
    ctx.execute(
        "insert into entry (number, what) values ($1, $2)",
        (number, what),
    )?;
    ctx.refresh("board")
}

/// `/diary`: reads it out.
mod diary {
    use muster_sdk::{Command, CommandSpec, Ctx, Handled};

    pub fn spec() -> CommandSpec {
        CommandSpec::new("Reads the diary out").rate("guests", 100, 10)
    }

    pub fn handle(ctx: &mut Ctx, _: Command) -> Handled {
        let entries: Vec<(String,)> =
            ctx.query_all("select what from entry order by number", ())?;
        let volume: i64 = ctx.setting("volume")?;
        let lines: Vec<String> = entries.into_iter().map(|(what,)| what).collect();
        let text: String = format!("volume {volume}\n{}", lines.join("\n"));
        ctx.reply_private(text.chars().take(1900).collect::<String>())
    }
}

/// `/board`: hangs up the board, and sets the bell.
mod board {
    use std::time::Duration;

    use muster_sdk::{Command, CommandSpec, Ctx, Handled, OptionSpec, Panel, Rank};

    pub fn spec() -> CommandSpec {
        CommandSpec::new("Hangs up the board in this channel")
            .rate("guests", 100, 10)
            .minimum_role(Rank::Organizer)
            .option(OptionSpec::integer("minutes", "When the bell rings").range(1..=100_000))
    }

    pub fn handle(ctx: &mut Ctx, command: Command) -> Handled {
        let here = ctx.channel_id()?;
        ctx.open_panel(&Panel::new("board", here).report_when_deleted())?;
        if let Some(minutes) = command.find_integer("minutes") {
            let minutes = u64::try_from(minutes).unwrap_or(1);
            ctx.timer("bell", ctx.now().plus(Duration::from_secs(60 * minutes)))?;
        }
        ctx.audit("diary.board", "board", &serde_json::json!({}))?;
        ctx.reply_private("There it hangs.")
    }
}

/// `/note`: writes something down; only what is not `no`.
mod note {
    use muster_sdk::{Command, CommandSpec, Ctx, Handled, OptionSpec, Rank, tell_member};

    pub fn spec() -> CommandSpec {
        CommandSpec::new("Writes something down")
            .rate("guests", 100, 10)
            .minimum_role(Rank::Organizer)
            .option(
                OptionSpec::text("text", "What to write")
                    .required()
                    .autocomplete(),
            )
            .option(OptionSpec::text("password", "Opens the diary"))
    }

    pub fn handle(ctx: &mut Ctx, command: Command) -> Handled {
        let text = command.text("text")?;
        if text == "no" {
            return Err(tell_member("That is not written down."));
        }
        super::put(ctx, &text)?;
        ctx.audit("diary.note", &text, &serde_json::json!({ "text": text }))?;
        ctx.reply_private("Written down.")
    }
}

/// The board's button.
mod write {
    use muster_sdk::{ComponentSpec, Ctx, Handled, Press};

    pub fn spec() -> ComponentSpec {
        ComponentSpec::for_everyone()
    }

    pub fn handle(ctx: &mut Ctx, _: Press<()>) -> Handled {
        super::put(ctx, "pressed")
    }
}

fn words(_: &mut Ctx, _: Typing) -> Result<Vec<Choice>, Failure> {
    Ok(vec![Choice::new("yes", "yes"), Choice::new("no", "no")])
}

fn panel(ctx: &mut Ctx, _: ()) -> Result<Option<Message>, Failure> {
    let entries: i64 = ctx.query_value("select count(*) from entry", ())?;
    let write = Row::buttons([Button::green("Write", "write")]);
    Ok(Some(Message::text(format!("{entries} entries")).row(write)))
}

fn bell(ctx: &mut Ctx, _: Timer) -> Handled {
    put(ctx, "bell")
}

fn hear(ctx: &mut Ctx, event: Event) -> Handled {
    put(
        ctx,
        &format!("{} of {}: {}", event.topic, event.source, event.json),
    )
}
