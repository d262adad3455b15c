//! The raid log.

use super::*;

#[test]
fn begins_with_the_run_and_is_told_its_end() {
    let run = started(&posted("SHATTERS"));
    let starter = Starter::new(&run, "Ann [**Lead**]");
    assert_snapshot!(draw(&starter.message), @r"
    | 📋 Shatters: Organizer - Ann \[\*\*Lead\*\*\] (blurple)
    | Type: Run    Dungeon: Shatters    Organizer: <@1>
    | Started: <t:1700000000:F>
    ");
    assert_snapshot!(starter.thread_title, @"📋 Shatters: Organizer - Ann [**Lead**]");
    assert_snapshot!(draw(&Starter::new(&ended(&run), "Ann").message), @"
    | 📋 Shatters: Organizer - Ann            (blurple)
    | Type: Run    Dungeon: Shatters    Organizer: <@1>
    | Started: <t:1700000000:F>    Ended: <t:1700000785:F>
    ");
}

#[test]
fn a_long_name_is_cut_to_a_threads_title() {
    let starter = Starter::new(&posted("SHATTERS"), &"n".repeat(200));
    assert_eq!(starter.thread_title.encode_utf16().count(), 100);
}

#[test]
fn has_a_line_for_everything_that_happens() {
    let run = with_texts(posted("SHATTERS"));
    let key = "Shatters Key";
    let lines = [
        LogLine::Created,
        LogLine::Started { by: ANN },
        LogLine::Ended { by: Some(ANN) },
        LogLine::Ended { by: None },
        LogLine::Cancelled { by: Some(ANN) },
        LogLine::Cancelled { by: None },
        LogLine::Joined {
            user: BEN,
            total: 3,
        },
        LogLine::Benched {
            user: BEN,
            total: 2,
        },
        LogLine::Left {
            user: BEN,
            total: 2,
        },
        LogLine::KeyOffered {
            user: BEN,
            key,
            total: 1,
        },
        LogLine::KeyTakenBack {
            user: BEN,
            key,
            total: 0,
        },
        LogLine::PanelOpened { by: ANN },
        LogLine::DetailSet {
            by: ANN,
            detail: Detail::Location,
            text: Some("USW3"),
        },
        LogLine::DetailSet {
            by: ANN,
            detail: Detail::Note,
            text: None,
        },
        LogLine::KeyPopped {
            by: ANN,
            number: 2,
            seconds: 30,
        },
    ];
    let lines = lines.map(|line| views::log_line(&run, &line, after(90)));
    assert_snapshot!(lines.join("\n"), @"
    <t:1700000090:T> 📋 Run 42 created by <@1> | Party: Ann | Location: USW3 Bazaar | Organizer Note: bring a slow # no pets
    <t:1700000090:T> 🟢 Started by <@1>
    <t:1700000090:T> ✅ Ended by <@1>
    <t:1700000090:T> ✅ Ended automatically after 120 minutes
    <t:1700000090:T> ❌ Cancelled by <@1>
    <t:1700000090:T> ❌ Cancelled: channel or panel was deleted
    <t:1700000090:T> ➕ <@2> joined (3 in all)
    <t:1700000090:T> 🪑 <@2> went to the bench (2 in all)
    <t:1700000090:T> ➖ <@2> left (2 in all)
    <t:1700000090:T> 🔑 <@2> has Shatters Key (1 in all)
    <t:1700000090:T> 🔑 <@2> no longer has Shatters Key (0 in all)
    <t:1700000090:T> 🛠️ <@1> opened the organizer panel
    <t:1700000090:T> ✏️ <@1> set Location: USW3
    <t:1700000090:T> ✏️ <@1> cleared Organizer Note
    <t:1700000090:T> 🗝️ <@1> popped key 2: 30 s to join
    ");
}

#[test]
fn a_line_fits_the_hosts_limit() {
    let run = Run {
        note: Some("*".repeat(1000)),
        ..posted("SHATTERS")
    };
    assert!(
        views::log_line(&run, &LogLine::Created, POSTED)
            .encode_utf16()
            .count()
            <= 1000
    );
}
