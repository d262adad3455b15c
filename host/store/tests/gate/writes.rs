//! Random writes.

use super::tables::Kind::{self, Number, Text};
use super::tables::{ColumnOf, TABLES, TableOf};
use super::{Generator, Source, Value, column_of, own_columns};

impl Generator {
    pub(super) fn insert_values(&mut self) -> String {
        let table = self.dice.pick(TABLES);
        let columns = self.insert_columns(table);
        let rows: Vec<String> = (0..=self.dice.below(2))
            .map(|_| {
                let cells: Vec<String> = columns
                    .iter()
                    .map(|column| self.cell(table, column))
                    .collect();
                format!("({})", cells.join(", "))
            })
            .collect();
        let upsert = self.upsert(table);
        let returning = self.returning(table);
        format!(
            "insert into {} ({}) values {}{upsert}{returning}",
            table.name,
            names(&columns),
            rows.join(", ")
        )
    }

    pub(super) fn insert_select(&mut self) -> String {
        let table = self.dice.pick(TABLES);
        let columns = self.insert_columns(table);
        let from = self.from(1);
        let cells: Vec<String> = columns
            .iter()
            .map(|(name, kind)| {
                if table.needed.contains(name) && *kind == Text {
                    format!("coalesce({}, '-')", self.expr(Text, 1))
                } else if table.key.contains(name) && self.dice.chance(50) {
                    format!("{} + 5000", self.column_or_simple(Number))
                } else {
                    self.expr(*kind, 1)
                }
            })
            .collect();
        let condition = self.where_clause(1);
        self.levels.pop();
        let order: Vec<String> = (1..=columns.len()).map(|n| n.to_string()).collect();
        let upsert = self.upsert(table);
        let returning = self.returning(table);
        format!(
            "insert into {} ({}) select {}{from}{condition} order by {}{upsert}{returning}",
            table.name,
            names(&columns),
            cells.join(", "),
            order.join(", ")
        )
    }

    pub(super) fn insert_columns(&mut self, table: &TableOf) -> Vec<ColumnOf> {
        table
            .columns
            .iter()
            .filter(|(name, _)| {
                table.key.contains(name) || table.needed.contains(name) || self.dice.chance(40)
            })
            .copied()
            .collect::<Vec<_>>()
            .into_iter()
            .chain((table.key.is_empty() && table.needed.is_empty()).then_some(("n", Number)))
            .fold(Vec::new(), |mut seen, column| {
                if !seen.contains(&column) {
                    seen.push(column);
                }
                seen
            })
    }

    /// A value that mostly fits the schema's rules.
    pub(super) fn cell(&mut self, table: &TableOf, column: &ColumnOf) -> String {
        let (name, kind) = *column;
        let number = match name {
            "id" | "user_id" | "owner_id" | "organizer_id" => *self
                .dice
                .pick(&[1, 3, 101, 103, 104, 110, 7_001, 7_002, 7_003]),
            "run_id" => *self.dice.pick(&[1, 2, 3, 5, 8, 99_999]),
            "seats" => *self.dice.pick(&[0, 1, 20, 30]),
            _ => {
                if table.needed.contains(&name) {
                    return format!("'{}'", self.dice.pick(&["open", "x", "name 1", "name 2"]));
                }
                return self.constant(kind);
            }
        };
        self.parameter(Value::Int(number))
    }

    pub(super) fn upsert(&mut self, table: &TableOf) -> String {
        if table.key.is_empty() || self.dice.chance(40) {
            return String::new();
        }
        if self.dice.chance(20) {
            return " on conflict do nothing".to_owned();
        }
        let mut key: Vec<&str> = table.key.to_vec();
        if table.name == "template" && self.dice.chance(50) {
            key = vec!["owner_id", "name"];
        }
        if self.dice.chance(30) {
            key.reverse();
        }
        if self.dice.chance(25) {
            return format!(" on conflict ({}) do nothing", key.join(", "));
        }
        let (name, kind) = self.settable(table);
        let value = match (kind, self.dice.below(4)) {
            (_, 0) => format!("excluded.{name}"),
            (Number, 1) => format!("{name} + excluded.{name}"),
            (Number, 2) => format!("{}.{name} + 1", table.name),
            (Text, 1 | 2) => format!("coalesce(excluded.{name}, {}.{name})", table.name),
            _ => self.constant_for(table, name, kind),
        };
        let condition = if self.dice.chance(40) {
            let op = *self.dice.pick(&["<>", "=", "is distinct from", ">"]);
            format!(" where {}.{name} {op} excluded.{name}", table.name)
        } else {
            String::new()
        };
        format!(
            " on conflict ({}) do update set {name} = {value}{condition}",
            key.join(", ")
        )
    }

