//! Migrations: the author's schema with the guild added by the host.
//!
//! Every table gets `guild_id` as its first column, every key, index and foreign key gets it in
//! front. So two rows can only collide, and one can only refer to another, within one guild; and
//! there is nothing for an author to forget.

use std::hash::{DefaultHasher, Hash, Hasher};

use sqlparser::ast::{
    AlterTable, AlterTableOperation, CreateIndex, Expr, Ident, IndexColumn, ObjectType,
    OrderByExpr, OrderByOptions, Statement,
};
use sqlparser::tokenizer::{Token, Tokenizer};

use super::catalogue::Index;
use super::emit::Emitter;
use super::error::{GateError, foreign_if, refuse, refuse_if};
use super::scope::{Clause, Item, Scope};
use super::{Catalogue, Dialect, StatementKind, Table, budget, from, names};

/// One physical statement of a migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationStep {
    /// The text to run.
    pub sql: String,
    /// Whether it works with rows: then it runs once per guild, with the guild as `$1`. A change of
    /// the schema runs once and has no parameters.
    pub per_guild: bool,
}

impl MigrationStep {
    pub(super) fn schema(sql: String) -> Self {
        Self {
            sql,
            per_guild: false,
        }
    }
}

impl Catalogue {
    /// Accepts one migration (several statements with `;` between them) and returns the physical
    /// statements to run, in order. The catalogue changes only if all are accepted.
    ///
    /// # Errors
    ///
    /// [`GateError`], in words for the author of the migration.
    pub fn migrate(
        &mut self,
        dialect: Dialect,
        text: &str,
    ) -> Result<Vec<MigrationStep>, GateError> {
        budget::check_length("bytes of a migration", text, budget::MIGRATION_BYTES)?;
        let mut next = self.clone();
        let mut steps = Vec::new();
        refuse_lost_words(dialect, text)?;
        for statement in super::parse(dialect, text)? {
            next.migrate_statement(dialect, &statement, &mut steps)?;
        }
        let mut hasher = DefaultHasher::new();
        (self.version, text).hash(&mut hasher);
        next.version = hasher.finish();
        *self = next;
        Ok(steps)
    }

    fn migrate_statement(
        &mut self,
        dialect: Dialect,
        statement: &Statement,
        steps: &mut Vec<MigrationStep>,
    ) -> Result<(), GateError> {
        match statement {
            Statement::CreateTable(create) => self.create_table(dialect, create, steps),
            Statement::CreateIndex(create) => self.create_index(dialect, create, steps),
            Statement::AlterTable(alter) => self.alter_table(dialect, alter, steps),
            Statement::Drop {
                object_type,
                if_exists,
                names,
                cascade,
                restrict,
                purge,
                temporary,
                table,
            } => {
                foreign_if(
                    *cascade || *restrict || *purge || *temporary || table.is_some(),
                    "this clause of DROP",
                )?;
                if_exists_if(*if_exists)?;
                let [name] = names.as_slice() else {
                    return Err(refuse(
                        "DROP of several things",
                        "SQLite does not read it",
                        "one statement each",
                    ));
                };
                let name = names::read(names::single(name)?)?;
                match object_type {
                    ObjectType::Table => self.drop_table(dialect, &name, steps),
                    ObjectType::Index => self.drop_index(dialect, &name, steps),
                    other => Err(refuse(
                        format!("DROP {other}"),
                        "a plugin has tables and indexes",
                        "drop one of these",
                    )),
                }
            }
            Statement::Insert(_) | Statement::Update(_) | Statement::Delete(_) => {
                let confined = super::confine_statement(self, dialect, statement)?;
                refuse_if(
                    confined.parameters > 0,
                    "a parameter in a migration",
                    "nobody passes any there",
                    "write a literal",
                )?;
                debug_assert_eq!(confined.kind, StatementKind::Write);
                steps.push(MigrationStep {
                    sql: confined.sql,
                    per_guild: true,
                });
                Ok(())
            }
            other => Err(not_migration(other)),
        }
    }

