//! What a raid bot writes passes the gate, and means in a database of three guilds what it means
//! in a database of one.
//!
//! `cargo test -p muster-store --test gate_accepts -- --nocapture shapes` prints the list.

#[path = "gate/oracle.rs"]
mod oracle;
#[path = "gate/shapes.rs"]
mod shapes;

use muster_store::gate::{Dialect, confine};
use oracle::{Outcome, Size, Worlds};
use shapes::{SHAPES, Shape};

async fn all_equal(size: Size) {
    let mut worlds = Worlds::new(size).await;
    let mut wrong = Vec::new();
    let (mut with_rows, mut with_changes) = (0, 0);
    for shape in SHAPES {
        let Shape {
            name,
            sql,
            parameters,
            fails,
        } = shape;
        match worlds.compare(sql, &parameters()).await {
            Outcome::Equal {
                rows,
                changed,
                failed,
                ..
            } => {
                with_rows += usize::from(rows > 0);
                with_changes += usize::from(changed > 0);
                if failed != *fails {
                    wrong.push(format!("{name}: failed is {failed}"));
                }
                if rows == 0 && changed == 0 && !fails {
                    wrong.push(format!(
                        "{name}: finds and changes nothing, so it shows nothing"
                    ));
                }
            }
            Outcome::Refused(error) => wrong.push(format!("{name}: {error}")),
            Outcome::Different(difference) => wrong.push(format!("{name}: {difference}")),
        }
    }
    println!(
        "{} shapes on {size:?}: {with_rows} with rows, {with_changes} that change rows",
        SHAPES.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn every_shape_means_the_same_among_other_guilds() {
    all_equal(Size::SMALL).await;
}

#[tokio::test]
async fn every_shape_means_the_same_with_statistics() {
    all_equal(Size {
        analyzed: true,
        ..Size::SMALL
    })
    .await;
}

#[tokio::test]
async fn every_shape_means_the_same_in_large_tables() {
    all_equal(Size {
        runs: 400,
        analyzed: false,
    })
    .await;
    all_equal(Size {
        runs: 400,
        analyzed: true,
    })
    .await;
}

#[test]
fn shapes_are_at_least_42_and_pass_for_both_databases() {
    assert!(SHAPES.len() >= 42, "only {}", SHAPES.len());
    let (sqlite, _) = oracle::schema(Dialect::Sqlite);
    let (postgres, _) = oracle::schema(Dialect::Postgres);
    for shape in SHAPES {
        println!("{}: {}", shape.name, one_line(shape.sql));
        confine(&sqlite, Dialect::Sqlite, shape.sql).expect(shape.name);
        confine(&postgres, Dialect::Postgres, shape.sql).expect(shape.name);
    }
    println!("{} shapes", SHAPES.len());
}

fn one_line(sql: &str) -> String {
    let words: Vec<&str> = sql.split_whitespace().collect();
    words.join(" ")
}
