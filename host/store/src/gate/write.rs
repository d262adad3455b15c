//! INSERT, UPDATE, DELETE.

use sqlparser::ast::{
    Assignment, AssignmentTarget, ConflictTarget, Delete, DoUpdate, FromTable, Ident, Insert,
    ObjectName, OnConflict, OnConflictAction, OnInsert, Parens, Query, SelectItem, SetExpr,
    TableAliasWithoutColumns, TableFactor, TableObject, TableWithJoins, Update,
    UpdateTableFromKind, Values,
};

use super::emit::{Emitter, Output};
use super::error::{GateError, foreign_if, refuse};
use super::from::{check_aliases, columns_of};
use super::query::{Role, read_alias};
use super::scope::{Clause, Item, Scope};
use super::{Table, budget, names};

/// The row of an upsert that could not be inserted, on both databases.
const EXCLUDED: &str = "excluded";

impl<'a> Emitter<'a> {
    /// INSERT. The guild is added as the last column, so that positions stay right. Returns the
    /// number of rows too, if the text tells.
    pub(super) fn insert(
        &mut self,
        insert: &Insert,
    ) -> Result<(String, Vec<Output>, Option<usize>), GateError> {
        let parts = InsertParts::of(insert)?;
        self.budget.table()?;
        let name = names::read(names::single(parts.table)?)?;
        let table = self.catalogue.load_table(&name)?;
        let alias = match parts.alias {
            Some(alias) => names::declare(alias)?,
            None => name,
        };
        let columns = insert_columns(table, parts.columns)?;
        let (source, rows) = self.insert_source(parts.source, columns.len())?;
        let mut sql = format!(
            "INSERT INTO {} AS {} ({}, {}) {source}",
            self.quote(&table.physical),
            self.quote(&alias),
            names::quote_all(self.dialect, columns.iter().map(String::as_str)),
            self.quote(names::GUILD),
        );
        if let Some(on_conflict) = parts.on_conflict {
            sql.push_str(&self.on_conflict(on_conflict, table, &alias)?);
        }
        let (returning, outputs) = self.write_returning(parts.returning, table, &alias)?;
        sql.push_str(&returning);
        Ok((sql, outputs, rows))
    }

    fn insert_source(
        &mut self,
        source: &Query,
        width: usize,
    ) -> Result<(String, Option<usize>), GateError> {
        if let SetExpr::Values(values) = source.body.as_ref() {
            let rows = self.values(source, values, width)?;
            let count = rows.len();
            return Ok((format!("VALUES {}", rows.join(", ")), Some(count)));
        }
        let (sql, outputs) = self.query(source, Role::Insert)?;
        if outputs.len() != width {
            return Err(wrong_width(width, outputs.len()));
        }
        Ok((sql, None))
    }

    fn values(
        &mut self,
        source: &Query,
        values: &Values,
        width: usize,
    ) -> Result<Vec<String>, GateError> {
        let Query {
            with,
            body: _,
            order_by,
            limit_clause,
            fetch,
            locks,
            for_clause,
            settings,
            format_clause,
            pipe_operators,
        } = source;
        foreign_if(
            with.is_some()
                || order_by.is_some()
                || limit_clause.is_some()
                || fetch.is_some()
                || !locks.is_empty()
                || for_clause.is_some()
                || settings.is_some()
                || format_clause.is_some()
                || !pipe_operators.is_empty(),
            "a clause around VALUES",
        )?;
        let Values {
            explicit_row,
            value_keyword,
            rows,
        } = values;
        foreign_if(*explicit_row || *value_keyword, "this form of VALUES")?;
        if rows.len() > budget::ROWS {
            return Err(GateError::TooLarge {
                what: "rows of an INSERT",
                limit: budget::ROWS,
            });
        }
        self.scopes.push(Scope::new(Vec::new(), Clause::Values));
        let mut printed = Vec::with_capacity(rows.len());
        for row in rows {
            let Parens {
                opening_token: _,
                content,
                closing_token: _,
            } = row;
            if content.len() != width {
                return Err(wrong_width(width, content.len()));
            }
            let mut cells = Vec::with_capacity(width + 1);
            for cell in content {
                cells.push(self.expr(cell)?.sql);
            }
            printed.push(format!("({}, $1)", cells.join(", ")));
        }
        self.scopes.pop();
        Ok(printed)
    }

