//! Builds whatever plugin stands under `plugins/` and writes the list of them; and of the files that
//! they bring for the playground.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use muster_plugin_build::{BuildError, Source, build, fail, find};

fn main() {
    if let Err(error) = embed() {
        fail(&error);
    }
}

fn embed() -> Result<(), BuildError> {
    let manifest_dir = env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs build scripts");
    let out_dir = PathBuf::from(env::var_os("OUT_DIR").expect("cargo runs build scripts"));
    let plugins = Path::new(&manifest_dir).join("../../plugins");
    let sources = find(&plugins)?;
    let packages: Vec<&str> = sources
        .iter()
        .map(|source| source.package.as_str())
        .collect();

    let mut list = String::from("&[");
    for (Source { name, .. }, plugin) in sources.iter().zip(build(&packages)?) {
        // A copy: another build script may replace the file while this crate compiles.
        let wasm = out_dir.join(format!("{name}.wasm"));
        written(&wasm, fs::copy(&plugin.wasm, &wasm))?;
        let _ = write!(
            list,
            "BuiltinPlugin {{ name: {name:?}, wasm: include_bytes!({wasm:?}) }},"
        );
    }
    list.push(']');
    let path = out_dir.join("plugins.rs");
    written(&path, fs::write(&path, list))?;
    let path = out_dir.join("playground.rs");
    written(&path, fs::write(&path, playground(&plugins, &sources)?))
}

/// The list of all files in the plugins' folders `playground`. Cargo hears of new ones because it
/// watches all of `plugins/`.
fn playground(plugins: &Path, sources: &[Source]) -> Result<String, BuildError> {
    let mut list = String::from("&[");
    for Source { name: plugin, .. } in sources {
        let folder = plugins.join(plugin).join("playground");
        if !folder.is_dir() {
            continue;
        }
        let entries = fs::read_dir(&folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let mut files: Vec<PathBuf> = entries
            .map_err(|error| BuildError::Unreadable {
                path: folder,
                error,
            })?
            .into_iter()
            .map(|entry| entry.path())
            .collect();
        files.sort();
        for file in files {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let _ = write!(
                list,
                "PlaygroundFile {{ plugin: {plugin:?}, name: {name:?}, text: include_str!({file:?}) }},"
            );
        }
    }
    list.push(']');
    Ok(list)
}

fn written<T>(path: &Path, result: io::Result<T>) -> Result<(), BuildError> {
    result.map(drop).map_err(|error| BuildError::Unreadable {
        path: path.to_owned(),
        error,
    })
}
