//! Teller: `/tell` emits an event with a body of one's choice. To whoever subscribed it is as good as the
//! plugin that usually emits that topic.

use muster_sdk::Manifest;

muster_sdk::plugin! {
    manifest: manifest,
    commands: { "tell" => tell },
}

/// What it can tell.
const TOPICS: [&str; 4] = ["run.ended", "run.key_popped", "key.logged", "teller.said"];

fn manifest() -> Manifest {
    let manifest = Manifest::new("teller", "Tells what it is told to tell");
    TOPICS.into_iter().fold(manifest, Manifest::emits)
}

/// `/tell`: emits an event.
mod tell {
    use muster_sdk::{Command, CommandSpec, Ctx, Handled, OptionSpec, broken, tell_member};
    use serde_json::Value;

    pub fn spec() -> CommandSpec {
        CommandSpec::new("Tells the other plugins something")
            .rate("guests", 100, 10)
            .option(OptionSpec::text("topic", "About what").required())
            .option(OptionSpec::text("body", "What, as JSON").required())
    }

    pub fn handle(ctx: &mut Ctx, command: Command) -> Handled {
        let (topic, body) = (command.text("topic")?, command.text("body")?);
        let body: Value = serde_json::from_str(&body).map_err(|_| broken("no JSON"))?;
        if let Err(problem) = ctx.emit(&topic, &body) {
            return Err(tell_member(format!("{problem:?}")));
        }
        ctx.reply_private("Told.")
    }
}
