//! Misbehaves on purpose, one way per command. `/good` behaves, to show that the others cost only
//! themselves.

use muster_sdk::message::Message;
use muster_sdk::{Command, CommandSpec, Ctx, Failure, Handled, Manifest, Place};

muster_sdk::plugin! {
    manifest: manifest,
    commands: {
        "good" => good,
        "loop" => looping,
        "loop-after-write" => loop_after_write,
        "cross-join" => cross_join,
        "allocate" => allocate,
        "recurse" => recurse,
        "trap-between-effects" => trap_between_effects,
        "foreign-table" => foreign_table,
        "foreign-guild" => foreign_guild,
        "giant-event" => giant_event,
        "giant-return" => giant_return,
        "giant-value" => giant_value,
        "many-statements" => many_statements,
        "many-effects" => many_effects,
        "shout" => shout,
        "exit" => exit,
        "foreign-channel" => foreign_channel,
    },
    panels: { "giant" => giant_panel, "writes" => writing_panel },
}

fn manifest() -> Manifest {
    Manifest::new("hostile", "Misbehaves on purpose")
        .migrations(muster_sdk::migrations!("migrations", ["0001_scrap"]))
}

/// Makes a module with the command's spec and this body.
macro_rules! misbehaviour {
    ($($(#[$doc:meta])* $name:ident = |$ctx:ident, $command:ident| $body:block)*) => {$(
        $(#[$doc])*
        mod $name {
            use super::*;

            pub fn spec() -> CommandSpec {
                CommandSpec::new("Misbehaves on purpose")
            }

            pub fn handle($ctx: &mut Ctx, $command: Command) -> Handled $body
        }
    )*};
}

const INSERT: &str = "insert into scrap (id, body) values ($1, $2)";

misbehaviour! {
    /// Behaves: counts itself.
    good = |ctx, _command| {
        let id: i64 = ctx.next_id("scrap")?;
        ctx.execute(INSERT, (id, "good"))?;
        let kept: i64 = ctx.query_value("select count(*) from scrap", ())?;
        ctx.reply_private(format!("kept {kept}"))
    }

    looping = |_ctx, _command| {
        spin()
    }

    loop_after_write = |ctx, _command| {
        ctx.execute(INSERT, (1_000_i64, "written before the loop"))?;
        spin()
    }

    cross_join = |ctx, _command| {
        for id in 0..90_i64 {
            ctx.execute(INSERT, (id + 10_000, "x"))?;
        }
        let many: i64 = ctx.query_value(
            "select count(*) from scrap a cross join scrap b cross join scrap c cross join scrap d
             cross join scrap e",
            (),
        )?;
        ctx.reply_private(format!("{many}"))
    }

    allocate = |ctx, _command| {
        let mut hoard: Vec<Vec<u8>> = Vec::new();
        loop {
            hoard.push(vec![std::hint::black_box(7); 1 << 20]);
            if hoard.len() == usize::MAX {
                return ctx.reply_private("never");
            }
        }
    }

    recurse = |ctx, _command| {
        let depth = dig(0);
        ctx.reply_private(format!("{depth}"))
    }

    trap_between_effects = |ctx, _command| {
        ctx.execute(INSERT, (2_000_i64, "before the trap"))?;
        let here = here(ctx)?;
        ctx.log_line(&here, "before the trap").map_err(|error| Failure::Internal(format!("{error:?}")))?;
        if std::hint::black_box(true) {
            panic!("on purpose, between two effects");
        }
        ctx.log_line(&here, "after the trap").map_err(|error| Failure::Internal(format!("{error:?}")))?;
        ctx.reply_private("never")
    }

    foreign_table = |ctx, _command| {
        let mut refused = 0;
        for text in [
            "select user_id from wave",
            "select user_id from hello__wave",
            "select \"user_id\" from \"hello__wave\"",
            "select token from interaction",
            "select name from sqlite_master",
            "delete from hello__wave",
            "insert into scrap (id, body) select user_id, 'x' from hello__wave",
            "update hello__wave set times = 0",
        ] {
            if ctx.query_all::<(String,)>(text, ()).is_err() && ctx.execute(text, ()).is_err() {
                refused += 1;
            }
        }
        ctx.reply_private(format!("refused {refused} of 8"))
    }

    foreign_guild = |ctx, _command| {
        let mut refused = 0;
        for text in [
            "select guild_id from scrap",
            "select body from hostile__scrap",
            "select s.guild_id from scrap s",
            "update scrap set guild_id = 2",
            "insert into scrap (id, body, guild_id) values (1, 'x', 2)",
            "with hostile__scrap as (select 1 as x) select x from hostile__scrap",
            "select rowid from scrap",
        ] {
            if ctx.query_all::<(String,)>(text, ()).is_err() && ctx.execute(text, ()).is_err() {
                refused += 1;
            }
        }
        let seen: i64 = ctx.query_value("select count(*) from scrap where 1 = 1 or 1 = 1", ())?;
        ctx.execute("delete from scrap where 1 = 1 or 1 = 1", ())?;
        ctx.reply_private(format!("refused {refused} of 7, saw {seen}"))
    }

    /// A body far over its limit.
    giant_event = |ctx, _command| {
        ctx.emit("hostile.giant", &"x".repeat(30 << 20))?;
        ctx.reply_private("never")
    }

    /// Returns 30 MiB.
    giant_return = |_ctx, _command| {
        Err(Failure::Member("x".repeat(30 << 20)))
    }

    giant_value = |ctx, _command| {
        ctx.execute(INSERT, (3_000_i64, "x".repeat(2 << 20)))?;
        ctx.reply_private("never")
    }

    many_statements = |ctx, _command| {
        for id in 0..1_000_i64 {
            ctx.execute(INSERT, (id + 20_000, "x"))?;
        }
        ctx.reply_private("never")
    }

    many_effects = |ctx, _command| {
        let here = here(ctx)?;
        for _ in 0..1_000 {
            ctx.log_line(&here, "spam").map_err(|error| Failure::Internal(format!("{error:?}")))?;
        }
        ctx.reply_private("never")
    }

    /// Writes to its log far beyond what is kept.
    shout = |ctx, _command| {
        for _ in 0..2_000 {
            eprintln!("\u{1b}[31mshouting\u{1b}[0m");
        }
        ctx.reply_private("shouted")
    }

    exit = |_ctx, _command| {
        std::process::exit(3)
    }

    /// A channel that is not this guild's.
    foreign_channel = |ctx, _command| {
        let place = Place::from(muster_sdk::ids::ChannelId(424_242_424_242_424_242));
        match ctx.log_line(&place, "hello over there") {
            Ok(()) => ctx.reply_private("queued"),
            Err(_) => ctx.reply_private("refused"),
        }
    }
}

fn here(ctx: &mut Ctx) -> Result<Place, Failure> {
    ctx.channel_id().map(Place::from)
}

fn spin() -> ! {
    let mut turns = 0_u64;
    loop {
        turns = std::hint::black_box(turns.wrapping_add(1));
    }
}

#[expect(unconditional_recursion, reason = "that is the misbehaviour")]
fn dig(depth: u64) -> u64 {
    let room = std::hint::black_box([depth; 64]);
    dig(depth + 1) + room[0]
}

fn giant_panel(_ctx: &mut Ctx, _: ()) -> Result<Option<Message>, Failure> {
    Err(Failure::Member("x".repeat(30 << 20)))
}

fn writing_panel(ctx: &mut Ctx, _: ()) -> Result<Option<Message>, Failure> {
    ctx.execute(INSERT, (4_000_i64, "a view may not write"))?;
    Ok(Some(Message::text("never")))
}
