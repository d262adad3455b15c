//! `/taken`: an organizer shows that they hold the portal of Oryx 3.

use muster_sdk::{
    Category, Command, CommandSpec, Ctx, Handled, Level, NewMessage, OptionSpec, Rank, tell_member,
};
use serde_json::json;

use crate::panel_name::PanelName;
use crate::run::{Run, taken};
use crate::views::{self, LogLine};
use crate::{closing, queries, raid_log};

const OPTION: &str = "screenshot";

/// For organizers; only they see the answer.
pub fn spec() -> CommandSpec {
    let picture = "Full screen, with /who and /server in the chat";
    CommandSpec::new("Shows that you hold the portal of your Oryx 3 run")
        .minimum_role(Rank::Organizer)
        .category(Category::RaidManagement)
        .option(OptionSpec::attachment(OPTION, picture).required())
}

/// Keeps the picture's address, and the picture itself in the run's log: Discord's address expires.
pub fn handle(ctx: &mut Ctx, command: Command) -> Handled {
    let picture = command.attachment(OPTION)?;
    let active = queries::list_active_runs(ctx, command.member)?;
    let run =
        taken(&active, picture.is_image()).map_err(|why| tell_member(views::not_taken(&why)))?;
    queries::put_screenshot(ctx, run.id, &picture.url)?;
    let run = Run {
        screenshot_url: Some(picture.url.clone()),
        ..run.clone()
    };
    ctx.audit(
        "run.taken",
        closing::subject(&run),
        &json!({ "size": picture.size_bytes }),
    )?;
    raid_log::write(ctx, &run, &LogLine::Taken { by: command.member });
    if run.logged {
        let name = if picture.content_type.as_deref() == Some("image/jpeg") {
            "taken.jpg"
        } else {
            "taken.png"
        };
        let proof = NewMessage::to(raid_log::place(&run), "").received(name, &picture.id);
        if let Err(error) = ctx.send_message(proof) {
            let problem = format!("the screenshot of run {}: {error}", run.id);
            ctx.log(Level::Warn, problem);
        }
    }
    ctx.refresh(PanelName::all_organizers(run.id))?;
    ctx.reply_private(views::taken(&run))
}
