//! The environment, taken once at the start, so that tests can bring their own.

use std::collections::BTreeMap;
use std::fmt;

/// Variables by name. What is not text is kept as `None`.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, Option<String>>);

impl Environment {
    /// The environment of this process.
    pub fn of_process() -> Self {
        let entries = std::env::vars_os().filter_map(|(name, value)| {
            let name = name.into_string().ok()?;
            Some((name, value.into_string().ok()))
        });
        Self(entries.collect())
    }

    /// The text of a variable; an empty one counts as not set.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_deref().filter(|text| !text.is_empty())
    }

    /// Whether the variable is set to something that is no text.
    pub fn is_no_text(&self, name: &str) -> bool {
        matches!(self.0.get(name), Some(None))
    }

    /// The names that begin with `prefix` and hold something.
    pub fn names<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a str> {
        let set = |value: &Option<String>| value.as_ref().is_none_or(|text| !text.is_empty());
        let found = self
            .0
            .iter()
            .filter(move |(name, value)| name.starts_with(prefix) && set(value));
        found.map(|(name, _)| name.as_str())
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Environment {
    fn from(entries: [(&str, &str); N]) -> Self {
        let owned = entries.map(|(name, value)| (name.to_owned(), Some(value.to_owned())));
        Self(owned.into())
    }
}

/// Names only: values may be secrets.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}
