//! What the oracle's tables hold.

use super::{Size, Value};

/// Columns that keep their value in the poisoned guilds, so that all guilds share their keys.
pub fn is_key(table: &str, column: &str) -> bool {
    matches!(
        (table, column),
        ("run" | "key_log" | "template", "id")
            | ("reaction", "run_id" | "user_id")
            | ("points", "user_id")
            | ("key_log", "run_id")
            | ("template", "owner_id" | "name")
            | ("run", "seats")
    )
}

/// The same keys, everything else as bad as it can be.
pub fn poison(row: &[Value], keys: &[bool], table: &str, number: usize) -> Vec<Value> {
    const POISON: [&str; 3] = ["no number", "%SECRET ends with \\", ""];
    let numbers = [0, i64::MIN, i64::MAX, 123_456];
    row.iter()
        .enumerate()
        .map(|(position, value)| {
            let pick = number + position;
            match value {
                kept if keys.get(position) == Some(&true) => kept.clone(),
                // One text where a number belongs, which SQLite takes.
                Value::Int(_) if table == "memo" && number % 5 == 4 => "no number".into(),
                Value::Int(_) => numbers[pick % numbers.len()].into(),
                Value::Text(_) => POISON[pick % POISON.len()].into(),
                Value::Real(_) => Value::Real(-1e308),
                Value::Null => match pick % 3 {
                    0 => i64::MIN.into(),
                    1 => "SECRET\\".into(),
                    _ => Value::Null,
                },
            }
        })
        .collect()
}

/// The rows of the own guild.
pub fn rows_of(table: &str, size: Size) -> Vec<Vec<Value>> {
    let n = size.runs;
    let users = n + 4;
    let optional = |present: bool, value: Value| if present { value } else { Value::Null };
    match table {
        "run" => (1..=n)
            .map(|id| {
                let status = match id % 4 {
                    0 if id <= 8 => "open",
                    1 if id <= 8 => "live",
                    2 => "cancelled",
                    _ => "ended",
                };
                vec![
                    id.into(),
                    ["SHATTERS", "VOID", "NEST"][(id % 3) as usize].into(),
                    (100 + id).into(),
                    status.into(),
                    (10 + id % 5).into(),
                    (id % 2).into(),
                    optional(id % 3 != 0, format!("party {id}").as_str().into()),
                    optional(id % 2 == 0, Value::Real(id as f64 / 2.0)),
                    (1_000 + id * 10).into(),
                    optional(id % 4 == 3, (2_000 + id * 10).into()),
                ]
            })
            .collect(),
        "reaction" => (1..=n)
            .flat_map(|run| (1..=3).map(move |k| (run, 100 + (run * k) % users, k)))
            .scan(Vec::new(), |seen, (run, user, k)| {
                let fresh = !seen.contains(&(run, user));
                if seen.len() > 8 {
                    seen.remove(0);
                }
                seen.push((run, user));
                Some((fresh, run, user, k))
            })
            .filter(|(fresh, ..)| *fresh)
            .map(|(_, run, user, k)| {
                vec![
                    run.into(),
                    user.into(),
                    ["join", "bench", "leave"][((run + k) % 3) as usize].into(),
                    optional(k != 2, ["Wizard", "Priest"][(run % 2) as usize].into()),
                    (run * 100 + k).into(),
                ]
            })
            .collect(),
        "points" => (0..users)
            .map(|user| {
                vec![
                    (100 + user).into(),
                    (user * 3 % 7).into(),
                    (user % 2).into(),
                ]
            })
            .collect(),
        "key_log" => (1..=n)
            .map(|id| {
                vec![
                    id.into(),
                    (100 + id % 5).into(),
                    optional(id % 3 != 0, id.into()),
                    ["SHATTERS", "INC"][(id % 2) as usize].into(),
                    (id % 4 + 1).into(),
                    (1_500 + id).into(),
                ]
            })
            .collect(),
        "template" => (1..=(n / 2).max(3))
            .map(|id| {
                vec![
                    id.into(),
                    (100 + id % 3).into(),
                    format!("name {id}").as_str().into(),
                    optional(id % 2 == 0, "body".into()),
                    (id % 2).into(),
                ]
            })
            .collect(),
        "memo" => (1..=n)
            .map(|id| {
                vec![
                    optional(id % 5 != 0, (100 + id % 4).into()),
                    optional(id % 4 != 0, (id % 6 - 2).into()),
                    optional(
                        id % 3 != 0,
                        ["4", "-7", "abc", "x%y_z"][(id % 4) as usize].into(),
                    ),
                ]
            })
            .collect(),
        other => panic!("no rows for {other}"),
    }
}

/// "1, null, 'text'"
pub fn list(values: &[Value]) -> String {
    let printed: Vec<String> = values
        .iter()
        .map(|value| match value {
            Value::Null => "null".to_owned(),
            Value::Int(i64::MIN) => "(-9223372036854775807 - 1)".to_owned(),
            Value::Int(number) => number.to_string(),
            Value::Real(number) => format!("{number:e}"),
            Value::Text(text) => format!("'{}'", text.replace('\'', "''")),
        })
        .collect();
    printed.join(", ")
}
