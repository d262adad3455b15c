//! CREATE TABLE and ADD COLUMN.

mod column;
mod options;

use sqlparser::ast::{
    CheckConstraint, ColumnDef, ColumnOption, ColumnOptionDef, CreateTable, ForeignKeyConstraint,
    Ident, IndexColumn, KeyOrIndexDisplay, NullsDistinctOption, PrimaryKeyConstraint,
    ReferentialAction, TableConstraint, UniqueConstraint,
};

use super::catalogue::{Check, ForeignKey, Key};
use super::error::{GateError, foreign_if, refuse, refuse_if};
use super::literal::Literal;
use super::migrate::{MigrationStep, key_columns, known_column, with_guild};
use super::{Catalogue, Dialect, Table, names};
use column::{is_plain, read_column};

/// PostgreSQL's setting that names the guild of a transaction, read by the row policies.
const GUILD_SETTING: &str = "app.guild";
/// Room behind a table's name for what the host adds to it (`acme__run__guild`).
const SUFFIX_BYTES: usize = 8;

impl Catalogue {
    pub(super) fn create_table(
        &mut self,
        dialect: Dialect,
        create: &CreateTable,
        steps: &mut Vec<MigrationStep>,
    ) -> Result<(), GateError> {
        options::check(create)?;
        let name = self.new_name(names::single(&create.name)?)?;
        let physical = self.physical(&name);
        if physical.len() + SUFFIX_BYTES > names::PHYSICAL_BYTES {
            return Err(GateError::TooLarge {
                what: "characters of a table's name, with the plugin's in front",
                limit: names::PHYSICAL_BYTES - SUFFIX_BYTES - 2,
            });
        }
        let table = Table {
            name,
            physical,
            columns: Vec::new(),
            keys: Vec::new(),
            indexes: Vec::new(),
            foreign_keys: Vec::new(),
            checks: Vec::new(),
        };
        let mut draft = Draft {
            catalogue: self,
            dialect,
            table,
            columns: Vec::new(),
            constraints: Vec::new(),
        };
        for column in &create.columns {
            draft.column(column)?;
        }
        if draft.table.columns.is_empty() {
            return Err(refuse(
                "a table without columns",
                "it could hold nothing",
                "name its columns",
            ));
        }
        // Keys first: a reference may point to a key of its own table that stands further down.
        for pass in [Pass::Keys, Pass::Rules] {
            for column in &create.columns {
                draft.column_constraints(column, pass)?;
            }
            for constraint in &create.constraints {
                draft.table_constraint(constraint, pass)?;
            }
        }
        let (table, sql) = draft.finish();
        steps.push(MigrationStep::schema(sql));
        if table.keys.is_empty() {
            // Without it, every statement would read the rows of all guilds.
            steps.push(MigrationStep::schema(format!(
                "CREATE INDEX {} ON {} ({})",
                names::quote(dialect, &format!("{}__guild", table.physical)),
                names::quote(dialect, &table.physical),
                names::quote(dialect, names::GUILD),
            )));
        }
        if dialect == Dialect::Postgres {
            steps.extend(row_level_security(&table.physical));
        }
        self.tables.insert(table.name.clone(), table);
        Ok(())
    }

    pub(super) fn add_column(
        &mut self,
        dialect: Dialect,
        table: &Table,
        definition: &ColumnDef,
        steps: &mut Vec<MigrationStep>,
    ) -> Result<(), GateError> {
        let ColumnDef {
            name,
            data_type: _,
            options,
        } = definition;
        for ColumnOptionDef { name: _, option } in options {
            if !is_plain(option)? {
                return Err(refuse(
                    "a key, CHECK or REFERENCES in ADD COLUMN",
                    "SQLite adds none to a table with rows",
                    "create unique index, or a new table and insert ... select",
                ));
            }
        }
        let (column, sql, default) = read_column(dialect, definition)?;
        let name = names::read(name)?;
        refuse_if(
            table.find_column(&name).is_some(),
            &format!("a second column `{name}`"),
            "the table has one",
            "choose another name",
        )?;
        refuse_if(
            !column.nullable && matches!(default, None | Some(Literal::Null)),
            "ADD COLUMN ... NOT NULL without a default",
            "the rows that exist need a value",
            "add `default ...`, or leave `not null` out",
        )?;
        steps.push(MigrationStep::schema(format!(
            "ALTER TABLE {} ADD COLUMN {sql}",
            names::quote(dialect, &table.physical),
        )));
        if let Some(table) = self.tables.get_mut(&table.name) {
            table.columns.push(column);
        }
        Ok(())
    }
}

