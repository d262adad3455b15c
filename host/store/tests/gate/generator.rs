//! Random statements over the oracle's schema.
//!
//! Each is one that both databases have to answer in the same way whatever the order in which they
//! visit rows: limits stand behind a complete order, what an upsert inserts is sorted, and an update
//! sets a column from other tables or from its own row.

#![allow(dead_code, reason = "each test file uses its own part of this one")]

#[path = "expressions.rs"]
mod expressions;
#[path = "tables.rs"]
mod tables;
#[path = "writes.rs"]
mod writes;

use crate::oracle::Value;
use tables::Kind::{self, Number, Text};
use tables::{TABLES, TableOf};

/// Reproducible numbers: Steele and others, "Fast splittable pseudorandom number generators" (2014),
/// known as SplitMix64.
pub struct Dice(u64);

impl Dice {
    /// The same seed gives the same statements.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.roll() % n as u64) as usize
    }

    /// True in `percent` of the cases.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of them.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// A table, subquery or CTE in sight.
#[derive(Clone)]
struct Source {
    alias: String,
    columns: Vec<(String, Kind)>,
}

/// A random statement.
pub struct Generated {
    /// The author's text.
    pub sql: String,
    /// `$1`, `$2`, ...
    pub parameters: Vec<Value>,
}

/// Makes statements.
pub struct Generator {
    dice: Dice,
    parameters: Vec<Value>,
    aliases: usize,
    /// Levels of sources, the innermost last.
    levels: Vec<Vec<Source>>,
    ctes: Vec<Source>,
    /// Tables that may still be named.
    tables_left: usize,
    /// Whether any FROM had more than one source.
    joined: bool,
}

impl Generator {
    /// The same seed gives the same statement.
    pub fn new(seed: u64) -> Self {
        Self {
            dice: Dice::new(seed),
            parameters: Vec::new(),
            aliases: 0,
            levels: Vec::new(),
            ctes: Vec::new(),
            tables_left: 8,
            joined: false,
        }
    }

    /// A statement.
    pub fn statement(mut self) -> Generated {
        let sql = match self.dice.below(100) {
            0..58 => self.top_select(),
            58..66 => self.insert_values(),
            66..74 => self.insert_select(),
            74..90 => self.update(),
            _ => self.delete(),
        };
        Generated {
            sql,
            parameters: self.parameters,
        }
    }

    fn alias(&mut self) -> String {
        self.aliases += 1;
        format!("a{}", self.aliases)
    }

    fn parameter(&mut self, value: Value) -> String {
        // Sometimes one that is there already, so that numbers repeat.
        if self.dice.chance(15)
            && let Some(at) = self.parameters.iter().position(|known| *known == value)
        {
            return format!("${}", at + 1);
        }
        self.parameters.push(value);
        format!("${}", self.parameters.len())
    }

    fn top_select(&mut self) -> String {
        let mut sql = String::new();
        if self.dice.chance(15) {
            let mut printed = Vec::new();
            for _ in 0..=self.dice.below(2) {
                self.aliases += 1;
                let name = format!("w{}", self.aliases);
                let (query, columns) = self.named_query(1);
                printed.push(format!("{name} as ({query})"));
                self.ctes.push(Source {
                    alias: name,
                    columns,
                });
            }
            sql = format!("with {} ", printed.join(", "));
        }
        if self.dice.chance(15) {
            sql.push_str(&self.compound());
        } else {
            let (query, columns) = self.select(2, false);
            sql.push_str(&query);
            let width = columns.len();
            sql.push_str(&self.complete_order(width));
        }
        sql
    }

    /// Nothing, an order, or a complete order with a limit.
    fn complete_order(&mut self, width: usize) -> String {
        if self.dice.chance(50) {
            return String::new();
        }
        let terms: Vec<String> = (1..=width)
            .map(|position| {
                let direction = *self.dice.pick(&["", " desc", " asc", " desc nulls last"]);
                format!("{position}{direction}")
            })
            .collect();
        let mut sql = format!(" order by {}", terms.join(", "));
        if self.dice.chance(50) {
            sql.push_str(&format!(" limit {}", 1 + self.dice.below(9)));
            // SQLite 3.51 forgets the offset of some joins that it sorts in part by an index.
            if !self.joined && self.dice.chance(40) {
                let offset = self.dice.below(4) as i64;
                sql.push_str(&format!(" offset {}", self.parameter(offset.into())));
            }
        }
        sql
    }

    fn compound(&mut self) -> String {
        let word = *self
            .dice
            .pick(&["union", "union all", "intersect", "except"]);
        let width = 1 + self.dice.below(2);
        let kinds: Vec<Kind> = (0..width)
            .map(|_| *self.dice.pick(&[Number, Text]))
            .collect();
        let arms: Vec<String> = (0..2 + self.dice.below(2))
            .map(|_| {
                let from = self.from(1);
                let columns: Vec<String> = kinds.iter().map(|kind| self.expr(*kind, 1)).collect();
                let condition = self.where_clause(1);
                self.levels.pop();
                format!("select {}{from}{condition}", columns.join(", "))
            })
            .collect();
        format!(
            "{}{}",
            arms.join(&format!(" {word} ")),
            self.complete_order(width)
        )
    }

    /// A query whose columns have names.
    fn named_query(&mut self, depth: usize) -> (String, Vec<(String, Kind)>) {
        let outside = std::mem::take(&mut self.levels);
        let (mut sql, columns) = self.select(depth, true);
        if self.dice.chance(20) {
            let width = columns.len();
            sql.push_str(&self.complete_order(width));
        }
        self.levels = outside;
        (sql, columns)
    }

