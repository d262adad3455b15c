//! What a plugin was made from, as cargo wrote it beside the component.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::BuildError;

/// Every file of this workspace that went into a component: sources of the plugin and of the crates it uses,
/// included files, WIT, and the `Cargo.toml` of each crate.
pub fn sources_of(wasm: &Path) -> Result<BTreeSet<PathBuf>, BuildError> {
    let path = wasm.with_extension("d");
    let text =
        std::fs::read_to_string(&path).map_err(|error| BuildError::Unreadable { path, error })?;
    let mut sources: BTreeSet<PathBuf> = parse(&text).map(PathBuf::from).collect();
    let manifests: BTreeSet<PathBuf> = sources
        .iter()
        .filter_map(|file| manifest_of(file))
        .collect();
    sources.extend(manifests);
    Ok(sources)
}

/// The prerequisites of a Makefile's rule. Spaces in file names are escaped.
fn parse(text: &str) -> impl Iterator<Item = String> {
    let rule = text.lines().next().unwrap_or_default();
    let files = rule.split_once(": ").map_or("", |(_, files)| files);
    files
        .replace("\\ ", "\0")
        .split(' ')
        .filter(|file| !file.is_empty())
        .map(|file| file.replace('\0', " "))
        .collect::<Vec<_>>()
        .into_iter()
}

fn manifest_of(source: &Path) -> Option<PathBuf> {
    source
        .ancestors()
        .skip(1)
        .map(|folder| folder.join("Cargo.toml"))
        .find(|manifest| manifest.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prerequisites_are_read_with_their_spaces() {
        let text = "/t/a b.wasm: /w/src/lib.rs /w/my\\ data/x.sql\n";
        let files: Vec<String> = parse(text).collect();
        assert_eq!(files, ["/w/src/lib.rs", "/w/my data/x.sql"]);
    }
}