    /// ON CONFLICT on a key of the schema, with the guild in front as in the key itself; the
    /// condition of DO UPDATE names the guild again, as a second lock.
    fn on_conflict(
        &mut self,
        on_conflict: &OnConflict,
        table: &Table,
        alias: &str,
    ) -> Result<String, GateError> {
        let OnConflict {
            conflict_target,
            action,
        } = on_conflict;
        let target = match conflict_target {
            None => String::new(),
            Some(ConflictTarget::OnConstraint(_)) => {
                return Err(refuse(
                    "ON CONFLICT ON CONSTRAINT",
                    "SQLite does not read it",
                    format!("name the key's columns; {}", table.describe_keys()),
                ));
            }
            Some(ConflictTarget::Columns(columns)) => {
                let mut known = Vec::with_capacity(columns.len());
                for column in columns {
                    let column = names::read(column)?;
                    table.load_column(&column)?;
                    known.push(column);
                }
                if !table.has_key(&known) {
                    return Err(refuse(
                        format!("ON CONFLICT ({})", known.join(", ")),
                        "rows can only collide on a key that is not partial",
                        table.describe_keys(),
                    ));
                }
                let columns = known.iter().map(String::as_str);
                let all = std::iter::once(names::GUILD).chain(columns);
                format!(" ({})", names::quote_all(self.dialect, all))
            }
        };
        let DoUpdate {
            assignments,
            selection,
        } = match action {
            OnConflictAction::DoNothing => {
                return Ok(format!(" ON CONFLICT{target} DO NOTHING"));
            }
            OnConflictAction::DoUpdate(update) => update,
        };
        if target.is_empty() {
            return Err(refuse(
                "DO UPDATE without a target",
                "PostgreSQL wants to know which key collides",
                format!("on conflict (...); {}", table.describe_keys()),
            ));
        }
        let mut excluded = Item::new(EXCLUDED, columns_of(table));
        excluded.qualified_only = true;
        let items = vec![Item::new(alias, columns_of(table)), excluded];
        self.scopes.push(Scope::new(items, Clause::Upsert));
        let assignments = self.assignments(assignments, table)?;
        let guard = self.guard(alias);
        let condition = match selection {
            Some(condition) => format!("{guard} AND {}", self.expr(condition)?.sql),
            None => guard,
        };
        self.scopes.pop();
        Ok(format!(
            " ON CONFLICT{target} DO UPDATE SET {assignments} WHERE {condition}"
        ))
    }

    /// UPDATE. The guard stands first, so that the author's condition is not asked about other
    /// guilds' rows, where it might fail and tell.
    pub(super) fn update(&mut self, update: &Update) -> Result<(String, Vec<Output>), GateError> {
        let Update {
            update_token: _,
            optimizer_hints,
            table,
            assignments,
            from,
            selection,
            returning,
            output,
            or,
            order_by,
            limit,
        } = update;
        if or.is_some() {
            return Err(refuse(
                "UPDATE OR ...",
                "OR REPLACE deletes the row that is in the way, by any key",
                "look at what is there first",
            ));
        }
        foreign_if(
            !optimizer_hints.is_empty() || output.is_some(),
            "this clause of UPDATE",
        )?;
        if !order_by.is_empty() || limit.is_some() {
            return Err(refuse(
                "ORDER BY or LIMIT in UPDATE",
                "PostgreSQL does not read it",
                "where id in (select id from ... order by ... limit ...)",
            ));
        }
        let (table, alias) = self.target(table)?;
        let (from, mut items) = match from {
            None => (String::new(), Vec::new()),
            Some(UpdateTableFromKind::AfterSet(tables)) => {
                let (from, items) = self.from(tables)?;
                (format!(" FROM {from}"), items)
            }
            Some(UpdateTableFromKind::BeforeSet(_)) => {
                return Err(refuse(
                    "FROM before SET",
                    "neither database reads it",
                    "update t set ... from ...",
                ));
            }
        };
        items.insert(0, Item::new(alias.clone(), columns_of(table)));
        check_aliases(&items)?;
        self.scopes.push(Scope::new(items, Clause::Set));
        self.changed = Some(table.name.clone());
        let assignments = self.assignments(assignments, table)?;
        self.scope().clause = Clause::Where;
        let mut condition = self.guard(&alias);
        if let Some(selection) = selection {
            condition.push_str(&format!(" AND {}", self.expr(selection)?.sql));
        }
        self.scopes.pop();
        let (returning, outputs) = self.write_returning(returning.as_deref(), table, &alias)?;
        let sql = format!(
            "UPDATE {} AS {} SET {assignments}{from} WHERE {condition}{returning}",
            self.quote(&table.physical),
            self.quote(&alias),
        );
        Ok((sql, outputs))
    }

