//! The test of the tests: a gate with a hole is caught by the oracle, both by the statements of a
//! raid bot and by random ones.
//!
//! The holes are cut into the confined text here; the gate itself has no switch for them.

#[path = "gate/generator.rs"]
mod generator;
#[path = "gate/oracle.rs"]
mod oracle;
#[path = "gate/shapes.rs"]
mod shapes;

use generator::{Dice, Generator};
use oracle::{Outcome, Size, Worlds};
use shapes::SHAPES;

/// Reads also see the rows of guilds with larger numbers.
fn open_filter(sql: &str) -> String {
    sql.replace("WHERE `t`.`guild_id` = $1", "WHERE `t`.`guild_id` >= $1")
}

/// Updates and deletes, also those of an upsert, touch every guild.
fn no_guard(sql: &str) -> String {
    let mut open = String::new();
    let mut rest = sql;
    while let Some(at) = rest.find(".`guild_id` = $1") {
        let guard_starts = rest[..at].rfind(' ').expect("WHERE stands before") + 1;
        let alias = &rest[guard_starts..at];
        let end = at + ".`guild_id` = $1".len();
        if alias == "`t`" {
            open.push_str(&rest[..end]);
        } else {
            open.push_str(&rest[..guard_starts]);
            open.push_str("($1 IS NOT NULL)");
        }
        rest = &rest[end..];
    }
    open + rest
}

/// Upserts collide on the author's key alone. (The key itself has to exist without the guild, else
/// SQLite refuses the text, which the oracle notices too.)
fn target_without_guild(sql: &str) -> String {
    sql.replace("ON CONFLICT (`guild_id`, ", "ON CONFLICT (")
}

/// Nothing is cut; the control.
fn whole(sql: &str) -> String {
    sql.to_owned()
}

async fn caught(change: fn(&str) -> String) -> (usize, usize) {
    let mut worlds = Worlds::new(Size::SMALL).await;
    let mut by_shapes = 0;
    for shape in SHAPES {
        let outcome = worlds
            .compare_changed(shape.sql, &(shape.parameters)(), change)
            .await;
        by_shapes += usize::from(matches!(outcome, Outcome::Different(_)));
    }
    let mut by_random = 0;
    for seed in 0..1_000 {
        let statement = Generator::new(Dice::new(seed).roll()).statement();
        let outcome = worlds
            .compare_changed(&statement.sql, &statement.parameters, change)
            .await;
        by_random += usize::from(matches!(outcome, Outcome::Different(_)));
    }
    (by_shapes, by_random)
}

async fn is_caught(name: &str, change: fn(&str) -> String) {
    let (by_shapes, by_random) = caught(change).await;
    println!(
        "{name}: caught by {by_shapes} of {} shapes, {by_random} of 1000 random",
        SHAPES.len()
    );
    assert!(by_shapes > 0, "no shape catches: {name}");
    assert!(by_random > 0, "no random statement catches: {name}");
}

#[tokio::test]
async fn a_filter_that_lets_later_guilds_in_is_caught() {
    is_caught("filter with >=", open_filter).await;
}

#[tokio::test]
async fn a_missing_guard_is_caught() {
    is_caught("no guard", no_guard).await;
}

#[tokio::test]
async fn a_conflict_target_without_the_guild_is_caught() {
    is_caught("conflict target without guild", target_without_guild).await;
}

#[tokio::test]
async fn an_unchanged_text_is_not_caught() {
    assert_eq!(caught(whole).await, (0, 0));
}
