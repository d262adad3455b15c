//! What worked.

use super::*;

fn seated(changed: bool) -> Seated {
    Seated {
        seat: Seat {
            state: State::Join,
            class: None,
        },
        changed,
    }
}

#[test]
fn to_raiders() {
    let (bare, full) = (posted("SHATTERS"), with_texts(posted("SHATTERS")));
    let raider = muster_raids::run::Raider {
        user: BEN,
        suspended: false,
        verified: true,
    };
    let class = |run: &Run, class: &str, seat: Option<&Seat>| {
        let choice = run
            .choose_class(raider, seat, class, &Config::default())
            .expect("it is open");
        views::class_chosen(run, &choice)
    };
    let key = bare
        .dungeon()
        .and_then(|d| d.find_key("SHATTERS_KEY"))
        .expect("in the data");
    let in_it = Seat {
        state: State::Join,
        class: None,
    };
    let answers = [
        views::joined(&bare, &seated(true)),
        views::joined(&full, &seated(false)),
        views::joined(&started(&bare), &seated(true)),
        views::benched(&bare, &seated(true)),
        views::benched(&bare, &seated(false)),
        views::left(&bare, &seated(true)),
        views::left(&bare, &seated(false)),
        class(&full, "WIZARD", None),
        class(&posted("NEST"), "NINJA", Some(&in_it)),
        views::key_toggled(&bare, &KeyToggle { key, offered: true }),
        views::key_toggled(
            &bare,
            &KeyToggle {
                key,
                offered: false,
            },
        ),
    ];
    assert_snapshot!(answers.map(|answer| draw(&answer)).join("\n"), @"
    You joined **Shatters**. Party and location will be on the panel.
    You have already joined **Shatters**. Party: **Ann** | Location: **USW3 Bazaar**
    You joined **Shatters**. Ask the organizer for party and location.
    You are on the bench of **Shatters**. Press Join if you take part after all.
    You are already on the bench of **Shatters**. Press Join if you take part after all.
    You left **Shatters**. Press Join to take part.
    You are not part of **Shatters**. Press Join to take part.
    You joined **Shatters** as 🧙 **Wizard**. Party: **Ann** | Location: **USW3 Bazaar**
    In **Nest** you are ⭐ **Ninja**. Party and location will be on the panel.
    This dungeon asks for Warrior, Knight, Paladin, Priest, Mystic; you are welcome all the same.
    🏰 The organizer of **Shatters** knows that you have: **Shatters Key**. Press again to take it back.
    🏰 You no longer offer **Shatters Key** for **Shatters**.
    ");
}

#[test]
fn to_organizers() {
    let run = started(&posted("SHATTERS"));
    let set = |text: &str| {
        run.set_detail(ann(), Detail::Party, text)
            .expect("it is live")
    };
    let answers = [
        views::posted(&run, Some("https://discord.com/channels/1/2/3"), &[]),
        views::posted(
            &run,
            None,
            &["The raid log could not be opened: the bot lacks Create Threads.".to_owned()],
        ),
        views::still_posting(&run),
        views::not_posted(&run, "I lack Embed Links in <#5>."),
        views::run_started(&run),
        views::run_ended(&run),
        views::run_cancelled(&run),
        views::key_popped(&run.pop_key(ann(), 30, after(80)).expect("it is live")),
        views::detail_set(&set("Ann*")),
        views::detail_set(&set("")),
        views::kept_out(&run),
    ];
    assert_snapshot!(answers.map(|answer| draw(&answer)).join("\n"), @r"
    Run 42 for **Shatters** is posted. https://discord.com/channels/1/2/3
    Run 42 for **Shatters** is posted.
    ⚠️ The raid log could not be opened: the bot lacks Create Threads.
    Run 42 for **Shatters** is on its way: Discord is slow just now. If its panel does not appear within two minutes, use `/run` again.
    **Shatters** could not be posted, so the run is cancelled. I lack Embed Links in <#5>. Then use `/run` again.
    **Shatters** is live.
    **Shatters** has ended. Points are being given.
    **Shatters** is cancelled. Nobody gets points for it.
    Key 1 popped: raiders have 30 seconds to join the party.
    Party is now: Ann\*
    Party stays as it was.
    The run stays with <@1>.
    ");
}