    /// DELETE, guarded as UPDATE is.
    pub(super) fn delete(&mut self, delete: &Delete) -> Result<(String, Vec<Output>), GateError> {
        let Delete {
            delete_token: _,
            optimizer_hints,
            tables,
            from,
            using,
            selection,
            returning,
            output,
            order_by,
            limit,
        } = delete;
        if using.is_some() {
            return Err(refuse(
                "DELETE ... USING",
                "SQLite does not read it",
                "where id in (select ...)",
            ));
        }
        if !order_by.is_empty() || limit.is_some() {
            return Err(refuse(
                "ORDER BY or LIMIT in DELETE",
                "PostgreSQL does not read it",
                "where id in (select id from ... order by ... limit ...)",
            ));
        }
        foreign_if(
            !optimizer_hints.is_empty() || !tables.is_empty() || output.is_some(),
            "this clause of DELETE",
        )?;
        let FromTable::WithFromKeyword(from) = from else {
            return Err(refuse(
                "DELETE without FROM",
                "neither database reads it",
                "delete from t where ...",
            ));
        };
        let [table] = from.as_slice() else {
            return Err(refuse(
                "DELETE from several tables",
                "neither database reads it",
                "one statement per table",
            ));
        };
        let (table, alias) = self.target(table)?;
        let items = vec![Item::new(alias.clone(), columns_of(table))];
        self.scopes.push(Scope::new(items, Clause::Where));
        let mut condition = self.guard(&alias);
        if let Some(selection) = selection {
            condition.push_str(&format!(" AND {}", self.expr(selection)?.sql));
        }
        self.scopes.pop();
        let (returning, outputs) = self.write_returning(returning.as_deref(), table, &alias)?;
        let sql = format!(
            "DELETE FROM {} AS {} WHERE {condition}{returning}",
            self.quote(&table.physical),
            self.quote(&alias),
        );
        Ok((sql, outputs))
    }

    /// `run.guild_id = $1`
    fn guard(&self, alias: &str) -> String {
        format!("{}.{} = $1", self.quote(alias), self.quote(names::GUILD))
    }

    /// The table that an UPDATE or DELETE changes, and its alias.
    fn target(&mut self, table: &TableWithJoins) -> Result<(&'a Table, String), GateError> {
        let TableWithJoins { relation, joins } = table;
        let TableFactor::Table {
            name,
            alias,
            args,
            with_hints,
            version,
            with_ordinality,
            partitions,
            json_path,
            sample,
            index_hints,
        } = relation
        else {
            return Err(refuse(
                "a change of something other than a table",
                "only tables hold rows",
                "name the table",
            ));
        };
        foreign_if(
            !joins.is_empty()
                || args.is_some()
                || !with_hints.is_empty()
                || version.is_some()
                || *with_ordinality
                || !partitions.is_empty()
                || json_path.is_some()
                || sample.is_some()
                || !index_hints.is_empty(),
            "this behind the table that is changed",
        )?;
        self.budget.table()?;
        let name = names::read(names::single(name)?)?;
        let table = self.catalogue.load_table(&name)?;
        let alias = match alias {
            Some(alias) => read_alias(alias)?,
            None => name,
        };
        Ok((table, alias))
    }

    /// `a = 1, b = 2`
    fn assignments(
        &mut self,
        assignments: &[Assignment],
        table: &Table,
    ) -> Result<String, GateError> {
        let mut seen: Vec<String> = Vec::with_capacity(assignments.len());
        let mut printed = Vec::with_capacity(assignments.len());
        for Assignment { target, value } in assignments {
            let AssignmentTarget::ColumnName(column) = target else {
                return Err(refuse(
                    "SET (a, b) = ...",
                    "the databases do not share it",
                    "set each column on its own",
                ));
            };
            let column = names::read(names::single(column)?)?;
            table.load_column(&column)?;
            if seen.contains(&column) {
                return Err(refuse(
                    format!("setting `{column}` twice"),
                    "only one value can stay",
                    "set it once",
                ));
            }
            let value = self.expr(value)?;
            printed.push(format!("{} = {}", self.quote(&column), value.sql));
            seen.push(column);
        }
        Ok(printed.join(", "))
    }

