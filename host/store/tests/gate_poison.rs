//! Conditions that fail, or answer, on a row of another guild: each in queries, updates and deletes,
//! on tables with many rows, with and without statistics, so that the planner has every reason to
//! evaluate it early.

#[path = "gate/oracle.rs"]
mod oracle;

use oracle::{Outcome, Size, Worlds};

/// Over `n` (a number), `note` (a text) and `about`, some of them null.
const PREDICATES: &[&str] = &[
    "abs(n) = 2",
    "abs(n) is null",
    "abs(n) is not null",
    "abs(n) > 0 and 100 / n = 50",
    "100 / n = 50 and abs(n) > 0",
    "abs(about) > 0 or abs(n) > 0",
    "not (abs(n) = 0)",
    "abs(abs(n) - 1) >= 0",
    "abs(n - 1) >= 0",
    "abs(n + about) > 0",
    "(n + 9223372036854652352) is null",
    "(n - 9223372036854652352) > 0",
    "n * 4611686018427387904 > 0",
    "n = n",
    "n is not distinct from abs(n)",
    "abs(n) between 1 and 2",
    "abs(n) in (1, 2)",
    "abs(n) in (select abs(total) from points)",
    "n in (select abs(n) from memo)",
    "exists (select 1 from memo other where abs(other.n) = abs(memo.n))",
    "n = (select max(abs(n)) from memo)",
    "abs((select sum(n) from memo)) > 0",
    "case when n > 0 then abs(n) else abs(about) end > 0",
    "coalesce(abs(n), abs(about)) > 0",
    "nullif(abs(n), 2) is null",
    "cast(note as bigint) = 4",
    "abs(cast(note as bigint)) = 7",
    "cast(note as double precision) > 1",
    "note like '%SECRET%'",
    "note like '%\u{5c}'",
    "note not like '%a%'",
    "length(note) > 15",
    "substr(note, 1, 9) = 'no number'",
    "substr(note, abs(n), 2) <> ''",
    "replace(note, 'SECRET', '') <> note",
    "upper(note) = 'NO NUMBER'",
    "note || abs(n) <> ''",
    "round(n, abs(n)) = n",
    "lower(note) < 'b' and abs(n) > 1",
    "about > 0 and abs(n) > 0 and abs(about) < 200",
];

/// A statement around the predicate.
const AROUND: &[&str] = &[
    "select about, n, note from memo where {}",
    "select count(*) as n from memo where {}",
    "select about, count(*) as c from memo where {} group by about having max(n) is not null",
    "update memo set note = 'x' where {}",
    "delete from memo where {}",
    "select memo.n, points.total from memo join points on points.user_id = memo.about and {}",
];

async fn none_leaks(size: Size) {
    let mut worlds = Worlds::new(size).await;
    let (mut runs, mut failed_on_both, mut found) = (0, 0, 0);
    for predicate in PREDICATES {
        for around in AROUND {
            // A text cannot hold a backslash: it comes as a parameter.
            let (predicate, parameters) = match predicate.split_once("'%\u{5c}'") {
                Some((before, after)) => (format!("{before}$1{after}"), vec!["%\u{5c}".into()]),
                None => ((*predicate).to_owned(), Vec::new()),
            };
            let sql = around.replace("{}", &predicate);
            match worlds.compare(&sql, &parameters).await {
                Outcome::Equal {
                    rows,
                    changed,
                    failed,
                    ..
                } => {
                    runs += 1;
                    found += usize::from(rows + changed > 0);
                    failed_on_both += usize::from(failed);
                }
                Outcome::Refused(error) => panic!("{sql}: {error}"),
                Outcome::Different(difference) => panic!("{size:?}: {difference}"),
            }
        }
    }
    println!("{size:?}: {runs} poisoned, {found} find rows, {failed_on_both} fail on both");
    assert!(found * 2 > runs, "most find something of their own");
}

#[tokio::test]
async fn no_predicate_is_answered_by_a_foreign_row() {
    none_leaks(Size::SMALL).await;
}

#[tokio::test]
async fn no_predicate_is_answered_by_a_foreign_row_among_many() {
    for analyzed in [false, true] {
        none_leaks(Size {
            runs: 350,
            analyzed,
        })
        .await;
    }
}
