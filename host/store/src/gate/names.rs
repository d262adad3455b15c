//! Identifiers: which ones an author may use, and how they are printed.
//!
//! Only lower-case ASCII, so that no quoting, folding or look-alike makes the gate and the database
//! read one text as two names. A double underscore joins the plugin's name to the table's in the
//! database (`acme__run`); since no author's name holds one, physical names cannot be written.

use sqlparser::ast::{Ident, ObjectName, ObjectNamePart};

use super::Dialect;
use super::error::{GateError, refuse};

/// The host's column in every table.
pub(super) const GUILD: &str = "guild_id";
/// PostgreSQL cuts longer names off without a word, and two could become one.
pub(super) const PHYSICAL_BYTES: usize = 63;
/// Longest name of an author.
const LONGEST: usize = 48;
/// Columns that one of the databases has in every table, and the row that an upsert could not
/// insert. (`xmin` and its like are PostgreSQL's.)
const RESERVED: [&str; 10] = [
    "excluded", "rowid", "oid", "_rowid_", "ctid", "xmin", "xmax", "cmin", "cmax", "tableoid",
];

/// Reads a name that should already exist.
pub(super) fn read(ident: &Ident) -> Result<String, GateError> {
    let Ident {
        value,
        quote_style,
        span: _,
    } = ident;
    let shown: String = value.chars().take(LONGEST + 1).collect();
    let name = match quote_style {
        None => value.to_ascii_lowercase(),
        Some('"') => value.clone(),
        Some(quote) => {
            return Err(refuse(
                format!("the quote {quote}"),
                "only one of the databases reads it",
                format!("write {shown} without quotes or in double quotes"),
            ));
        }
    };
    if name == GUILD {
        return Err(refuse(
            "`guild_id`",
            "the column is the host's",
            "leave it out, every statement sees only this guild",
        ));
    }
    let mut bytes = name.bytes();
    let starts_well = bytes
        .next()
        .is_some_and(|byte| byte.is_ascii_lowercase() || byte == b'_');
    if !starts_well
        || !bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    {
        return Err(refuse(
            format!("the name `{shown}`"),
            "names are a to z, 0 to 9 and _",
            "use such a name, without quotes",
        ));
    }
    if name.len() > LONGEST {
        return Err(GateError::TooLarge {
            what: "characters of a name",
            limit: LONGEST,
        });
    }
    if name.contains("__") {
        return Err(refuse(
            format!("the name `{name}`"),
            "a double underscore is the host's, it joins plugin and table",
            "write the table's own name (`run`, not `acme__run`)",
        ));
    }
    Ok(name)
}

/// Reads a name that the author makes up: an alias, or a name in the schema.
pub(super) fn declare(ident: &Ident) -> Result<String, GateError> {
    let name = read(ident)?;
    if RESERVED.contains(&name.as_str()) || name.starts_with("pg_") || name.starts_with("sqlite_") {
        return Err(refuse(
            format!("the name `{name}`"),
            "a database uses it for itself",
            "choose another",
        ));
    }
    Ok(name)
}

/// Reads a name of the schema. It may not start with `_`: behind the plugin's name and `__`, that
/// underscore could belong to either side.
pub(super) fn declare_in_schema(ident: &Ident) -> Result<String, GateError> {
    let name = declare(ident)?;
    if name.starts_with('_') {
        return Err(refuse(
            format!("the name `{name}`"),
            "tables, indexes and constraints start with a letter",
            "drop the underscore",
        ));
    }
    Ok(name)
}

/// The only part of a name that may not be qualified.
pub(super) fn single(name: &ObjectName) -> Result<&Ident, GateError> {
    let ObjectName(parts) = name;
    match parts.as_slice() {
        [ObjectNamePart::Identifier(ident)] => Ok(ident),
        _ => Err(refuse(
            "a qualified name",
            "a plugin sees one schema, its own",
            "write the bare name",
        )),
    }
}

/// Prints a name. On SQLite in backticks: there a double-quoted name that is no column silently
/// becomes a text, in backticks it is an error.
pub(super) fn quote(dialect: Dialect, name: &str) -> String {
    match dialect {
        Dialect::Sqlite => format!("`{name}`"),
        Dialect::Postgres => format!("\"{name}\""),
    }
}

/// Prints names with commas between them.
pub(super) fn quote_all<'a>(dialect: Dialect, names: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = names.into_iter().map(|name| quote(dialect, name)).collect();
    quoted.join(", ")
}

/// "`run` has no column `foo` (it has: id, status). Did you mean `food`?"
pub(super) fn unknown<'a>(
    problem: impl Into<String>,
    wanted: &str,
    holder: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> GateError {
    let known: Vec<&str> = known.into_iter().collect();
    let mut message = problem.into();
    if known.is_empty() {
        message.push_str(&format!(" ({holder}: none)"));
    } else {
        message.push_str(&format!(" ({holder}: {})", known.join(", ")));
    }
    if let Some(nearest) = nearest(wanted, &known) {
        message.push_str(&format!(". Did you mean `{nearest}`?"));
    }
    GateError::Unknown(message)
}

/// The known name that looks most like a slip of the wanted one.
fn nearest<'a>(wanted: &str, known: &[&'a str]) -> Option<&'a str> {
    known
        .iter()
        .map(|name| (distance(wanted, name), *name))
        .filter(|(distance, name)| *distance <= 1 + name.len() / 4)
        .min()
        .map(|(_, name)| name)
}

/// Letters added, dropped, changed, or swapped with their neighbour.
fn distance(left: &str, right: &str) -> usize {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let width = right.len() + 1;
    let mut cells = vec![0; (left.len() + 1) * width];
    let at = |i: usize, j: usize| i * width + j;
    for i in 0..=left.len() {
        for j in 0..=right.len() {
            cells[at(i, j)] = if i == 0 || j == 0 {
                i + j
            } else {
                let changed = usize::from(left[i - 1] != right[j - 1]);
                let mut least = (cells[at(i - 1, j - 1)] + changed)
                    .min(cells[at(i - 1, j)] + 1)
                    .min(cells[at(i, j - 1)] + 1);
                let swapped =
                    i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
                if swapped {
                    least = least.min(cells[at(i - 2, j - 2)] + 1);
                }
                least
            };
        }
    }
    cells[at(left.len(), right.len())]
}
