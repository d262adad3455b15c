//! Builds plugins of this workspace to components, from a build script of a crate that embeds or tests
//! them. So `cargo run` and `cargo test` need no step before them.
//!
//! ```no_run
//! // build.rs
//! use muster_plugin_build::{build, fail};
//!
//! for plugin in build(&["muster-guest-hello"]).unwrap_or_else(|error| fail(&error)) {
//!     println!("cargo::rustc-env=HELLO_WASM={}", plugin.wasm.display());
//! }
//! ```
//!
//! The plugins are built by a cargo of their own, with the profile `plugin`, in `<target>/plugins`: what
//! the outer build is told (flags, wrappers, profiles) is none of their business, and their artifacts
//! stay when the outer profile changes. Several build scripts may do this at once; they wait for
//! each other at cargo's own lock.
//!
//! `cargo rustc --crate-type cdylib` instead of a `crate-type` in `Cargo.toml`, because a library that is
//! `cdylib` and `rlib` at once is built without link-time optimisation, half as large again.

mod cargo;
mod depinfo;
mod error;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

pub use error::BuildError;

/// A plugin that was built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuiltPlugin {
    /// Its package.
    pub package: String,
    /// The component.
    pub wasm: PathBuf,
}

/// A plugin that can be built.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// The name of its folder.
    pub name: String,
    /// Its package.
    pub package: String,
}

/// Builds these packages, and tells cargo to run the build script again when one of their sources
/// changes.
///
/// # Errors
/// The first package that cannot be built, with what the compiler said.
pub fn build<P: AsRef<str>>(packages: &[P]) -> Result<Vec<BuiltPlugin>, BuildError> {
    let workspace = cargo::workspace_root()?;
    let target = cargo::target_folder()?.join("plugins");
    let mut sources = BTreeSet::from([
        workspace.join("Cargo.toml"),
        workspace.join("Cargo.lock"),
        workspace.join("rust-toolchain.toml"),
    ]);

    let mut built = Vec::new();
    for package in packages {
        let package = package.as_ref();
        let wasm = cargo::build(package, &workspace, &target)?;
        sources.extend(depinfo::sources_of(&wasm)?);
        built.push(BuiltPlugin {
            package: package.to_owned(),
            wasm,
        });
    }
    for source in sources {
        println!("cargo::rerun-if-changed={}", source.display());
    }
    Ok(built)
}

/// Ends the build script and has cargo show why.
pub fn fail(error: &BuildError) -> ! {
    for line in error.to_string().lines() {
        println!("cargo::error={line}");
    }
    std::process::exit(1);
}

/// The plugins in a folder, by name: whatever has a `wit/world.wit`. A new one is noticed because every member of
/// the workspace stands in `Cargo.lock`, which [`build`] watches; watching the folder would build anew for
/// a changed README.
///
/// # Errors
/// The folder or a `Cargo.toml` in it cannot be read.
pub fn find(folder: &Path) -> Result<Vec<Source>, BuildError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |error| BuildError::Unreadable { path, error }
    };
    let mut found = Vec::new();
    for entry in folder.read_dir().map_err(unreadable(folder))? {
        let entry = entry.map_err(unreadable(folder))?;
        if !entry.path().join("wit/world.wit").is_file() {
            continue;
        }
        let manifest = entry.path().join("Cargo.toml");
        if !manifest.is_file() {
            continue; // A plugin in another language; its own tools build it.
        }
        let text = std::fs::read_to_string(&manifest).map_err(unreadable(&manifest))?;
        let package = package_name(&text).ok_or(BuildError::NoPackage { manifest })?;
        let name = entry.file_name().to_string_lossy().into_owned();
        found.push(Source { name, package });
    }
    found.sort();
    Ok(found)
}

/// The name in `[package]`. Read by eye: a TOML parser would delay every build for one line.
fn package_name(manifest: &str) -> Option<String> {
    let (_, package) = manifest.split_once("[package]")?;
    package
        .lines()
        .take_while(|line| !line.starts_with('['))
        .find_map(|line| line.strip_prefix("name")?.trim_start().strip_prefix('='))
        .map(|name| name.trim().trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_has_a_world_and_a_package_is_a_plugin() {
        let folder = tempfile::tempdir().expect("a folder of our own");
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("below the folder")).expect("creatable");
            fs::write(path, text).expect("writable");
        };
        let manifest = "[package]\nname = \"muster-notes\"\n\n[lib]\nname = \"x\"\n";
        write("notes/Cargo.toml", manifest);
        write("notes/wit/world.wit", "");
        write("sdk/Cargo.toml", manifest);
        write("javascript/wit/world.wit", "");

        let found = find(folder.path()).expect("readable");
        let notes = Source {
            name: "notes".into(),
            package: "muster-notes".into(),
        };
        assert_eq!(found, [notes]);
    }

    #[test]
    fn a_package_has_its_own_name_and_not_that_of_a_table_below() {
        assert_eq!(package_name("[package]\n[lib]\nname = \"x\""), None);
        assert_eq!(package_name("[package]\nname=\"a\""), Some("a".into()));
    }
}