    fn create_index(
        &mut self,
        dialect: Dialect,
        create: &CreateIndex,
        steps: &mut Vec<MigrationStep>,
    ) -> Result<(), GateError> {
        let CreateIndex {
            name,
            table_name,
            using,
            columns,
            unique,
            concurrently,
            r#async,
            if_not_exists,
            include,
            nulls_distinct,
            with,
            predicate,
            index_options,
            alter_options,
        } = create;
        if_exists_if(*if_not_exists)?;
        foreign_if(
            using.is_some()
                || *concurrently
                || *r#async
                || !include.is_empty()
                || nulls_distinct.is_some()
                || !with.is_empty()
                || !index_options.is_empty()
                || !alter_options.is_empty(),
            "this clause of CREATE INDEX",
        )?;
        let Some(name) = name else {
            return Err(refuse(
                "an index without a name",
                "it could never be dropped",
                "create index name on ...",
            ));
        };
        let name = self.new_name(names::single(name)?)?;
        let table = self.load_table(&names::read(names::single(table_name)?)?)?;
        let columns = key_columns(table, columns)?;
        let mut sql = format!(
            "CREATE {}INDEX {} ON {} ({})",
            if *unique { "UNIQUE " } else { "" },
            self.quoted(dialect, &name),
            names::quote(dialect, &table.physical),
            with_guild(dialect, &columns),
        );
        let mut reads = Vec::new();
        if let Some(predicate) = predicate {
            let (condition, columns) = self.schema_condition(dialect, table, predicate)?;
            sql.push_str(&format!(" WHERE {condition}"));
            reads = columns;
        }
        let index = Index {
            name,
            columns,
            unique: *unique,
            partial: predicate.is_some(),
            reads,
        };
        let table = table.name.clone();
        if let Some(table) = self.tables.get_mut(&table) {
            table.indexes.push(index);
        }
        steps.push(MigrationStep::schema(sql));
        Ok(())
    }

    fn alter_table(
        &mut self,
        dialect: Dialect,
        alter: &AlterTable,
        steps: &mut Vec<MigrationStep>,
    ) -> Result<(), GateError> {
        let AlterTable {
            name,
            if_exists,
            only,
            operations,
            location,
            on_cluster,
            table_type,
            end_token: _,
        } = alter;
        if_exists_if(*if_exists)?;
        foreign_if(
            *only || location.is_some() || on_cluster.is_some() || table_type.is_some(),
            "this clause of ALTER TABLE",
        )?;
        let table = self
            .load_table(&names::read(names::single(name)?)?)?
            .clone();
        let [operation] = operations.as_slice() else {
            return Err(refuse(
                "several changes in one ALTER TABLE",
                "SQLite does not read them",
                "one statement per change",
            ));
        };
        match operation {
            AlterTableOperation::AddColumn {
                column_keyword: _,
                if_not_exists,
                column_def,
                column_position,
            } => {
                if_exists_if(*if_not_exists)?;
                foreign_if(column_position.is_some(), "FIRST and AFTER")?;
                self.add_column(dialect, &table, column_def, steps)
            }
            AlterTableOperation::DropColumn {
                has_column_keyword: _,
                column_names,
                if_exists,
                drop_behavior,
            } => {
                if_exists_if(*if_exists)?;
                foreign_if(drop_behavior.is_some(), "CASCADE and RESTRICT")?;
                let [column] = column_names.as_slice() else {
                    return Err(refuse(
                        "several columns in one DROP COLUMN",
                        "the databases do not share it",
                        "one statement per column",
                    ));
                };
                self.drop_column(dialect, &table, column, steps)
            }
            AlterTableOperation::RenameColumn { .. } | AlterTableOperation::RenameTable { .. } => {
                Err(refuse(
                    "RENAME",
                    "the previous release is still running while a migration runs",
                    "add the new one, copy with update, drop the old one in a later release",
                ))
            }
            _ => Err(refuse(
                "this ALTER TABLE",
                "the databases do not share it",
                "add column, drop column, or a new table and insert ... select",
            )),
        }
    }

    fn drop_column(
        &mut self,
        dialect: Dialect,
        table: &Table,
        column: &Ident,
        steps: &mut Vec<MigrationStep>,
    ) -> Result<(), GateError> {
        let column = names::read(column)?;
        table.load_column(&column)?;
        let used = self.use_of_column(table, &column);
        if let Some(used) = used {
            return Err(refuse(
                format!("dropping `{}.{column}`", table.name),
                format!("{used} uses it"),
                "drop that first, or make a new table",
            ));
        }
        refuse_if(
            table.columns.len() == 1,
            "dropping the last column",
            "a table has columns",
            "drop the table",
        )?;
        steps.push(MigrationStep::schema(format!(
            "ALTER TABLE {} DROP COLUMN {}",
            names::quote(dialect, &table.physical),
            names::quote(dialect, &column),
        )));
        if let Some(table) = self.tables.get_mut(&table.name) {
            table.columns.retain(|known| known.name != column);
        }
        Ok(())
    }

