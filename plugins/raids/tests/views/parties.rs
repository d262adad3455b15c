//! Parties, and roles that runs ping.

use muster_dungeons::find_dungeon;
use muster_raids::party::{Guest, Party, PartyDraft, PartyError, PartyId};
use muster_sdk::ids::{ChannelId, RoleId};

use super::*;

fn party(location: Option<&str>, dungeons: &[&str]) -> Party {
    let dungeons: Vec<String> = dungeons.iter().map(|&key| key.to_owned()).collect();
    let draft = PartyDraft::new(
        "*Chill* run",
        "all are welcome\n@everyone",
        location,
        &dungeons,
    );
    let draft = draft.expect("it fits");
    draft.open(PartyId(4), ANN, "Ann".into(), POSTED)
}

#[test]
fn a_party() {
    let drawn = |party: &Party| draw(&views::party_panel(party)).replace('\u{200b}', "<zwsp>");
    assert_snapshot!(drawn(&party(Some("USW3"), &["SHATTERS", "NEST"])), @r"
    | ✅ Party Open                           (green)
    | all are welcome
    | @<zwsp>everyone
    | Party: \*Chill\* run    Location: USW3    Party Owner: <@1>
    | Dungeons: Shatters, Nest
    | Closes: <t:1700007200:R>
    | -- 2023-11-14T22:13:20.000Z
      [Extend] [Close: red]
    ");
    assert_snapshot!(drawn(&party(None, &[])), @r"
    | ✅ Party Open                           (green)
    | all are welcome
    | @<zwsp>everyone
    | Party: \*Chill\* run    Party Owner: <@1>
    | Closes: <t:1700007200:R>
    | -- 2023-11-14T22:13:20.000Z
      [Extend] [Close: red]
    ");
}

#[test]
fn what_is_said_about_a_party() {
    let party = party(None, &[]);
    let owner = Guest {
        user: ANN,
        is_security: false,
    };
    let by_owner = party.close(owner, after(60)).expect("hers");
    let by_age = party.close_by_age(after(7200)).expect("old");
    let lost = party.orphan(after(60)).expect("open");
    let texts = [
        views::party_thread_title(&party),
        draw(&views::party_warning(&party, 10)),
        views::party_opened_line(&party, POSTED),
        views::party_closed_line(&party, &by_owner, after(60)),
        views::party_closed_line(&party, &by_age, after(7200)),
        views::party_closed_line(&party, &lost, after(60)),
        draw(&views::party_posted(
            &party,
            "https://discord.com/channels/1/2/3",
            Some("I lack Create Public Threads there."),
        )),
        draw(&views::party_still_posting()),
        draw(&views::party_not_posted("I lack Embed Links there.")),
        draw(&views::party_extended(&party)),
        draw(&views::party_closed()),
        views::party_gone(),
        views::already_has_party(&party, None),
    ];
    assert_snapshot!(texts.join("\n"), @r"
    *Chill* run
    <@1>, your party closes in 10 minutes. Press Extend on it for one more hour. (pings <@1>)
    <t:1700000000:T> 🎉 Party 4 opened by <@1>: \*Chill\* run
    <t:1700000060:T> 🎉 Party 4 closed by <@1>
    <t:1700007200:T> 🎉 Party 4 closed: its time was up
    <t:1700000060:T> 🎉 Party 4 closed: its message was deleted
    Party 4 is open. https://discord.com/channels/1/2/3
    ⚠️ It has no thread: I lack Create Public Threads there.
    The party is on its way: Discord is slow just now.
    The party could not be posted. I lack Embed Links there. Then use `/party` again.
    Your party now closes <t:1700007200:R>.
    The party is closed.
    This party is gone. Use `/party` to open a new one.
    You already have a party: **\*Chill\* run**, opened <t:1700000000:R>. Close it first.
    ");
}

#[test]
fn why_a_party_stays_as_it_is() {
    let errors = [
        PartyError::UnknownDungeon("<@&5>".into()),
        PartyError::Empty("name"),
        PartyError::TooLong("description", 2000),
        PartyError::TooMany(541),
        PartyError::NotOwner,
        PartyError::NotOwnerOrSecurity,
        PartyError::Closed,
        PartyError::LongEnough,
    ];
    let texts: Vec<String> = errors.iter().map(views::no_party).collect();
    assert_snapshot!(texts.join("\n").replace('\u{200b}', "<zwsp>"), @r#"
    There is no dungeon "\<@<zwsp>&5\>". Pick one of those that are offered while you type.
    The name is empty. Type one.
    The description has more than 2000 characters. Send a shorter one.
    You have opened three parties within half an hour. Try again in 10 minutes.
    Only the owner of the party may extend it.
    Only the owner of the party, and security and above, may close it.
    This party is closed. Use `/party` to open a new one.
    A party is open for twelve hours at most from now on. Extend it later.
    "#);
}

#[test]
fn roles_that_runs_ping() {
    let dungeon = |key| find_dungeon(key).expect("in the data");
    let dungeons = [
        (dungeon("NEST"), RoleId(8)),
        (dungeon("SHATTERS"), RoleId(7)),
    ];
    assert_snapshot!(draw(&views::role_pings(&dungeons)), @"
    | 🔔 Role Pings                           (blurple)
    | Press a dungeon to be pinged when a run of it starts. Press again to stop it.
    | 
    | 🐝 Nest: <@&8>
    | 🏰 Shatters: <@&7>
      [🐝 Nest] [🏰 Shatters]
    ");
    assert_snapshot!(draw(&views::role_pings(&[])), @"
    | 🔔 Role Pings                           (blurple)
    | There are no such roles at present.
    ");
    let texts = [
        draw(&views::ping_role_set(
            dungeon("NEST"),
            Some(RoleId(8)),
            true,
        )),
        draw(&views::ping_role_set(
            dungeon("NEST"),
            Some(RoleId(8)),
            false,
        )),
        draw(&views::ping_role_set(dungeon("NEST"), None, false)),
        draw(&views::role_pings_sent(ChannelId(9))),
        views::no_role_ping_channel(),
        views::no_ping_roles(),
        views::ping_role_gone(),
        draw(&views::ping_role_toggled(true, Some(RoleId(8)))),
        draw(&views::ping_role_toggled(false, None)),
        draw(&views::ping_role_not_toggled(
            "My highest role is not above Ping.",
        )),
    ];
    assert_snapshot!(texts.join("\n"), @"
    Runs of **Nest** ping <@&8> from now on.
    Runs of **Nest** ping <@&8> from now on. Use `/sendrolepingembed` to post the buttons with which members get it.
    Runs of **Nest** ping no role any more.
    The buttons are posted in <#9>.
    There is no channel for role pings here. Choose one with `/setchannels role_ping`.
    No dungeon has a role to ping yet. Choose one with `/configrolepings`.
    This dungeon has no role any more. Ask a moderator to choose one with `/configrolepings`.
    You now have <@&8>. Press again to give it back.
    You no longer have the role. Press again to get it back.
    Your roles stay as they are. My highest role is not above Ping.
    ");
}
