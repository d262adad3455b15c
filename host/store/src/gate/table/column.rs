//! One column of a table: name, type, NOT NULL and default.

use sqlparser::ast::{ColumnDef, ColumnOption, ColumnOptionDef, Expr};

use crate::gate::catalogue::Column;
use crate::gate::error::{GateError, refuse, refuse_if};
use crate::gate::literal::{Literal, read_type};
use crate::gate::migrate::numbers_itself;
use crate::gate::{Dialect, Type, names};

/// Name, type, NOT NULL and default.
pub(super) fn read_column(
    dialect: Dialect,
    definition: &ColumnDef,
) -> Result<(Column, String, Option<Literal>), GateError> {
    let ColumnDef {
        name,
        data_type,
        options,
    } = definition;
    let name = names::declare(name)?;
    let ty = read_type(data_type)?;
    let mut nullable = true;
    let mut default = None;
    for ColumnOptionDef { name, option } in options {
        if !is_plain(option)? {
            continue;
        }
        refuse_if(
            name.is_some(),
            "a name for NOT NULL or DEFAULT",
            "neither database would report it",
            "leave the name out, or write a check",
        )?;
        match option {
            ColumnOption::NotNull => nullable = false,
            ColumnOption::Default(expr) => {
                refuse_if(
                    default.is_some(),
                    "a second DEFAULT",
                    "a column has one",
                    "drop one",
                )?;
                default = Some(read_default(expr, ty)?);
            }
            _ => {}
        }
    }
    let mut sql = format!("{} {}", names::quote(dialect, &name), ty.sql());
    if ty == Type::Text && dialect == Dialect::Postgres {
        // Byte order, as SQLite compares; the database's own order depends on its locale.
        sql.push_str(" COLLATE \"C\"");
    }
    if let Some(default) = &default {
        sql.push_str(&format!(" DEFAULT {}", default.sql()));
    }
    if !nullable {
        sql.push_str(" NOT NULL");
    }
    Ok((Column { name, ty, nullable }, sql, default))
}

fn read_default(expr: &Expr, ty: Type) -> Result<Literal, GateError> {
    let literal = Literal::read_default(expr)?;
    let fits = match (literal.ty(), ty) {
        (None, _) | (Some(Type::BigInt), Type::Double) => true,
        (Some(literal), column) => literal == column,
    };
    refuse_if(
        !fits,
        "a DEFAULT of another type than the column's",
        "PostgreSQL does not convert it",
        "write a literal of the column's type",
    )?;
    Ok(literal)
}

/// True for NULL, NOT NULL and DEFAULT, false for what becomes a constraint of the table.
pub(super) fn is_plain(option: &ColumnOption) -> Result<bool, GateError> {
    match option {
        ColumnOption::Null | ColumnOption::NotNull | ColumnOption::Default(_) => Ok(true),
        ColumnOption::PrimaryKey(_)
        | ColumnOption::Unique(_)
        | ColumnOption::ForeignKey(_)
        | ColumnOption::Check(_) => Ok(false),
        ColumnOption::Generated { .. }
        | ColumnOption::Identity(_)
        | ColumnOption::DialectSpecific(_) => Err(numbers_itself()),
        ColumnOption::Collation(_) => Err(refuse(
            "COLLATE",
            "texts compare byte by byte on both databases",
            "leave it out; keep a lower-case copy to compare without case",
        )),
        _ => Err(refuse(
            "this clause behind a column",
            "the databases do not share it",
            "not null, default, primary key, unique, references or check",
        )),
    }
}