    /// What stands in the way of dropping a column.
    fn use_of_column(&self, table: &Table, column: &str) -> Option<String> {
        let holds = |columns: &[String]| columns.iter().any(|known| known == column);
        if table.keys.iter().any(|key| holds(&key.columns)) {
            return Some("a key".to_owned());
        }
        if table.foreign_keys.iter().any(|key| holds(&key.columns)) {
            return Some("a foreign key".to_owned());
        }
        if table.checks.iter().any(|check| holds(&check.reads)) {
            return Some("a check".to_owned());
        }
        table
            .indexes
            .iter()
            .find(|index| holds(&index.columns) || holds(&index.reads))
            .map(|index| format!("the index `{}`", index.name))
    }

    fn drop_table(
        &mut self,
        dialect: Dialect,
        name: &str,
        steps: &mut Vec<MigrationStep>,
    ) -> Result<(), GateError> {
        let table = self.load_table(name)?;
        let user = self.tables.values().find(|other| {
            other.name != name && other.foreign_keys.iter().any(|key| key.table == name)
        });
        if let Some(user) = user {
            return Err(refuse(
                format!("dropping `{name}`"),
                format!("`{}` refers to it", user.name),
                "drop that table first",
            ));
        }
        steps.push(MigrationStep::schema(format!(
            "DROP TABLE {}",
            names::quote(dialect, &table.physical)
        )));
        self.tables.remove(name);
        Ok(())
    }

    fn drop_index(
        &mut self,
        dialect: Dialect,
        name: &str,
        steps: &mut Vec<MigrationStep>,
    ) -> Result<(), GateError> {
        let holder = self
            .tables
            .values()
            .find(|table| table.indexes.iter().any(|index| index.name == name))
            .map(|table| table.name.clone());
        let Some(holder) = holder else {
            let indexes = self.tables.values().flat_map(|table| &table.indexes);
            return Err(names::unknown(
                format!("there is no index `{name}`"),
                name,
                "there are",
                indexes.map(|index| index.name.as_str()),
            ));
        };
        self.refuse_if_referred(&holder, name)?;
        if let Some(table) = self.tables.get_mut(&holder) {
            table.indexes.retain(|index| index.name != name);
        }
        steps.push(MigrationStep::schema(format!(
            "DROP INDEX {}",
            self.quoted(dialect, name)
        )));
        Ok(())
    }

    /// A foreign key needs the unique index of the columns that it names.
    fn refuse_if_referred(&self, table: &str, index: &str) -> Result<(), GateError> {
        let Some(table) = self.tables.get(table) else {
            return Ok(());
        };
        let mut without = table.clone();
        without.indexes.retain(|known| known.name != index);
        let user = self.tables.values().find(|other| {
            other
                .foreign_keys
                .iter()
                .any(|key| key.table == table.name && !without.has_key(&key.referred))
        });
        match user {
            None => Ok(()),
            Some(user) => Err(refuse(
                format!("dropping the index `{index}`"),
                format!("a foreign key of `{}` needs it", user.name),
                "drop that table first",
            )),
        }
    }

    /// A name for a table, index or constraint, which share one space within a plugin.
    pub(super) fn new_name(&self, ident: &Ident) -> Result<String, GateError> {
        let name = names::declare_in_schema(ident)?;
        if self.has_name(&name) {
            return Err(refuse(
                format!("the name `{name}`"),
                "a table, index or constraint of this plugin is called so already",
                "choose another",
            ));
        }
        if self.physical(&name).len() > names::PHYSICAL_BYTES {
            return Err(GateError::TooLarge {
                what: "characters of a name, with the plugin's in front",
                limit: names::PHYSICAL_BYTES - 2,
            });
        }
        Ok(name)
    }

