//! The parsed file, section by section: whoever reads a key makes it known, what is left over is
//! reported, and nothing stops at the first mistake.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Display;
use std::ops::{Range, RangeInclusive};
use std::str::FromStr;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::nearest::instead;
use super::{Environment, Place, Problem};

/// Variables of ours that are no setting.
const OTHER_VARIABLES: [&str; 1] = ["MUSTER_CONFIG"];

/// What every variable of ours begins with.
const PREFIX: &str = "MUSTER_";

/// A file, the environment above it, and what is wrong with both.
pub(super) struct Document<'a> {
    file: &'a str,
    text: &'a str,
    environment: &'a Environment,
    problems: RefCell<Vec<Problem>>,
    variables: RefCell<BTreeSet<String>>,
}

impl<'a> Document<'a> {
    pub fn new(file: &'a str, text: &'a str, environment: &'a Environment) -> Self {
        let variables = OTHER_VARIABLES.map(str::to_owned).into();
        Self {
            file,
            text,
            environment,
            problems: RefCell::default(),
            variables: RefCell::new(variables),
        }
    }

    /// Reads as much as can be read; what is no TOML is told.
    pub fn parse(&self) -> DeTable<'a> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        for error in errors {
            let message = error.message().replace('\n', ", ");
            self.tell(error.span().unwrap_or(0..0), message);
        }
        table.into_inner()
    }

    pub fn root<'d>(&'d self, table: &'d DeTable<'a>) -> Section<'d> {
        Section {
            document: self,
            table: Some(table),
            path: String::new(),
            known: Vec::new(),
        }
    }

    pub fn environment(&self) -> &'a Environment {
        self.environment
    }

    /// The line where a span begins.
    pub fn place(&self, span: &Range<usize>) -> Place {
        let before = self.text.as_bytes().get(..span.start).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        Place::Line(self.file.to_owned(), line)
    }

    pub fn tell(&self, span: Range<usize>, what: impl Into<String>) {
        self.tell_at(self.place(&span), what);
    }

    pub fn tell_at(&self, place: Place, what: impl Into<String>) {
        self.problems.borrow_mut().push(Problem::new(place, what));
    }

    /// The text of the variable, which is known from now on.
    pub fn variable(&self, name: &str) -> Option<&'a str> {
        self.variables.borrow_mut().insert(name.to_owned());
        if self.environment.is_no_text(name) {
            self.tell_at(Place::Variable(name.to_owned()), "is no text (UTF-8)");
        }
        self.environment.text(name)
    }

    /// Everything that is wrong, in the order of the file; misspelt variables among it.
    pub fn into_problems(self) -> Vec<Problem> {
        let known = self.variables.into_inner();
        let mut problems = self.problems.into_inner();
        for name in self
            .environment
            .names(PREFIX)
            .filter(|name| !known.contains(*name))
        {
            let what = match super::nearest(name, known.iter().map(String::as_str)) {
                Some(near) => format!("is no setting; did you mean `{near}`?"),
                None => "is no setting; plugins.toml lists them all, and MUSTER_HOST_DATABASE is \
                         `database` in [host]"
                    .to_owned(),
            };
            problems.push(Problem::new(Place::Variable(name.to_owned()), what));
        }
        problems.sort();
        problems.dedup();
        problems
    }
}

/// A value, from wherever it came.
#[derive(Clone, Copy)]
pub(super) enum Raw<'v> {
    /// From the file.
    Toml(&'v DeValue<'v>),
    /// From the environment.
    Text(&'v str),
}

