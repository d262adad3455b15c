//! Hello: `/hello` hangs up a panel, whoever presses **Wave** is counted, and a minute after the last wave
//! all is forgotten.

use muster_sdk::message::{Button, Message, Row};
use muster_sdk::{Ctx, Failure, Handled, Manifest, Timer};

muster_sdk::plugin! {
    manifest: manifest,
    commands: { "hello" => hello },
    components: { "wave" => wave },
    panels: { "waves" => waves },
    timers: { "forget" => forget },
}

fn manifest() -> Manifest {
    Manifest::new("hello", "Counts how often members wave")
        .migrations(muster_sdk::migrations!("migrations", ["0001_waves"]))
}

mod hello {
    use muster_sdk::{Command, CommandSpec, Ctx, Handled, OptionSpec, Panel};

    pub fn spec() -> CommandSpec {
        CommandSpec::new("Hangs up a panel to wave at")
            .option(OptionSpec::text("to", "Whom to greet"))
    }

    pub fn handle(ctx: &mut Ctx, command: Command) -> Handled {
        let to = command.find_text("to").unwrap_or_else(|| "you".into());
        let here = ctx.channel_id()?;
        ctx.open_panel(&Panel::new("waves", here))?;
        ctx.reply_private(format!("Hello {}!", muster_sdk::text::escape(&to)))
    }
}

mod wave {
    use std::time::Duration;

    use muster_sdk::{ComponentSpec, Ctx, Handled, Press, tell_member};

    pub fn spec() -> ComponentSpec {
        ComponentSpec::for_everyone()
    }

    pub fn handle(ctx: &mut Ctx, press: Press<i64>) -> Handled {
        let now = ctx.now();
        ctx.execute(
            "insert into wave (user_id, times, at) values ($1, $2, $3)
             on conflict (user_id) do update set times = wave.times + $2, at = $3",
            (press.member, press.data, now),
        )
        .map_err(|error| match error.is_check("wave_not_too_often") {
            true => tell_member("Your arm is tired. Wave again in a minute."),
            false => error.into(),
        })?;
        ctx.timer("forget", now.plus(Duration::from_secs(60)))?;
        ctx.refresh("waves")
    }
}

fn waves(ctx: &mut Ctx, _: ()) -> Result<Option<Message>, Failure> {
    let waves: Option<i64> = ctx.query_value("select sum(times) from wave", ())?;
    let wave = Row::buttons([
        Button::green("Wave", "wave/1"),
        Button::grey("Wave twice", "wave/2"),
    ]);
    Ok(Some(
        Message::text(format!("{} waves", waves.unwrap_or(0))).row(wave),
    ))
}

fn forget(ctx: &mut Ctx, _: Timer) -> Handled {
    ctx.execute("delete from wave", ())?;
    ctx.refresh("waves")
}