    fn select(&mut self, depth: usize, named: bool) -> (String, Vec<(String, Kind)>) {
        let from = self.from(depth);
        let condition = self.where_clause(depth);
        let grouped = self.dice.chance(30);
        let mut columns = Vec::new();
        let mut printed = Vec::new();
        let mut tail = String::new();
        if grouped {
            let keys = self.dice.below(3);
            let keys: Vec<(String, Kind)> = (0..keys)
                .map(|_| {
                    let kind = *self.dice.pick(&[Number, Text]);
                    (self.column_or_simple(kind), kind)
                })
                .collect();
            for (key, kind) in &keys {
                printed.push(key.clone());
                columns.push(*kind);
            }
            for _ in 0..=self.dice.below(2) {
                let (aggregate, kind) = self.aggregate(depth);
                printed.push(aggregate);
                columns.push(kind);
            }
            if !keys.is_empty() {
                let by: Vec<String> = keys.into_iter().map(|(key, _)| key).collect();
                tail = format!(" group by {}", by.join(", "));
            }
            if self.dice.chance(30) {
                let (aggregate, kind) = self.aggregate(depth);
                let value = self.constant(kind);
                let op = *self.dice.pick(&["=", "<>", "<", ">=", ">"]);
                tail.push_str(&format!(" having {aggregate} {op} {value}"));
            }
        } else {
            for _ in 0..=self.dice.below(3) {
                if self.dice.chance(12) {
                    printed.push(self.window());
                    columns.push(Number);
                } else {
                    let kind = *self.dice.pick(&[Number, Text]);
                    printed.push(self.expr(kind, depth));
                    columns.push(kind);
                }
            }
        }
        self.levels.pop();
        let mut names = Vec::new();
        let printed: Vec<String> = printed
            .into_iter()
            .zip(columns)
            .enumerate()
            .map(|(position, (expr, kind))| {
                let name = format!("c{position}");
                names.push((name.clone(), kind));
                if named || self.dice.chance(20) {
                    format!("{expr} as {name}")
                } else {
                    expr
                }
            })
            .collect();
        let distinct = if self.dice.chance(10) {
            "distinct "
        } else {
            ""
        };
        let sql = format!(
            "select {distinct}{}{from}{condition}{tail}",
            printed.join(", ")
        );
        (sql, names)
    }

    /// FROM with one to three sources, which stay in sight as a level.
    fn from(&mut self, depth: usize) -> String {
        let wanted = match self.dice.below(10) {
            0..6 => 1,
            6..9 => 2,
            _ => 3,
        };
        let (mut sql, first) = self.source(depth);
        let mut sources = vec![first];
        for _ in 1..wanted {
            if self.tables_left == 0 {
                break;
            }
            let (right, source) = self.source(depth);
            let join = *self.dice.pick(&[
                "join",
                "join",
                "left join",
                "left join",
                "cross join",
                "right join",
                "full join",
            ]);
            self.joined = true;
            sources.push(source);
            sql.push_str(&format!(" {join} {right}"));
            if join != "cross join" {
                self.levels.push(sources);
                let condition = self.join_condition();
                sql.push_str(&format!(" on {condition}"));
                sources = self.levels.pop().expect("pushed above");
            }
        }
        self.levels.push(sources);
        format!(" from {sql}")
    }

    fn source(&mut self, depth: usize) -> (String, Source) {
        if !self.ctes.is_empty() && self.dice.chance(40) {
            let cte = self.dice.pick(&self.ctes.clone()).clone();
            let alias = self.alias();
            self.tables_left = self.tables_left.saturating_sub(1);
            let sql = format!("{} {alias}", cte.alias);
            return (sql, Source { alias, ..cte });
        }
        if depth > 0 && self.tables_left > 3 && self.dice.chance(15) {
            let (sql, columns) = self.named_query(depth - 1);
            let alias = self.alias();
            return (format!("({sql}) as {alias}"), Source { alias, columns });
        }
        self.tables_left = self.tables_left.saturating_sub(1);
        let table = self.dice.pick(TABLES);
        let alias = self.alias();
        (
            format!("{} {alias}", table.name),
            Source {
                columns: own_columns(table),
                alias,
            },
        )
    }

    fn join_condition(&mut self) -> String {
        let level = self.levels.last().expect("a level").clone();
        let (last, before) = level.split_last().expect("two sources");
        let left = self.dice.pick(before).clone();
        let kind = *self.dice.pick(&[Number, Number, Text]);
        let equal = match (
            column_of(&mut self.dice, last, kind),
            column_of(&mut self.dice, &left, kind),
        ) {
            (Some(a), Some(b)) => format!("{a} = {b}"),
            _ => self.condition(0),
        };
        if self.dice.chance(25) {
            format!("{equal} and {}", self.condition(0))
        } else {
            equal
        }
    }

    fn where_clause(&mut self, depth: usize) -> String {
        if self.dice.chance(25) {
            return String::new();
        }
        format!(" where {}", self.condition(depth + 1))
    }
}

fn own_columns(table: &TableOf) -> Vec<(String, Kind)> {
    table
        .columns
        .iter()
        .map(|(name, kind)| ((*name).to_owned(), *kind))
        .collect()
}

fn column_of(dice: &mut Dice, source: &Source, kind: Kind) -> Option<String> {
    let fitting: Vec<&(String, Kind)> = source
        .columns
        .iter()
        .filter(|(_, known)| *known == kind)
        .collect();
    if fitting.is_empty() {
        return None;
    }
    let (name, _) = dice.pick(&fitting);
    Some(format!("{}.{name}", source.alias))
}