impl Raw<'_> {
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Toml(value) => value.as_str(),
            Self::Text(text) => Some(text),
        }
    }

    pub fn claim(&self) -> Option<bool> {
        match self {
            Self::Toml(value) => value.as_bool(),
            Self::Text(text) => text.parse().ok(),
        }
    }

    /// The entries of a list; in the environment they stand between commas.
    pub fn texts(&self) -> Option<Vec<&str>> {
        match self {
            Self::Toml(value) => {
                let items = value.as_array()?.iter();
                items.map(|item| item.get_ref().as_str()).collect()
            }
            Self::Text(text) => {
                let items = text.split(',').map(str::trim);
                Some(items.filter(|item| !item.is_empty()).collect())
            }
        }
    }

    pub fn number(&self) -> Option<i64> {
        match self {
            Self::Toml(value) => {
                let integer = value.as_integer()?;
                i64::from_str_radix(integer.as_str(), integer.radix()).ok()
            }
            Self::Text(text) => text.parse().ok(),
        }
    }

    /// As people wrote it, for the sentence that refuses it.
    fn shown(&self) -> String {
        match self {
            Self::Text(text) => format!("\"{text}\""),
            Self::Toml(value) => match value {
                DeValue::String(text) => format!("\"{text}\""),
                DeValue::Integer(number) => number.to_string(),
                DeValue::Float(number) => number.to_string(),
                DeValue::Boolean(claim) => claim.to_string(),
                DeValue::Datetime(moment) => moment.to_string(),
                DeValue::Array(_) => "a list".to_owned(),
                DeValue::Table(_) => "a table".to_owned(),
            },
        }
    }
}

/// One table of the file, which may be missing there.
pub(super) struct Section<'d> {
    document: &'d Document<'d>,
    table: Option<&'d DeTable<'d>>,
    /// `plugins.notes`; empty for the root.
    path: String,
    known: Vec<&'static str>,
}

impl<'d> Section<'d> {
    pub fn document(&self) -> &'d Document<'d> {
        self.document
    }

    fn entry(&self, key: &str) -> Option<(Range<usize>, &'d Spanned<DeValue<'d>>)> {
        let (name, value) = self.table?.get_key_value(key)?;
        Some((name.span(), value))
    }

    /// Whether the file says anything of `key`.
    pub fn has(&self, key: &str) -> bool {
        self.entry(key).is_some()
    }

    /// Where the value of `key` stands; the beginning of the file if it is not there.
    pub fn span_of(&self, key: &str) -> Range<usize> {
        self.entry(key).map_or(0..0, |(_, value)| value.span())
    }

    fn variable_name(&self, key: &str) -> String {
        let path = if self.path.is_empty() {
            String::new()
        } else {
            format!("{}_", self.path)
        };
        format!("{PREFIX}{path}{key}")
            .to_uppercase()
            .replace(['.', '-'], "_")
    }

    /// `[plugins.notes]`, or the file as a whole.
    fn shown(&self) -> String {
        if self.path.is_empty() {
            "this file".to_owned()
        } else {
            format!("[{}]", self.path)
        }
    }

