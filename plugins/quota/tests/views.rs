//! What people see, drawn as text: a change of a view is judged by reading the diff of these files.

use insta::assert_snapshot;
use muster_dungeons::find_dungeon;
use muster_quota::leaderboard::{Kind, Leaderboard, Sort};
use muster_quota::period::{Ended, Period, Schedule};
use muster_quota::points::Points;
use muster_quota::quota::Quota;
use muster_quota::recurrence::{Recurrence, Zone};
use muster_quota::stats::{DungeonStats, Stats};
use muster_quota::{
    Archived, BoardId, BoardLine, ConfigView, Earning, Line, Page, PointsView, Who, views,
};
use muster_sdk::ids::{RoleId, UserId};
use muster_sdk::message::{draw, draw_modal};
use muster_sdk::time::Timestamp;

const ANN: UserId = UserId(1);
const BEN: UserId = UserId(2);
const CID: UserId = UserId(3);
const LEADERS: RoleId = RoleId(7);

fn day(number: i64) -> Timestamp {
    Timestamp::from_seconds(1_750_000_000 + number * 24 * 3600)
}

fn points(text: &str) -> Points {
    Points::parse(text).expect("a number")
}

fn quota() -> Quota {
    Quota {
        required: points("3"),
        overrides: vec![
            ("SHATTERS".into(), points("2.5")),
            ("NEST".into(), points("0")),
        ],
        ..Quota::new(
            LEADERS,
            Schedule {
                start: day(0),
                reset_at: day(7),
                recurrence: Recurrence::Days(7),
                anchor: day(7),
            },
        )
    }
}

fn line(user: UserId, total: &str, runs: i64) -> Line {
    Line {
        user,
        total: points(total),
        runs,
    }
}

fn period() -> Period {
    quota().schedule.period_at(day(3), &Zone::utc())
}

fn ranking(lines: &[Line], holders: Option<usize>) -> String {
    draw(&views::ranking(
        Some("Raid *Leader*"),
        &quota(),
        &period(),
        lines,
        holders,
    ))
}

#[test]
fn a_ranking_says_who_has_met_the_quota_and_who_is_without_points() {
    let lines = [line(ANN, "10", 9), line(BEN, "9", 9), line(CID, "0.5", 1)];
    assert_snapshot!(ranking(&lines, Some(5)));
}

#[test]
fn without_the_members_intent_nobody_knows_out_of_how_many() {
    assert_snapshot!(ranking(&[line(ANN, "3", 6)], None));
}

#[test]
fn an_empty_ranking_says_so() {
    assert_snapshot!(ranking(&[], Some(2)));
}

#[test]
fn a_ranking_of_many_fits_a_message() {
    let lines: Vec<Line> = (1..=40)
        .map(|n| line(UserId(u64::MAX - n), "99999.99", 9999))
        .collect();
    let drawn = ranking(&lines, Some(60));
    assert!(drawn.contains("25. ") && !drawn.contains("26. "), "{drawn}");
    assert!(drawn.contains("... and 15 more"), "{drawn}");
    assert!(drawn.contains("and 20 members without points"), "{drawn}");
}

#[test]
fn a_quota_of_nothing_is_met_by_everybody() {
    let free = Quota {
        required: Points::ZERO,
        ..quota()
    };
    let drawn = draw(&views::ranking(None, &free, &period(), &[], Some(4)));
    assert!(drawn.contains("4/4 members have met quota"), "{drawn}");
}

fn archived() -> Archived {
    Archived {
        period: Ended {
            start: day(0),
            end: day(7),
        },
        required: points("3"),
        standings: vec![line(ANN, "3.5", 4), line(BEN, "1", 1)],
        holders: Some(3),
        met: 1,
        reset_by: None,
    }
}

#[test]
fn the_end_of_a_period_names_who_met_it_and_who_did_not() {
    assert_snapshot!(draw(&views::period_ended(LEADERS, &archived())));
}

#[test]
fn history_shows_the_same_out_of_the_archive() {
    assert_snapshot!(draw(&views::history(LEADERS, &archived(), 2, 5)));
}

fn configured(quota: Option<&Quota>, view: ConfigView) -> String {
    let zone = Zone::utc();
    let shown = views::Configured {
        role: LEADERS,
        name: Some("Raid Leader"),
        quota,
        now: day(3),
        zone: &zone,
        zone_is_known: true,
    };
    draw(&views::config(&shown, view))
}

#[test]
fn a_roles_panel_shows_everything_that_is_set() {
    assert_snapshot!(configured(Some(&quota()), ConfigView::Main));
}

#[test]
fn a_role_without_a_quota_says_how_to_begin() {
    assert_snapshot!(configured(None, ConfigView::Main));
}

#[test]
fn dungeons_with_a_value_of_their_own_are_marked() {
    let drawn = configured(Some(&quota()), ConfigView::Dungeons(0));
    assert!(
        drawn.contains("⭐ Shatters") || drawn.contains("⭐ The Shatters"),
        "{drawn}"
    );
    assert!(drawn.contains("Back"), "{drawn}");
}

