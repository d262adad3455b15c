//! What attacks a guild's neighbours, or means different things to the two databases, does not pass
//! the gate; and its author reads why.

#[path = "gate/oracle.rs"]
mod oracle;

use std::time::{Duration, Instant};

use muster_store::gate::{Catalogue, Dialect, GateError, confine};

const BOTH: [Dialect; 2] = [Dialect::Sqlite, Dialect::Postgres];

const STATEMENTS: &str = include_str!("gate/attacks/statements.txt");
const MIGRATIONS: &str = include_str!("gate/attacks/migrations.txt");

/// What a line of the lists cannot hold.
const BY_BYTES: &[Attack] = &[
    Attack {
        name: "a hidden second statement",
        text: "select id from run where id = 1; --\n drop table run",
        message: "other than one statement",
    },
    Attack {
        name: "a NUL byte",
        text: "select id from run\0",
        message: "NUL",
    },
    Attack {
        name: "a control character",
        text: "select id from run where status = 'a\u{1}'",
        message: "control character",
    },
    Attack {
        name: "a line end in a text",
        text: "select id from run where status = 'a\nb'",
        message: "control character",
    },
];

struct Attack {
    name: &'static str,
    text: &'static str,
    /// A part of what its author reads; empty if only the parsers' own words are to be had.
    message: &'static str,
}

fn read(list: &'static str) -> impl Iterator<Item = Attack> {
    let lines = list
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| {
        let mut parts = line.split(" // ").map(|part| part.trim_end_matches(" //"));
        let mut next = || parts.next().unwrap_or_default();
        Attack {
            name: next(),
            text: next(),
            message: next(),
        }
    })
}

/// Runs an attack against both databases. One of them may refuse it in its parser's words.
fn refused_by_both(
    attack: &Attack,
    mut run: impl FnMut(Dialect) -> Result<(), GateError>,
) -> Result<(), String> {
    let Attack {
        name,
        text,
        message,
    } = attack;
    let mut said = Vec::new();
    for dialect in BOTH {
        match run(dialect) {
            Ok(()) => return Err(format!("{dialect:?}, {name}: passed: {text}")),
            Err(GateError::Syntax(_)) => {}
            Err(error) => said.push(error.to_string()),
        }
    }
    let wrong = said.iter().find(|said| !said.contains(message));
    if let Some(wrong) = wrong {
        return Err(format!("{name}: no `{message}` in: {wrong}"));
    }
    if said.is_empty() && !message.is_empty() {
        return Err(format!("{name}: neither parser reads it: {text}"));
    }
    Ok(())
}