/// What is read of a table's constraints at a time.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pass {
    Keys,
    Rules,
}

/// A table in the making.
struct Draft<'a> {
    catalogue: &'a Catalogue,
    dialect: Dialect,
    table: Table,
    columns: Vec<String>,
    constraints: Vec<String>,
}

impl Draft<'_> {
    fn column(&mut self, definition: &ColumnDef) -> Result<(), GateError> {
        let (column, sql, _) = read_column(self.dialect, definition)?;
        if self.table.find_column(&column.name).is_some() {
            return Err(refuse(
                format!("a second column `{}`", column.name),
                "the table has one",
                "choose another name",
            ));
        }
        self.table.columns.push(column);
        self.columns.push(sql);
        Ok(())
    }

    /// Keys, checks and references that stand behind a column: the same as those behind all.
    fn column_constraints(&mut self, definition: &ColumnDef, pass: Pass) -> Result<(), GateError> {
        let own = definition.name.clone();
        for ColumnOptionDef { name, option } in &definition.options {
            match (pass, option) {
                (Pass::Keys, ColumnOption::PrimaryKey(key)) => {
                    let key = PrimaryKeyConstraint {
                        columns: own_column(&own, &key.columns)?,
                        ..key.clone()
                    };
                    self.primary_key(name.as_ref(), &key)?;
                }
                (Pass::Keys, ColumnOption::Unique(key)) => {
                    let key = UniqueConstraint {
                        columns: own_column(&own, &key.columns)?,
                        ..key.clone()
                    };
                    self.unique(name.as_ref(), &key)?;
                }
                (Pass::Rules, ColumnOption::ForeignKey(key)) => {
                    let key = ForeignKeyConstraint {
                        columns: vec![own.clone()],
                        ..key.clone()
                    };
                    self.foreign_key(name.as_ref(), &key)?;
                }
                (Pass::Rules, ColumnOption::Check(check)) => self.check(name.as_ref(), check)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn table_constraint(
        &mut self,
        constraint: &TableConstraint,
        pass: Pass,
    ) -> Result<(), GateError> {
        match (pass, constraint) {
            (Pass::Keys, TableConstraint::PrimaryKey(key)) => self.primary_key(None, key),
            (Pass::Keys, TableConstraint::Unique(key)) => self.unique(None, key),
            (Pass::Rules, TableConstraint::ForeignKey(key)) => self.foreign_key(None, key),
            (Pass::Rules, TableConstraint::Check(check)) => self.check(None, check),
            (
                _,
                TableConstraint::PrimaryKey(_)
                | TableConstraint::Unique(_)
                | TableConstraint::ForeignKey(_)
                | TableConstraint::Check(_),
            ) => Ok(()),
            _ => Err(refuse(
                "this constraint",
                "the databases do not share it",
                "primary key, unique, foreign key or check",
            )),
        }
    }

    fn primary_key(
        &mut self,
        outer_name: Option<&Ident>,
        key: &PrimaryKeyConstraint,
    ) -> Result<(), GateError> {
        let PrimaryKeyConstraint {
            name,
            index_name,
            index_type,
            columns,
            include,
            index_options,
            characteristics,
        } = key;
        foreign_if(
            index_name.is_some()
                || index_type.is_some()
                || !include.is_empty()
                || !index_options.is_empty()
                || characteristics.is_some(),
            "this clause of PRIMARY KEY",
        )?;
        if self.table.keys.iter().any(|key| key.primary) {
            return Err(refuse(
                "a second primary key",
                "a table has one",
                "write unique",
            ));
        }
        let columns = key_columns(&self.table, columns)?;
        let name = self.name(outer_name.or(name.as_ref()))?;
        // SQLite lets null into a primary key unless the columns say otherwise.
        for (column, sql) in self.table.columns.iter_mut().zip(&mut self.columns) {
            if columns.contains(&column.name) && column.nullable {
                column.nullable = false;
                sql.push_str(" NOT NULL");
            }
        }
        let label = self.label(name.as_deref(), "pk");
        let columns_sql = with_guild(self.dialect, &columns);
        self.constraints
            .push(format!("{label} PRIMARY KEY ({columns_sql})"));
        self.table.keys.push(Key {
            name,
            columns,
            primary: true,
        });
        Ok(())
    }

    fn unique(
        &mut self,
        outer_name: Option<&Ident>,
        key: &UniqueConstraint,
    ) -> Result<(), GateError> {
        let UniqueConstraint {
            name,
            index_name,
            index_type_display,
            index_type,
            columns,
            include,
            index_options,
            characteristics,
            nulls_distinct,
        } = key;
        foreign_if(
            index_name.is_some()
                || *index_type_display != KeyOrIndexDisplay::None
                || index_type.is_some()
                || !include.is_empty()
                || !index_options.is_empty()
                || characteristics.is_some()
                || *nulls_distinct != NullsDistinctOption::None,
            "this clause of UNIQUE",
        )?;
        let columns = key_columns(&self.table, columns)?;
        let name = self.name(outer_name.or(name.as_ref()))?;
        let label = self.label(name.as_deref(), "u");
        let columns_sql = with_guild(self.dialect, &columns);
        self.constraints
            .push(format!("{label} UNIQUE ({columns_sql})"));
        self.table.keys.push(Key {
            name,
            columns,
            primary: false,
        });
        Ok(())
    }

    fn foreign_key(
        &mut self,
        outer_name: Option<&Ident>,
        key: &ForeignKeyConstraint,
    ) -> Result<(), GateError> {
        let ForeignKeyConstraint {
            name,
            index_name,
            columns,
            foreign_table,
            referred_columns,
            on_delete,
            on_update,
            match_kind,
            characteristics,
        } = key;
        foreign_if(
            index_name.is_some() || match_kind.is_some() || characteristics.is_some(),
            "this clause of a foreign key",
        )?;
        let mut own: Vec<String> = Vec::with_capacity(columns.len());
        for column in columns {
            own.push(known_column(&self.table, column, &own)?);
        }
        let target_name = names::read(names::single(foreign_table)?)?;
        let target = if target_name == self.table.name {
            &self.table
        } else {
            self.catalogue.load_table(&target_name)?
        };
        let referred = read_referred(target, referred_columns)?;
        check_types(&self.table, &own, target, &referred)?;
        let mut sql = format!(
            "FOREIGN KEY ({}) REFERENCES {} ({})",
            with_guild(self.dialect, &own),
            names::quote(self.dialect, &target.physical),
            with_guild(self.dialect, &referred),
        );
        for (word, action) in [("DELETE", on_delete), ("UPDATE", on_update)] {
            if let Some(action) = action {
                sql.push_str(&format!(" ON {word} {}", read_action(action)?));
            }
        }
        let name = self.name(outer_name.or(name.as_ref()))?;
        let label = self.label(name.as_deref(), "f");
        self.constraints.push(format!("{label} {sql}"));
        self.table.foreign_keys.push(ForeignKey {
            name,
            columns: own,
            table: target_name,
            referred,
        });
        Ok(())
    }

    fn check(
        &mut self,
        outer_name: Option<&Ident>,
        check: &CheckConstraint,
    ) -> Result<(), GateError> {
        let CheckConstraint {
            name,
            expr,
            no_inherit,
            enforced,
        } = check;
        foreign_if(*no_inherit || enforced.is_some(), "this clause of CHECK")?;
        let (condition, reads) =
            self.catalogue
                .schema_condition(self.dialect, &self.table, expr)?;
        let name = self.name(outer_name.or(name.as_ref()))?;
        let label = self.label(name.as_deref(), "c");
        self.constraints.push(format!("{label} CHECK {condition}"));
        self.table.checks.push(Check { name, reads });
        Ok(())
    }

    fn name(&self, ident: Option<&Ident>) -> Result<Option<String>, GateError> {
        let Some(ident) = ident else { return Ok(None) };
        let name = self.catalogue.new_name(ident)?;
        let taken = {
            let keys = self.table.keys.iter().map(|key| key.name.as_deref());
            let checks = self.table.checks.iter().map(|check| check.name.as_deref());
            let foreign_keys = self
                .table
                .foreign_keys
                .iter()
                .map(|key| key.name.as_deref());
            name == self.table.name
                || keys
                    .chain(checks)
                    .chain(foreign_keys)
                    .any(|known| known == Some(name.as_str()))
        };
        if taken {
            return Err(refuse(
                format!("the name `{name}`"),
                "it is used in this table already",
                "choose another",
            ));
        }
        Ok(Some(name))
    }

    /// `CONSTRAINT acme__run_is_open`, or a name by kind and number that no author can write.
    fn label(&self, name: Option<&str>, kind: &str) -> String {
        let physical = match name {
            Some(name) => self.catalogue.physical(name),
            None => format!(
                "{}__{kind}{}",
                self.table.physical,
                self.constraints.len() + 1
            ),
        };
        format!("CONSTRAINT {}", names::quote(self.dialect, &physical))
    }

    fn finish(self) -> (Table, String) {
        let guild = format!(
            "{} BIGINT NOT NULL",
            names::quote(self.dialect, names::GUILD)
        );
        let lines: Vec<String> = std::iter::once(guild)
            .chain(self.columns)
            .chain(self.constraints)
            .collect();
        let sql = format!(
            "CREATE TABLE {} ({})",
            names::quote(self.dialect, &self.table.physical),
            lines.join(", "),
        );
        (self.table, sql)
    }
}

/// Only rows of the guild in the setting exist for a statement; none if it is empty. FORCE binds
/// the owner of the table too.
fn row_level_security(physical: &str) -> [MigrationStep; 3] {
    let table = names::quote(Dialect::Postgres, physical);
    let guild = names::quote(Dialect::Postgres, names::GUILD);
    let own =
        format!("{guild} = CAST(NULLIF(current_setting('{GUILD_SETTING}', TRUE), '') AS BIGINT)");
    [
        format!("ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"),
        format!("ALTER TABLE {table} FORCE ROW LEVEL SECURITY"),
        format!("CREATE POLICY \"guild\" ON {table} USING ({own}) WITH CHECK ({own})"),
    ]
    .map(MigrationStep::schema)
}

/// The parser leaves the columns of a key behind a column empty, and may not in another version.
fn own_column(own: &Ident, columns: &[IndexColumn]) -> Result<Vec<IndexColumn>, GateError> {
    foreign_if(
        !columns.is_empty(),
        "a list of columns behind a column's key",
    )?;
    Ok(vec![IndexColumn::from(own.clone())])
}

fn read_referred(target: &Table, columns: &[Ident]) -> Result<Vec<String>, GateError> {
    let mut referred: Vec<String> = Vec::with_capacity(columns.len());
    for column in columns {
        referred.push(known_column(target, column, &referred)?);
    }
    if referred.is_empty()
        && let Some(key) = target.keys.iter().find(|key| key.primary)
    {
        referred.clone_from(&key.columns);
    }
    if !target.has_key(&referred) {
        return Err(refuse(
            format!("REFERENCES {} ({})", target.name, referred.join(", ")),
            "a reference points to a key",
            target.describe_keys(),
        ));
    }
    Ok(referred)
}

fn check_types(
    table: &Table,
    own: &[String],
    target: &Table,
    referred: &[String],
) -> Result<(), GateError> {
    refuse_if(
        own.len() != referred.len(),
        "a foreign key with more or fewer columns than its target",
        "they are compared in pairs",
        "name as many",
    )?;
    for (own, referred) in own.iter().zip(referred) {
        let (left, right) = (table.load_column(own)?, target.load_column(referred)?);
        refuse_if(
            left.ty != right.ty,
            &format!("`{own}` referring to `{}.{referred}`", target.name),
            "their types differ",
            "give both the same type",
        )?;
    }
    Ok(())
}

fn read_action(action: &ReferentialAction) -> Result<&'static str, GateError> {
    match action {
        ReferentialAction::Cascade => Ok("CASCADE"),
        ReferentialAction::Restrict => Ok("RESTRICT"),
        ReferentialAction::NoAction => Ok("NO ACTION"),
        ReferentialAction::SetNull | ReferentialAction::SetDefault => Err(refuse(
            format!("{action}"),
            "the key holds the guild too, and would lose it",
            "cascade, or set the column to null before deleting",
        )),
    }
}
