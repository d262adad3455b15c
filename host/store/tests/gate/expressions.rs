//! Random expressions and conditions.

use super::tables::Kind::{self, Number, Text};
use super::{Generator, Value, column_of};

impl Generator {
    pub(super) fn column(&mut self, kind: Kind) -> Option<String> {
        // Mostly from the innermost level, sometimes from one around it.
        let mut level = self.levels.len().checked_sub(1)?;
        while level > 0 && self.dice.chance(20) {
            level -= 1;
        }
        let sources = self.levels[level].clone();
        let source = self
            .dice
            .pick(sources.get(..).filter(|s| !s.is_empty())?)
            .clone();
        column_of(&mut self.dice, &source, kind)
    }

    /// A column, or something over one, for use as a group key.
    pub(super) fn column_or_simple(&mut self, kind: Kind) -> String {
        let sources = self.levels.last().expect("a level").clone();
        let source = self.dice.pick(&sources).clone();
        let column = column_of(&mut self.dice, &source, kind)
            .or_else(|| {
                source
                    .columns
                    .first()
                    .map(|c| format!("{}.{}", source.alias, c.0))
            })
            .expect("sources have columns");
        match (kind, self.dice.below(4)) {
            (Number, 0) => format!("{column} % 3"),
            (Text, 0) => format!("coalesce({column}, '-')"),
            _ => column,
        }
    }

    pub(super) fn constant(&mut self, kind: Kind) -> String {
        let value: Value = match kind {
            Number => {
                let near = [0, 1, 2, 3, 4, 5, 7, 10, 12, 100, 101, 103, 104, 110, 1_050];
                match self.dice.below(20) {
                    0 => i64::MIN.into(),
                    1 => i64::MAX.into(),
                    2 => (i64::MAX - 123_456).into(),
                    _ => (*self.dice.pick(&near)).into(),
                }
            }
            Text => (*self.dice.pick(&[
                "open",
                "live",
                "ended",
                "join",
                "bench",
                "VOID",
                "Wizard",
                "4",
                "-7",
                "abc",
                "",
                "SHATTERS",
                "name 1",
                "x%y_z",
                "%SECRET ends with \\",
            ]))
            .into(),
        };
        if self.dice.chance(8) {
            return "null".to_owned();
        }
        match (&value, self.dice.chance(50)) {
            (Value::Int(number), true) if *number >= 0 => number.to_string(),
            (Value::Text(text), true) if !text.contains('\\') => format!("'{text}'"),
            _ => self.parameter(value),
        }
    }

    pub(super) fn expr(&mut self, kind: Kind, depth: usize) -> String {
        if depth == 0 || self.dice.chance(45) {
            if self.dice.chance(80)
                && let Some(column) = self.column(kind)
            {
                return column;
            }
            return self.constant(kind);
        }
        match kind {
            Number => self.number(depth - 1),
            Text => self.text(depth - 1),
        }
    }

    pub(super) fn number(&mut self, depth: usize) -> String {
        match self.dice.below(12) {
            0..4 => {
                let op = *self.dice.pick(&["+", "-", "*", "/", "%"]);
                format!(
                    "({} {op} {})",
                    self.expr(Number, depth),
                    self.expr(Number, depth)
                )
            }
            4 => format!("abs({})", self.expr(Number, depth)),
            5 => format!("length({})", self.expr(Text, depth)),
            6 => format!(
                "coalesce({}, {})",
                self.expr(Number, depth),
                self.expr(Number, depth)
            ),
            7 => format!("cast({} as bigint)", self.expr(Text, depth)),
            8 => format!(
                "nullif({}, {})",
                self.expr(Number, depth),
                self.expr(Number, depth)
            ),
            9 => format!(
                "case when {} then {} else {} end",
                self.condition(depth),
                self.expr(Number, depth),
                self.expr(Number, depth)
            ),
            10 if self.tables_left > 0 => self.scalar_subquery(depth),
            _ => format!("(- {})", self.expr(Number, depth)),
        }
    }

    pub(super) fn text(&mut self, depth: usize) -> String {
        match self.dice.below(8) {
            0 => format!("({} || {})", self.expr(Text, depth), self.expr(Text, depth)),
            1 => format!("lower({})", self.expr(Text, depth)),
            2 => format!("upper(trim({}))", self.expr(Text, depth)),
            3 => format!(
                "substr({}, 1, {})",
                self.expr(Text, depth),
                1 + self.dice.below(4)
            ),
            4 => format!("cast({} as text)", self.expr(Number, depth)),
            5 => format!(
                "coalesce({}, {})",
                self.expr(Text, depth),
                self.expr(Text, depth)
            ),
            6 => format!("replace({}, 'a', 'bb')", self.expr(Text, depth)),
            _ => format!(
                "case {} when {} then {} end",
                self.expr(Text, depth),
                self.constant(Text),
                self.expr(Text, depth)
            ),
        }
    }

