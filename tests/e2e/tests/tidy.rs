//! Rules of the house that a compiler does not check.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Heavy dependencies and the one crate that may name each (its tests aside).
const ONE_USER: [(&str, &str); 8] = [
    ("sqlx", "muster-store"),
    ("sqlparser", "muster-store"),
    ("wasmtime", "muster-runtime"),
    ("wasmtime-wasi", "muster-runtime"),
    ("serenity", "muster-discord"),
    ("reqwest", "muster-discord"),
    ("twilight-http-ratelimiting", "muster-discord"),
    ("axum", "muster-playground"),
];

/// Who may know whom among the host's crates.
const MAY_KNOW: [(&str, &[&str]); 6] = [
    ("muster-core", &[]),
    ("muster-store", &["muster-core"]),
    ("muster-runtime", &["muster-core", "muster-store"]),
    ("muster-discord", &["muster-core", "muster-store"]),
    ("muster-playground", &[]),
    ("muster-sdk", &[]),
];

fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.join("../..")
        .canonicalize()
        .expect("the workspace's folder")
}

/// Every `Cargo.toml` of the workspace: package name and the names in `[dependencies]`.
fn packages() -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    for file in files(&root(), &|path| path.ends_with("Cargo.toml")) {
        let text = fs::read_to_string(&file).expect("readable");
        let mut section = String::new();
        let mut name = None;
        let mut dependencies = Vec::new();
        for line in text.lines() {
            if let Some(heading) = line.strip_prefix('[') {
                section = heading.trim_end_matches(']').to_owned();
            }
            let key = line.split(['=', '.', ' ']).next().unwrap_or_default();
            if section == "package" && key == "name" {
                name = line.split('"').nth(1).map(ToOwned::to_owned);
            }
            if section == "dependencies" && !line.starts_with('[') && !key.is_empty() {
                dependencies.push(key.to_owned());
            }
        }
        if let Some(name) = name {
            found.insert(name, dependencies);
        }
    }
    assert!(found.len() > 10, "the workspace was not found: {found:?}");
    found
}

/// The files below `folder` that `wanted` picks, build output and hidden folders aside.
fn files(folder: &Path, wanted: &dyn Fn(&Path) -> bool) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if name.starts_with('.') || matches!(name, "target" | "node_modules") {
            continue;
        }
        if path.is_dir() {
            found.extend(files(&path, wanted));
        } else if wanted(&path) {
            found.push(path);
        }
    }
    found
}

fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "rs")
}

#[test]
fn each_heavy_dependency_has_one_user() {
    for (package, dependencies) in packages() {
        for (heavy, user) in ONE_USER {
            let named = dependencies.iter().any(|dependency| dependency == heavy);
            assert!(
                !named || package == user,
                "{package} names {heavy}; only {user} may"
            );
        }
    }
}

#[test]
fn dependencies_point_one_way() {
    let packages = packages();
    for (package, known) in MAY_KNOW {
        let dependencies = packages
            .get(package)
            .unwrap_or_else(|| panic!("no {package}"));
        let ours = dependencies
            .iter()
            .filter(|dependency| dependency.starts_with("muster-"));
        for dependency in ours.filter(|dependency| *dependency != "muster-sdk-macros") {
            assert!(
                known.contains(&dependency.as_str()),
                "{package} must not know {dependency}"
            );
        }
    }
}

#[test]
fn the_host_knows_no_plugin_by_name() {
    let plugins: Vec<String> = fs::read_dir(root().join("plugins"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.join("wit/world.wit").exists())
        .filter_map(|path| path.file_name()?.to_str().map(ToOwned::to_owned))
        .collect();
    assert!(
        plugins.iter().any(|name| name == "raids"),
        "the plugins were not found: {plugins:?}"
    );
    let is_code = |path: &Path| is_rust(path) || path.extension().is_some_and(|e| e == "toml");
    for file in files(&root().join("host"), &is_code) {
        let text = fs::read_to_string(&file).expect("readable").to_lowercase();
        // Whole words: a quotation names no plugin.
        let words: HashSet<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
        for plugin in &plugins {
            assert!(
                !words.contains(plugin.as_str()),
                "{} names the plugin {plugin}",
                file.display()
            );
        }
    }
}

#[test]
fn no_folder_hides_behind_mod_rs_and_no_file_grows_without_end() {
    for file in files(&root(), &is_rust) {
        assert!(
            !file.ends_with("mod.rs"),
            "{}: name the module's file after it",
            file.display()
        );
        let lines = fs::read_to_string(&file).expect("readable").lines().count();
        assert!(
            lines <= 700,
            "{} has {lines} lines: look for the second idea in it",
            file.display()
        );
    }
}

#[test]
fn every_migration_has_its_way_back() {
    let ups = files(&root(), &|path| path.to_string_lossy().ends_with(".up.sql"));
    assert!(ups.len() >= 2, "the migrations were not found: {ups:?}");
    for up in ups {
        let down = up.to_string_lossy().replace(".up.sql", ".down.sql");
        assert!(Path::new(&down).exists(), "{} has no {down}", up.display());
    }
}

#[test]
fn every_wit_item_is_documented() {
    for file in files(&root().join("wit"), &|path| {
        path.extension().is_some_and(|e| e == "wit")
    }) {
        let text = fs::read_to_string(&file).expect("readable");
        let mut before = "";
        for line in text.lines() {
            let is_item = line.contains(": func(")
                || ["interface ", "variant ", "record ", "enum "]
                    .iter()
                    .any(|w| line.trim_start().starts_with(w));
            assert!(
                !is_item || before.trim_start().starts_with("///"),
                "{}: `{}` has no doc line",
                file.display(),
                line.trim()
            );
            before = line;
        }
    }
}