    /// Reads `key` by `read`, which says what would be right if it refuses. Nothing said: `None`.
    pub fn find<T>(
        &mut self,
        key: &'static str,
        read: impl Fn(Raw<'_>) -> Result<T, String>,
    ) -> Option<T> {
        let variable = self.variable_name(key);
        self.find_in(key, &[&variable], read)
    }

    /// The same, with these variables above the file, strongest first.
    pub fn find_in<T>(
        &mut self,
        key: &'static str,
        variables: &[&str],
        read: impl Fn(Raw<'_>) -> Result<T, String>,
    ) -> Option<T> {
        self.known.push(key);
        let above: Vec<(&str, &str)> = variables
            .iter()
            .filter_map(|name| Some((*name, self.document.variable(name)?)))
            .collect();
        if let Some((name, text)) = above.first() {
            let raw = Raw::Text(text);
            return match read(raw) {
                Ok(value) => Some(value),
                Err(right) => {
                    let what = format!("is {right}, not {}", raw.shown());
                    self.document
                        .tell_at(Place::Variable((*name).to_owned()), what);
                    None
                }
            };
        }
        let (_, value) = self.entry(key)?;
        let raw = Raw::Toml(value.get_ref());
        match read(raw) {
            Ok(found) => Some(found),
            Err(right) => {
                let (section, shown) = (self.shown(), raw.shown());
                let what = format!("`{key}` in {section} is {right}, not {shown}");
                self.document.tell(value.span(), what);
                None
            }
        }
    }

    pub fn claim(&mut self, key: &'static str) -> Option<bool> {
        self.find(key, |raw| {
            raw.claim().ok_or_else(|| "true or false".to_owned())
        })
    }

    pub fn text(&mut self, key: &'static str) -> Option<String> {
        self.find(key, |raw| {
            let text = raw.text().filter(|text| !text.trim().is_empty());
            text.map(str::to_owned)
                .ok_or_else(|| "a text in quotation marks".to_owned())
        })
    }

    /// A list of texts, each of which can be read.
    pub fn list<T: FromStr<Err: Display>>(&mut self, key: &'static str) -> Option<Vec<T>> {
        let texts = self.find(key, |raw| {
            let texts = raw.texts();
            let texts = texts.map(|texts| texts.into_iter().map(str::to_owned).collect());
            texts.ok_or_else(|| "a list of texts in quotation marks".to_owned())
        });
        let texts: Vec<String> = texts?;
        let variable = self.variable_name(key);
        let place = match self.document.variable(&variable) {
            Some(_) => Place::Variable(variable),
            None => self.document.place(&self.span_of(key)),
        };
        let read = |text: String| match text.parse() {
            Ok(item) => Some(item),
            Err(refusal) => {
                let what = format!("`{key}` in {}: {refusal}", self.shown());
                self.document.tell_at(place.clone(), what);
                None
            }
        };
        Some(texts.into_iter().filter_map(read).collect())
    }

    /// A whole number; a limit is always given, so that no setting can stop the host from working.
    pub fn number<T: TryFrom<i64> + Copy + Display>(
        &mut self,
        key: &'static str,
        value: &mut T,
        range: RangeInclusive<i64>,
    ) {
        let right = format!("a whole number from {} to {}", range.start(), range.end());
        let read = |raw: Raw<'_>| {
            let number = raw.number().filter(|number| range.contains(number));
            number
                .and_then(|number| T::try_from(number).ok())
                .ok_or_else(|| right.clone())
        };
        if let Some(found) = self.find(key, read) {
            *value = found;
        }
    }

    /// One of some words.
    pub fn choice<T: Copy>(&mut self, key: &'static str, words: &[(&str, T)]) -> Option<T> {
        let listed: Vec<String> = words
            .iter()
            .map(|(word, _)| format!("\"{word}\""))
            .collect();
        self.find(key, |raw| {
            let text = raw.text();
            let found = words.iter().find(|(word, _)| Some(*word) == text);
            found
                .map(|(_, value)| *value)
                .ok_or_else(|| listed.join(" or "))
        })
    }

    /// The table under `key`.
    pub fn section(&mut self, key: &'static str) -> Section<'d> {
        self.known.push(key);
        let path = self.path_of(key);
        let table = self
            .entry(key)
            .and_then(|(_, value)| self.as_table(&path, value));
        Section {
            document: self.document,
            table,
            path,
            known: Vec::new(),
        }
    }

    /// The tables in here, whatever they are called, in the order of the file.
    pub fn named_sections(&mut self) -> Vec<(String, Range<usize>, Section<'d>)> {
        let mut found = Vec::new();
        for (name, value) in self.table.into_iter().flatten() {
            let path = self.path_of(name.get_ref());
            if let Some(table) = self.as_table(&path, value) {
                let section = Section {
                    document: self.document,
                    table: Some(table),
                    path,
                    known: Vec::new(),
                };
                found.push((name.get_ref().to_string(), name.span(), section));
            }
        }
        found.sort_by_key(|(_, span, _)| span.start);
        found
    }

    /// All values in here, whatever they are called.
    pub fn values(&self) -> Vec<(&'d str, Range<usize>, &'d DeValue<'d>)> {
        let entries = self.table.into_iter().flatten();
        let shown =
            entries.map(|(key, value)| (key.get_ref().as_ref(), key.span(), value.get_ref()));
        shown.collect()
    }

    fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    fn as_table(&self, path: &str, value: &'d Spanned<DeValue<'d>>) -> Option<&'d DeTable<'d>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            let shown = Raw::Toml(value.get_ref()).shown();
            self.document
                .tell(value.span(), format!("[{path}] is a table, not {shown}"));
        }
        table
    }

    /// Reports what nobody asked for.
    pub fn finish(self) {
        for (key, _) in self.table.into_iter().flatten() {
            let name: &str = key.get_ref();
            if !self.known.contains(&name) {
                let instead = instead(name, self.known.iter().copied());
                let what = format!("unknown key `{name}` in {}; {instead}", self.shown());
                self.document.tell(key.span(), what);
            }
        }
    }
}
