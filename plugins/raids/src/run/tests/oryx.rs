//! Oryx 3: the proof of the portal, the realm's score, the stages.

use super::*;

fn open_oryx() -> Run {
    run_of("ORYX_3")
}

fn live_oryx() -> Run {
    let run = open_oryx();
    let start = run.start(ann(), &Config::default(), after(60));
    run.after(&start.expect("Ann may start her run"))
}

#[test]
fn the_stages_follow_one_another_and_each_begins_once() {
    let mut run = live_oryx();
    for (stage, skipped) in [
        (Stage::Closed, Stage::Miniboss),
        (Stage::Miniboss, Stage::ThirdRoom),
        (Stage::ThirdRoom, Stage::Closed),
    ] {
        let why = LeadError::OtherStage(run.stage);
        assert_eq!(run.begin_stage(ann(), skipped), Err(why));
        let change = run.begin_stage(ann(), stage).expect("it is next");
        assert_eq!((change.from, change.to), (run.stage, stage));
        run = run.after_stage(&change);
        let again = LeadError::OtherStage(Some(stage));
        assert_eq!(run.begin_stage(ann(), stage), Err(again));
    }
    assert_eq!(Stage::after(run.stage), None);
}

#[test]
fn the_miniboss_is_one_of_four() {
    let run = Run {
        stage: Some(Stage::Closed),
        ..live_oryx()
    };
    assert_eq!(run.minibosses(), ["Dammah", "Gemsbok", "Leucoryx", "Beisa"]);
    let unknown = run.begin_miniboss(ann(), "Oryx");
    assert_eq!(unknown, Err(LeadError::UnknownMiniboss));
    let change = run.begin_miniboss(ann(), "Dammah").expect("it is known");
    let run = run.after_stage(&change);
    assert_eq!(run.miniboss.as_deref(), Some("Dammah"));
    let third = run
        .begin_stage(ann(), Stage::ThirdRoom)
        .expect("it is next");
    let run = run.after_stage(&third);
    assert_eq!(run.miniboss.as_deref(), Some("Dammah"), "it is kept");
}

#[test]
fn stages_are_of_live_runs_of_oryx_3() {
    let open = open_oryx().begin_stage(ann(), Stage::Closed);
    assert_eq!(open, Err(LeadError::NotLive));
    let other = live_run().begin_stage(ann(), Stage::Closed);
    assert_eq!(other, Err(LeadError::OnlyOryx));
    let stranger = Actor {
        user: BEN,
        is_organizer: false,
    };
    let stranger = live_oryx().begin_stage(stranger, Stage::Closed);
    assert_eq!(stranger, Err(LeadError::NotOrganizer));
}

#[test]
fn the_realms_score_is_told_until_it_closes() {
    let run = live_oryx();
    assert_eq!(run.set_realm_score(ann(), "57 %"), Ok(57));
    let (least, most) = (1, 99);
    let no_number = LeadError::NoNumber { least, most };
    assert_eq!(run.set_realm_score(ann(), "100"), Err(no_number));
    let closed = Run {
        stage: Some(Stage::Closed),
        ..run
    };
    let why = LeadError::OtherStage(Some(Stage::Closed));
    assert_eq!(closed.set_realm_score(ann(), "57"), Err(why));
}

#[test]
fn only_a_picture_for_an_oryx_3_run_is_taken() {
    assert_eq!(taken(&[open_oryx()], false), Err(TakenError::NotAPicture));
    assert_eq!(taken(&[], true), Err(TakenError::NoRun));
    let other = TakenError::OtherDungeon("Shatters".to_owned());
    assert_eq!(taken(&[open_run()], true), Err(other));
    // Where a guild allows several runs, the one that it can be meant for.
    let (shatters, oryx) = (open_run(), open_oryx());
    assert_eq!(taken(&[shatters, oryx.clone()], true), Ok(&oryx));
}

#[test]
fn words_of_stages_are_read_back() {
    for stage in [Stage::Closed, Stage::Miniboss, Stage::ThirdRoom] {
        assert_eq!(Stage::parse(stage.as_str()), Some(stage));
    }
    assert_eq!(Stage::parse("open"), None);
}