    /// One row by an aggregate, or by a complete order.
    pub(super) fn scalar_subquery(&mut self, depth: usize) -> String {
        let from = self.from(0);
        let sql = if self.dice.chance(60) {
            let (aggregate, _) = self.own_aggregate();
            let condition = self.where_clause(depth.min(1));
            format!("(select {aggregate}{from}{condition})")
        } else {
            let column = self.column_or_simple(Number);
            let condition = self.where_clause(depth.min(1));
            format!("(select {column}{from}{condition} order by 1 limit 1)")
        };
        self.levels.pop();
        sql
    }

    pub(super) fn aggregate(&mut self, depth: usize) -> (String, Kind) {
        let (mut sql, kind) = self.own_aggregate();
        if self.dice.chance(20) {
            let condition = self.condition(depth.min(1));
            sql.push_str(&format!(" filter (where {condition})"));
        }
        (sql, kind)
    }

    /// An aggregate over a column of the innermost level.
    pub(super) fn own_aggregate(&mut self) -> (String, Kind) {
        let column = self.column_or_simple(Number);
        match self.dice.below(8) {
            0 | 1 => ("count(*)".to_owned(), Number),
            2 => (format!("count(distinct {column})"), Number),
            3 => (format!("sum({column})"), Number),
            4 => (format!("min({column})"), Number),
            5 => (format!("max(abs({column}))"), Number),
            6 => (format!("avg({column})"), Number),
            _ => {
                let text = self.column_or_simple(Text);
                (format!("max({text})"), Text)
            }
        }
    }

    /// A window whose value does not depend on the order among equals.
    pub(super) fn window(&mut self) -> String {
        let kind = *self.dice.pick(&[Number, Text]);
        let by = self.column_or_simple(kind);
        let part = self.column_or_simple(Text);
        let call = match self.dice.below(5) {
            0 => "rank()".to_owned(),
            1 => "dense_rank()".to_owned(),
            2 => "count(*)".to_owned(),
            3 => format!("sum({})", self.column_or_simple(Number)),
            _ => format!("max({})", self.column_or_simple(Number)),
        };
        if self.dice.chance(50) {
            format!("{call} over (partition by {part} order by {by})")
        } else {
            format!("{call} over (order by {by} desc)")
        }
    }

    pub(super) fn condition(&mut self, depth: usize) -> String {
        let inner = depth.saturating_sub(1);
        if depth == 0 || self.dice.chance(40) {
            let kind = *self.dice.pick(&[Number, Number, Text]);
            let op = *self.dice.pick(&["=", "=", "<>", "<", "<=", ">", ">="]);
            return format!("{} {op} {}", self.expr(kind, inner), self.expr(kind, 0));
        }
        match self.dice.below(16) {
            0 | 1 => format!("({} and {})", self.condition(inner), self.condition(inner)),
            2 | 3 => format!("({} or {})", self.condition(inner), self.condition(inner)),
            4 => format!("not ({})", self.condition(inner)),
            5 => format!("{} is null", self.expr(Number, inner)),
            6 => format!("{} is not null", self.expr(Text, inner)),
            7 => format!(
                "{} between {} and {}",
                self.expr(Number, inner),
                self.constant(Number),
                self.constant(Number)
            ),
            8 => format!(
                "{} in ({}, {})",
                self.expr(Text, inner),
                self.constant(Text),
                self.constant(Text)
            ),
            9 => {
                let pattern = ["%a%", "o%", "_o%", "%\\"][self.dice.below(4)];
                let pattern = self.parameter(pattern.into());
                format!("{} like {pattern}", self.expr(Text, inner))
            }
            10 => format!(
                "{} is distinct from {}",
                self.expr(Number, inner),
                self.expr(Number, 0)
            ),
            11 | 12 if self.tables_left > 0 => {
                let not = *self.dice.pick(&["", "not "]);
                let from = self.from(0);
                let condition = self.where_clause(inner.min(1));
                self.levels.pop();
                format!("{not}exists (select 1{from}{condition})")
            }
            13 if self.tables_left > 0 => {
                let value = self.expr(Number, inner);
                let not = *self.dice.pick(&["", "not "]);
                let from = self.from(0);
                let column = self.column_or_simple(Number);
                let condition = self.where_clause(inner.min(1));
                self.levels.pop();
                format!("{value} {not}in (select {column}{from}{condition})")
            }
            _ => self.poison_predicate(),
        }
    }

    /// What fails, or answers, on a foreign row.
    pub(super) fn poison_predicate(&mut self) -> String {
        let n = self.column(Number).unwrap_or_else(|| "1".to_owned());
        let t = self.column(Text).unwrap_or_else(|| "'a'".to_owned());
        match self.dice.below(9) {
            0 => format!("abs({n}) > 0"),
            1 => format!("100 / {n} = 25"),
            2 => format!("({n} + 9223372036854652352) is null"),
            3 => format!("abs({n}) is null"),
            4 => format!("cast({t} as bigint) = {n}"),
            5 => format!("{t} like '%SECRET%'"),
            6 => format!("abs(abs({n}) - 1) >= 0"),
            7 => format!("length({t}) > 15"),
            _ => format!("{n} = {n}"),
        }
    }
}