    /// RETURNING, of the changed table only.
    fn write_returning(
        &mut self,
        returning: Option<&[SelectItem]>,
        table: &Table,
        alias: &str,
    ) -> Result<(String, Vec<Output>), GateError> {
        let Some(items) = returning else {
            return Ok((String::new(), Vec::new()));
        };
        let mut item = Item::new(alias, columns_of(table));
        // SQLite knows neither alias nor qualified names here.
        item.bare = !self.postgres();
        self.scopes.push(Scope::new(vec![item], Clause::Returning));
        let done = self.returning(items)?;
        self.scopes.pop();
        Ok(done)
    }
}

/// The parts of an INSERT that the gate writes, all others absent.
struct InsertParts<'a> {
    table: &'a ObjectName,
    alias: Option<&'a Ident>,
    columns: &'a [ObjectName],
    source: &'a Query,
    on_conflict: Option<&'a OnConflict>,
    returning: Option<&'a [SelectItem]>,
}

impl<'a> InsertParts<'a> {
    fn of(insert: &'a Insert) -> Result<Self, GateError> {
        let Insert {
            insert_token: _,
            optimizer_hints,
            or,
            ignore,
            into,
            table,
            table_alias,
            columns,
            overwrite,
            source,
            assignments,
            partitioned,
            after_columns,
            has_table_keyword,
            on,
            returning,
            output,
            replace_into,
            priority,
            insert_alias,
            settings,
            format_clause,
            multi_table_insert_type,
            multi_table_into_clauses,
            multi_table_when_clauses,
            multi_table_else_clause,
        } = insert;
        if or.is_some() || *ignore || *replace_into {
            return Err(refuse(
                "INSERT OR ... and REPLACE",
                "REPLACE deletes the row that is in the way, by any key",
                "on conflict (...) do update or do nothing",
            ));
        }
        foreign_if(
            !optimizer_hints.is_empty()
                || !*into
                || *overwrite
                || !assignments.is_empty()
                || partitioned.is_some()
                || !after_columns.is_empty()
                || *has_table_keyword
                || output.is_some()
                || priority.is_some()
                || insert_alias.is_some()
                || settings.is_some()
                || format_clause.is_some()
                || multi_table_insert_type.is_some()
                || !multi_table_into_clauses.is_empty()
                || !multi_table_when_clauses.is_empty()
                || multi_table_else_clause.is_some(),
            "this clause of INSERT",
        )?;
        let TableObject::TableName(table) = table else {
            return Err(refuse(
                "an INSERT into something other than a table",
                "only tables hold rows",
                "name the table",
            ));
        };
        let alias = table_alias
            .as_ref()
            .map(|TableAliasWithoutColumns { explicit: _, alias }| alias);
        let Some(source) = source else {
            return Err(refuse(
                "DEFAULT VALUES",
                "the host adds a column",
                "list the columns and their values",
            ));
        };
        let on_conflict = match on {
            None => None,
            Some(OnInsert::OnConflict(on_conflict)) => Some(on_conflict),
            Some(_) => {
                return Err(refuse(
                    "ON DUPLICATE KEY UPDATE",
                    "neither database reads it",
                    "on conflict (...) do update set ...",
                ));
            }
        };
        Ok(Self {
            table,
            alias,
            columns,
            source,
            on_conflict,
            returning: returning.as_deref(),
        })
    }
}

fn insert_columns(table: &Table, columns: &[ObjectName]) -> Result<Vec<String>, GateError> {
    if columns.is_empty() {
        return Err(refuse(
            "INSERT without columns",
            "their order is the host's",
            "list the columns",
        ));
    }
    let mut read: Vec<String> = Vec::with_capacity(columns.len());
    for column in columns {
        let column = names::read(names::single(column)?)?;
        table.load_column(&column)?;
        if read.contains(&column) {
            return Err(refuse(
                format!("the column `{column}` twice"),
                "only one value can stay",
                "list it once",
            ));
        }
        read.push(column);
    }
    Ok(read)
}

fn wrong_width(columns: usize, values: usize) -> GateError {
    refuse(
        format!("{values} values for {columns} columns"),
        "each column takes one",
        "give one value per listed column",
    )
}