#[test]
fn what_cannot_be_undone_is_asked_again() {
    let reset = configured(Some(&quota()), ConfigView::Reset);
    assert!(
        reset.contains("Reset now") && reset.contains("Back"),
        "{reset}"
    );
    let delete = configured(Some(&quota()), ConfigView::Delete);
    assert!(
        delete.contains("Delete it") && delete.contains("Back"),
        "{delete}"
    );
}

#[test]
fn a_stopped_panel_has_no_buttons() {
    let drawn = configured(Some(&quota()), ConfigView::Stopped);
    assert!(!drawn.contains("Set Basic Config"), "{drawn}");
}

#[test]
fn forms_hold_what_is_set_now() {
    let shatters = find_dungeon("SHATTERS").expect("in the data");
    let forms = [
        views::basic_form(&quota()),
        views::base_form(&quota()),
        views::work_form(&quota()),
        views::work_more_form(&quota()),
        views::override_form(&quota(), shatters),
        views::value_form(Earning::Key, shatters, points("5")),
    ];
    let drawn: Vec<String> = forms.iter().map(draw_modal).collect();
    assert_snapshot!(drawn.join("\n"));
}

#[test]
fn the_panel_of_raiders_points_lists_what_is_unusual() {
    let completions = [("SHATTERS".to_owned(), points("2"))];
    assert_snapshot!(draw(&views::points(&completions, &[], PointsView::Main)));
    let menus = draw(&views::points(
        &completions,
        &[],
        PointsView::Dungeons(Earning::Completion, 0),
    ));
    assert!(menus.contains("⭐"), "{menus}");
    let keys = draw(&views::points(
        &completions,
        &[],
        PointsView::Dungeons(Earning::Key, 0),
    ));
    assert!(!keys.contains("⭐"), "{keys}");
}

fn board(kind: Kind) -> Leaderboard {
    Leaderboard {
        viewer: CID,
        kind,
        dungeon: None,
        sort: Sort::Descending,
        since: Some(day(0)),
        until: None,
        page: 0,
        closed: false,
    }
}

fn board_line(place: i64, user: UserId, total: i64) -> BoardLine {
    BoardLine {
        place,
        who: Who::User(user),
        total,
    }
}

#[test]
fn a_leaderboard_shows_a_page_and_the_viewers_own_place() {
    let page = Page {
        lines: vec![
            board_line(1, ANN, 1250),
            board_line(2, BEN, 500),
            board_line(2, UserId(9), 500),
        ],
        all: 60,
        own: Some(board_line(31, CID, 50)),
    };
    assert_snapshot!(draw(&views::leaderboard(
        BoardId(3),
        &board(Kind::Points),
        &page
    )));
}

#[test]
fn a_closed_leaderboard_has_no_arrows() {
    let closed = Leaderboard {
        closed: true,
        ..board(Kind::RunsOrganized)
    };
    let drawn = draw(&views::leaderboard(BoardId(3), &closed, &Page::default()));
    assert!(
        !drawn.contains('⏮') && drawn.contains("nothing to rank yet"),
        "{drawn}"
    );
}

#[test]
fn dungeons_are_ranked_by_name() {
    let page = Page {
        lines: vec![BoardLine {
            place: 1,
            who: Who::Dungeon("SHATTERS".into()),
            total: 12,
        }],
        all: 1,
        own: None,
    };
    let drawn = draw(&views::leaderboard(
        BoardId(3),
        &board(Kind::Dungeons),
        &page,
    ));
    assert!(drawn.contains("Shatters **12**"), "{drawn}");
}

#[test]
fn stats_show_quota_points_only_to_those_who_have_some() {
    let mut stats = Stats {
        points: points("12.5"),
        organized: 2,
        verified: 1,
        keys: 3,
        dungeons: vec![
            DungeonStats {
                key: "SHATTERS".into(),
                completed: 4,
                keys: 3,
                organized: 2,
            },
            DungeonStats {
                key: "GONE_FROM_DATA".into(),
                completed: 1,
                ..DungeonStats::default()
            },
        ],
        ..Stats::default()
    };
    let without = draw(&views::stats(ANN, &stats, 0));
    assert!(!without.contains("Quota Points"), "{without}");
    stats.quota_points = points("0.25");
    assert_snapshot!(draw(&views::stats(ANN, &stats, 0)));
}

#[test]
fn runs_that_are_taken_back_say_so() {
    let logged = views::LoggedRuns {
        dungeon: "SHATTERS",
        is_guess: true,
        amount: -2,
        change: points("-3"),
        organizer: BEN,
        by: ANN,
    };
    assert_snapshot!(draw(&views::run_logged(&logged)));
}

#[test]
fn an_adjustment_shows_sign_total_and_reason() {
    let adjusted = views::Adjusted {
        member: BEN,
        amount: points("1.50"),
        total: points("3"),
        role: Some(LEADERS),
        reason: Some("Helped *a lot*".into()),
        by: ANN,
    };
    assert_snapshot!(draw(&views::adjusted("Quota Points", &adjusted)));
}
