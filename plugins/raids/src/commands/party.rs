//! `/party`: members look for others, without an organizer and without points.

use muster_sdk::time::Timestamp;
use muster_sdk::{
    Category, Command, CommandSpec, Ctx, Failure, Handled, OptionSpec, Rank, tell_member,
};

use crate::party::{DUNGEONS, PartyDraft, PartyError, WINDOW, may_create};
use crate::{party_life, queries, views};

/// For verified raiders; only they see the answer.
pub fn spec() -> CommandSpec {
    let spec = CommandSpec::new("Opens a party for others to join; it gives no points")
        .minimum_role(Rank::VerifiedRaider)
        .category(Category::RaidManagement)
        .option(
            OptionSpec::text("party_name", "What the party is called")
                .required()
                .length(1, 200),
        )
        .option(
            OptionSpec::text("description", "What it is about")
                .required()
                .length(1, 2000),
        )
        .option(OptionSpec::text("location", "Where in the game to go").length(0, 200));
    (1..=DUNGEONS).fold(spec, |spec, number| {
        let name = format!("dungeon_{number}");
        spec.option(OptionSpec::text(&name, "A dungeon that it is about").autocomplete())
    })
}

/// Posts the party, unless the member has one or opened too many of late.
pub fn handle(ctx: &mut Ctx, command: Command) -> Handled {
    let (now, owner) = (ctx.now(), command.member);
    let draft = draft(&command).map_err(refused)?;
    if let Some(open) = queries::find_open_party(ctx, owner)? {
        let link = open.posted.map(|posted| posted.link(ctx.guild()));
        return Err(tell_member(views::already_has_party(
            &open,
            link.as_deref(),
        )));
    }
    let window = i64::try_from(WINDOW.as_millis()).unwrap_or(i64::MAX);
    let since = Timestamp::from_millis(now.millis().saturating_sub(window));
    let created = queries::list_party_times(ctx, owner, since)?;
    may_create(&created, now).map_err(refused)?;
    let id = ctx.next_id("party")?;
    let party = draft.open(id, owner, ctx.display_name(), now);
    party_life::open(ctx, party)
}

fn draft(command: &Command) -> Result<PartyDraft, PartyError> {
    let dungeons = (1..=DUNGEONS).filter_map(|n| command.find_text(&format!("dungeon_{n}")));
    let dungeons: Vec<String> = dungeons.collect();
    let text = |name: &str| command.find_text(name).unwrap_or_default();
    let location = command.find_text("location");
    PartyDraft::new(
        &text("party_name"),
        &text("description"),
        location.as_deref(),
        &dungeons,
    )
}

fn refused(why: PartyError) -> Failure {
    tell_member(views::no_party(&why))
}