    /// The condition of a CHECK or of a partial index, and the columns that it reads.
    pub(super) fn schema_condition(
        &self,
        dialect: Dialect,
        table: &Table,
        condition: &Expr,
    ) -> Result<(String, Vec<String>), GateError> {
        let mut item = Item::new(table.name.clone(), from::columns_of(table));
        item.bare = true;
        let mut emitter = Emitter::new(self, dialect);
        emitter.scopes.push(Scope::new(vec![item], Clause::Schema));
        let piece = emitter.expr(condition)?;
        let mut reads = std::mem::take(&mut emitter.scope().loose);
        reads.sort();
        reads.dedup();
        if reads.is_empty() {
            return Err(refuse(
                "a condition without a column",
                "it would hold for every row or for none",
                "leave it out",
            ));
        }
        // In parentheses of its own: a lone column is printed without.
        Ok((format!("({})", piece.sql), reads))
    }
}

/// The columns of a key or index: plain columns of the table.
pub(super) fn key_columns(
    table: &Table,
    columns: &[IndexColumn],
) -> Result<Vec<String>, GateError> {
    let mut read: Vec<String> = Vec::with_capacity(columns.len());
    for IndexColumn {
        column,
        operator_class,
    } in columns
    {
        let OrderByExpr {
            expr,
            options,
            with_fill,
        } = column;
        let OrderByOptions { sort, nulls_first } = options;
        refuse_if(
            sort.is_some() || nulls_first.is_some(),
            "asc, desc or nulls in an index",
            "an index is read in both directions",
            "name the columns only",
        )?;
        foreign_if(
            operator_class.is_some() || with_fill.is_some(),
            "this clause of an index",
        )?;
        let Expr::Identifier(ident) = expr else {
            return Err(refuse(
                "an index over an expression",
                "only columns can be kept apart by guild",
                "put the value into a column of its own",
            ));
        };
        read.push(known_column(table, ident, &read)?);
    }
    if read.is_empty() {
        return Err(refuse(
            "a key without columns",
            "it would tell nothing apart",
            "name its columns",
        ));
    }
    Ok(read)
}

/// A column of the table that is not in `before` yet.
pub(super) fn known_column(
    table: &Table,
    ident: &Ident,
    before: &[String],
) -> Result<String, GateError> {
    let column = names::read(ident)?;
    table.load_column(&column)?;
    if before.contains(&column) {
        return Err(refuse(
            format!("the column `{column}` twice"),
            "once says the same",
            "name it once",
        ));
    }
    Ok(column)
}

/// "guild_id, a, b"
pub(super) fn with_guild(dialect: Dialect, columns: &[String]) -> String {
    let columns = columns.iter().map(String::as_str);
    names::quote_all(dialect, std::iter::once(names::GUILD).chain(columns))
}

pub(super) fn if_exists_if(present: bool) -> Result<(), GateError> {
    refuse_if(
        present,
        "IF [NOT] EXISTS",
        "a migration runs once, on a schema that is known",
        "leave it out",
    )
}

/// The parser swallows these behind a column, in dialects that do not have them, and hands over a
/// column that does not number itself.
const LOST_WORDS: [&str; 3] = ["autoincrement", "auto_increment", "identity"];

fn refuse_lost_words(dialect: Dialect, text: &str) -> Result<(), GateError> {
    let tokens =
        super::with_parser_dialect(dialect, |dialect| Tokenizer::new(dialect, text).tokenize());
    // What cannot be read is reported by the parser.
    let lost = tokens.unwrap_or_default().into_iter().any(|token| {
        matches!(&token, Token::Word(word) if word.quote_style.is_none()
            && LOST_WORDS.contains(&word.value.to_ascii_lowercase().as_str()))
    });
    if lost {
        return Err(numbers_itself());
    }
    Ok(())
}

/// Words for a column that takes its numbers from the database.
pub(super) fn numbers_itself() -> GateError {
    refuse(
        "a column that numbers itself",
        "its numbers would run on across guilds",
        "take the number from the host's next-id and insert it",
    )
}

fn not_migration(statement: &Statement) -> GateError {
    if matches!(statement, Statement::Query(_)) {
        return refuse(
            "a query in a migration",
            "nobody reads its rows",
            "leave it out",
        );
    }
    let text = statement.to_string();
    let words: Vec<&str> = text
        .split_ascii_whitespace()
        .take(2)
        .filter(|word| word.bytes().all(|byte| byte.is_ascii_alphabetic()))
        .collect();
    refuse(
        format!("`{}` in a migration", words.join(" ").to_ascii_lowercase()),
        "a migration is made of a few kinds of statement",
        "create table, create [unique] index, alter table add or drop column, drop table, \
         drop index, insert, update, delete",
    )
}
