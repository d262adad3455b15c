//! Which operation of the file a request is.

use serde_json::{Map, Value};

/// The paths of the file, cut up.
pub(crate) struct Operations {
    /// The path as it is written in the file, and its parts.
    paths: Vec<(String, Vec<String>)>,
}

/// A path of the file that fits, with what stood in place of its placeholders.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fit<'a> {
    pub path: &'a str,
    pub values: Vec<(&'a str, String)>,
}

impl Operations {
    pub fn new(paths: &Map<String, Value>) -> Self {
        let cut = |path: &String| (path.clone(), parts(path).map(str::to_owned).collect());
        let mut paths: Vec<(String, Vec<String>)> = paths.keys().map(cut).collect();
        // Literal paths before those with placeholders that they would fit.
        paths.sort_by_key(|(_, parts)| parts.iter().filter(|part| is_placeholder(part)).count());
        Self { paths }
    }

    /// `path` is without query, and begins below `/api/v10`.
    pub fn find(&self, path: &str) -> Option<Fit<'_>> {
        let asked: Vec<&str> = parts(path).collect();
        self.paths.iter().find_map(|(whole, wanted)| {
            if wanted.len() != asked.len() {
                return None;
            }
            let mut values = Vec::new();
            for (wanted, part) in wanted.iter().zip(&asked) {
                let part = decoded(part);
                if is_placeholder(wanted) {
                    values.push((wanted.trim_matches(['{', '}']), part));
                } else if *wanted != part {
                    return None;
                }
            }
            Some(Fit {
                path: whole,
                values,
            })
        })
    }
}

/// The part of a request's path below `/api/v10`, and its query.
pub(crate) fn below_version(path: &str) -> (&str, &str) {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let path = path.strip_prefix("/api").unwrap_or(path);
    let versions = ["/v10", "/v9"];
    let below = versions
        .iter()
        .find_map(|version| path.strip_prefix(version));
    (below.unwrap_or(path), query)
}

/// The pairs of a query.
pub(crate) fn pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    query
        .split('&')
        .filter_map(|pair| pair.trim_start_matches('?').split_once('='))
        .map(|(key, value)| (decoded(key), decoded(&value.replace('+', " "))))
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty())
}

fn is_placeholder(part: &str) -> bool {
    part.starts_with('{')
}

/// Undoes URL encoding.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).filter(|_| *first == b'%');
        let byte = hex
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_literal_path_comes_before_a_placeholder() {
        let paths = json!({ "/users/{id}": {}, "/users/@me": {}, "/users/{id}/x": {} });
        let operations = Operations::new(paths.as_object().expect("an object"));
        assert_eq!(
            operations.find("/users/@me").expect("fits").path,
            "/users/@me"
        );
        let fit = operations.find("/users/7").expect("fits");
        assert_eq!(
            (fit.path, fit.values),
            ("/users/{id}", vec![("id", "7".into())])
        );
        let escaped = operations.find("/users/%40me").expect("fits");
        assert_eq!(escaped.path, "/users/@me");
        assert_eq!(operations.find("/users"), None);
    }

    #[test]
    fn version_and_query_are_taken_off() {
        assert_eq!(
            below_version("/api/v10/users/@me?a=1"),
            ("/users/@me", "a=1")
        );
        assert_eq!(below_version("/api/gateway"), ("/gateway", ""));
        let read: Vec<_> = pairs("?&with_response=true&query=a%20b+c").collect();
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(
            read,
            [pair("with_response", "true"), pair("query", "a b c")]
        );
    }
}