    /// A column whose change collides with no key, whatever the order of rows.
    pub(super) fn settable(&mut self, table: &TableOf) -> ColumnOf {
        let free: Vec<ColumnOf> = table
            .columns
            .iter()
            .filter(|(name, _)| {
                !table.key.contains(name)
                    && !matches!(
                        *name,
                        "organizer_id" | "owner_id" | "name" | "seats" | "run_id"
                    )
            })
            .copied()
            .collect();
        *self.dice.pick(&free)
    }

    pub(super) fn constant_for(&mut self, table: &TableOf, name: &str, kind: Kind) -> String {
        if table.name == "run" && name == "status" {
            return format!("'{}'", self.dice.pick(&["ended", "live", "cancelled"]));
        }
        self.constant(kind)
    }

    pub(super) fn returning(&mut self, table: &TableOf) -> String {
        if self.dice.chance(50) {
            return String::new();
        }
        match self.dice.below(3) {
            0 => " returning *".to_owned(),
            1 => {
                let (name, _) = *self.dice.pick(table.columns);
                format!(" returning {name} as what, 1 + 1 as two")
            }
            _ => {
                let (name, kind) = *self.dice.pick(table.columns);
                match kind {
                    Number => format!(" returning {name} + 1, {name} % 2 = 0"),
                    Text => format!(" returning upper({name}), {name} is null"),
                }
            }
        }
    }

    pub(super) fn update(&mut self) -> String {
        let table = self.dice.pick(TABLES);
        let target = Source {
            alias: table.name.to_owned(),
            columns: own_columns(table),
        };
        self.tables_left -= 1;
        let mut from = String::new();
        let mut sources = vec![target];
        let mut link = None;
        // At most one row of the FROM table for each row, so that the result is defined.
        if self.dice.chance(25) {
            let grouped = *self.dice.pick(&[
                "(select user_id as k, count(*) as v from reaction group by user_id)",
                "(select organizer_id as k, max(seats) as v from run group by organizer_id)",
                "(select n as k, min(about) as v from memo where n is not null group by n)",
            ]);
            let alias = self.alias();
            from = format!(" from {grouped} as {alias}");
            let own = column_of(&mut self.dice, &sources[0], Number).expect("a number column");
            link = Some(format!("{own} = {alias}.k"));
            sources.push(Source {
                alias,
                columns: vec![("k".to_owned(), Number), ("v".to_owned(), Number)],
            });
            self.tables_left -= 1;
        }
        self.levels.push(sources);
        let mut set = Vec::new();
        for _ in 0..=self.dice.below(2) {
            let (name, kind) = self.settable(table);
            if set.iter().any(|(known, _)| *known == name) {
                continue;
            }
            let needed = table.needed.contains(&name) || name == "status" || name == "locked";
            let value = if needed && kind == Text {
                self.constant_for(table, name, kind)
            } else if kind == Number && self.dice.chance(30) && self.tables_left > 0 {
                self.subquery_elsewhere(table)
            } else {
                self.without_subqueries(kind)
            };
            set.push((name, value));
        }
        let condition = match (link, self.where_clause(1)) {
            (None, condition) => condition,
            (Some(link), condition) if condition.is_empty() => format!(" where {link}"),
            (Some(link), condition) => {
                format!(" where {link} and ({})", &condition[" where ".len()..])
            }
        };
        self.levels.pop();
        let returning = self.returning(table);
        let set: Vec<String> = set
            .iter()
            .map(|(name, value)| format!("{name} = {value}"))
            .collect();
        format!(
            "update {} set {}{from}{condition}{returning}",
            table.name,
            set.join(", ")
        )
    }

    /// SQLite lets a subquery in SET see the rows that were changed before: only other tables.
    pub(super) fn subquery_elsewhere(&mut self, table: &TableOf) -> String {
        let others: Vec<&TableOf> = TABLES
            .iter()
            .filter(|other| other.name != table.name)
            .collect();
        let other = *self.dice.pick(&others);
        self.tables_left = self.tables_left.saturating_sub(1);
        let alias = self.alias();
        self.levels.push(vec![Source {
            alias: alias.clone(),
            columns: own_columns(other),
        }]);
        let (aggregate, _) = self.own_aggregate();
        let left = self.tables_left;
        self.tables_left = 0;
        let condition = self.where_clause(0);
        self.tables_left = left;
        self.levels.pop();
        format!(
            "(select {aggregate} from {} {alias}{condition})",
            other.name
        )
    }

    pub(super) fn without_subqueries(&mut self, kind: Kind) -> String {
        let left = std::mem::take(&mut self.tables_left);
        let sql = self.expr(kind, 2);
        self.tables_left = left;
        sql
    }

    pub(super) fn delete(&mut self) -> String {
        let table = self.dice.pick(TABLES);
        self.tables_left -= 1;
        self.levels.push(vec![Source {
            alias: table.name.to_owned(),
            columns: own_columns(table),
        }]);
        let condition = self.where_clause(1);
        self.levels.pop();
        let returning = self.returning(table);
        format!("delete from {}{condition}{returning}", table.name)
    }
}

fn names(columns: &[ColumnOf]) -> String {
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    names.join(", ")
}