#[test]
fn attacks_by_statement_are_refused_by_name() {
    let catalogues = BOTH.map(|dialect| oracle::schema(dialect).0);
    let attacks: Vec<Attack> = read(STATEMENTS).collect();
    let results = attacks.iter().chain(BY_BYTES).map(|attack| {
        refused_by_both(attack, |dialect| {
            let catalogue = &catalogues[usize::from(dialect == Dialect::Postgres)];
            confine(catalogue, dialect, attack.text).map(|_| ())
        })
    });
    let wrong: Vec<String> = results.filter_map(Result::err).collect();
    println!("{} attacks by statement", attacks.len() + BY_BYTES.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn attacks_by_migration_are_refused_by_name_and_change_nothing() {
    let attacks: Vec<Attack> = read(MIGRATIONS).collect();
    let results = attacks.iter().map(|attack| {
        refused_by_both(attack, |dialect| {
            let (mut catalogue, _) = oracle::schema(dialect);
            let before = catalogue.version();
            let honest_first = format!("create table honest (a bigint); {}", attack.text);
            let refused = catalogue.migrate(dialect, &honest_first).map(|_| ());
            let unchanged =
                catalogue.find_table("honest").is_none() && catalogue.version() == before;
            assert!(unchanged, "{}: half of the migration stayed", attack.name);
            refused
        })
    });
    let wrong: Vec<String> = results.filter_map(Result::err).collect();
    println!("{} attacks by migration", attacks.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What an author sees, in full: what, why, and what to write instead.
#[test]
fn a_refusal_says_what_why_and_what_instead() {
    let (catalogue, _) = oracle::schema(Dialect::Sqlite);
    let message = |text| match confine(&catalogue, Dialect::Sqlite, text) {
        Ok(_) => panic!("passed: {text}"),
        Err(error) => error.to_string(),
    };
    assert_eq!(
        message("select id from run where guild_id = 1"),
        "`guild_id` is refused: the column is the host's. \
         Instead: leave it out, every statement sees only this guild"
    );
    assert_eq!(
        message("select p.tota from points p"),
        "`p` has no column `tota` (it has: user_id, total, week). Did you mean `total`?"
    );
    assert_eq!(
        message("insert into points (user_id) values (1) on conflict (total) do nothing"),
        "ON CONFLICT (total) is refused: rows can only collide on a key that is not partial. \
         Instead: the keys of `points` are (user_id)"
    );
    assert_eq!(
        message("select status, id from run group by status"),
        "the column `id` beside an aggregate is refused: its group has many rows, \
         and the value would be any of theirs. Instead: add it to GROUP BY, or write max(id)"
    );
}

/// Texts that nest or repeat without end, each close to the largest text that is read.
fn bombs() -> Vec<(&'static str, String)> {
    let nested = |open: &str, middle: &str, close: &str, times: usize| {
        format!("{}{middle}{}", open.repeat(times), close.repeat(times))
    };
    let select = |condition: String| format!("select id from run where {condition}");
    vec![
        ("sums", select(format!("id = 0{}", "+1".repeat(8_000)))),
        ("parentheses", select(nested("(", "true", ")", 8_000))),
        ("NOT", select(format!("{}true", "not ".repeat(4_000)))),
        ("minus", select(format!("id = {}1", "- ".repeat(8_000)))),
        (
            "casts",
            select(format!("id = 1{}", "::bigint".repeat(2_000))),
        ),
        ("calls", select(nested("abs(", "1", ")", 3_000))),
        (
            "case",
            select(nested("case when true then ", "true", " end", 600)),
        ),
        (
            "scalar subqueries",
            select(nested("(select id from run where ", "true", ")", 600)),
        ),
        (
            "exists",
            select(nested("exists (select 1 from run where ", "true", ")", 480)),
        ),
        (
            "subqueries in FROM",
            nested("select id from (", "select id from run", ") as x", 600),
        ),
        (
            "WITH",
            nested(
                "with w as (",
                "select id from run",
                ") select id from w",
                480,
            ),
        ),
        (
            "unions",
            format!(
                "select id from run{}",
                " union select 1 from run".repeat(600)
            ),
        ),
        (
            "concatenations",
            select(format!("'a'{} = 'a'", "||'a'".repeat(3_200))),
        ),
        (
            "conditions",
            select(format!("true{}", " and true".repeat(1_800))),
        ),
        ("IS NULL", select(format!("id{}", " is null".repeat(2_000)))),
        (
            "an IN list",
            select(format!("id in (1{})", ",1".repeat(8_000))),
        ),
        (
            "joins",
            format!("select 1 from run a{}", ", run".repeat(2_700)),
        ),
        (
            "rows",
            format!("insert into memo (n) values (1){}", ",(1)".repeat(4_000)),
        ),
        (
            "BETWEEN",
            select(format!("id {}1", "between 1 and ".repeat(1_100))),
        ),
        ("brackets", select(format!("id{}", "[1".repeat(8_000)))),
        (
            "length",
            select(format!("status = '{}'", "a".repeat(20_000))),
        ),
    ]
}

#[test]
fn bombs_are_refused_quickly_on_a_small_stack() {
    for dialect in BOTH {
        for (name, text) in bombs() {
            let (catalogue, _) = oracle::schema(dialect);
            let thread = std::thread::Builder::new()
                .stack_size(2 * 1024 * 1024)
                .spawn(move || {
                    let start = Instant::now();
                    let refused = confine(&catalogue, dialect, &text).is_err();
                    (refused, start.elapsed())
                })
                .expect("a thread starts");
            let (refused, took) = thread.join().expect("no overflow of the stack");
            println!("{dialect:?} {name}: {took:?}");
            assert!(refused, "{dialect:?} {name}: passed");
            assert!(
                took < Duration::from_secs(2),
                "{dialect:?} {name}: {took:?}"
            );
        }
    }
}

#[test]
fn the_deepest_statement_that_passes_also_runs() {
    let (catalogue, _) = oracle::schema(Dialect::Sqlite);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    runtime.block_on(async {
        let mut worlds = oracle::Worlds::new(oracle::Size::SMALL).await;
        let mut passed = 0;
        for depth in 1..70 {
            let texts = [
                format!("select id from run where id > {}1", "1 - ".repeat(depth)),
                format!(
                    "select id from run where id = {}1{}",
                    "abs(".repeat(depth),
                    ")".repeat(depth)
                ),
                format!(
                    "select id from {}run{}",
                    "(select id from ".repeat(depth.min(12)),
                    " as x) as y".repeat(depth.min(12))
                ),
            ];
            for text in texts {
                if confine(&catalogue, Dialect::Sqlite, &text).is_err() {
                    continue;
                }
                passed += 1;
                if let oracle::Outcome::Different(difference) = worlds.compare(&text, &[]).await {
                    panic!("{difference}");
                }
            }
        }
        assert!(passed > 60, "only {passed} passed");
    });
}

#[test]
fn plugins_with_like_names_share_no_table() {
    for bad in [
        "", "Acme", "acme__x", "acme_", "_acme", "sqlite", "sqlite_x", "pg_x", "1a", "a-b", "a.b",
    ] {
        assert!(Catalogue::new(bad).is_err(), "`{bad}` passed");
    }
    let mut names = Vec::new();
    for plugin in ["a", "a_b", "ab"] {
        let mut catalogue = Catalogue::new(plugin).expect("a good name");
        for table in ["b", "b_c", "c", "a_b"] {
            catalogue
                .migrate(Dialect::Sqlite, &format!("create table {table} (x bigint)"))
                .expect("a good table");
        }
        names.extend(catalogue.tables().map(|table| table.physical.clone()));
    }
    let all = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all);
}

#[test]
fn names_that_postgresql_would_cut_are_refused() {
    let mut catalogue = Catalogue::new("a_plugin_with_quite_a_long_name").expect("a good name");
    let mut accepts = |text: &str| catalogue.migrate(Dialect::Postgres, text).is_ok();
    let long = "a_name_of_thirty_three_characters";
    assert!(!accepts(&format!("create table {long} (a bigint)")));
    assert!(accepts("create table short (a bigint)"));
    assert!(!accepts(&format!("create index {long} on short (a)")));
    assert!(accepts(&format!(
        "create index {} on short (a)",
        &long[..30]
    )));
}
