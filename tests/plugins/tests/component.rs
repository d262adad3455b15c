//! What a component asks for and answers is what its world says, no more and no less.

use std::collections::BTreeSet;
use std::fs;

use muster_core::Manifest;
use muster_sdk::Plugin as _;
use wasmparser::{ComponentExport, ComponentImport, Parser, Payload};

const WORLD: &str = include_str!("../guests/hello/wit/world.wit");

fn hello() -> Vec<u8> {
    fs::read(env!("GUEST_HELLO")).expect("built by the build script")
}

/// The interfaces of the contract that stand behind this word in the world.
fn in_world(word: &str) -> BTreeSet<String> {
    let line = |line: &'static str| line.trim().strip_prefix(word)?.trim().strip_suffix(';');
    WORLD.lines().filter_map(line).map(str::to_owned).collect()
}

fn of_contract(name: &str) -> bool {
    // Types that exports share are imported by name only; there is nothing to call behind them.
    name.starts_with("muster:") && !name.starts_with("muster:plugin/types@")
}

/// What the component itself imports and exports. The components inside it have names of their own.
fn surface(wasm: &[u8]) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut imports, mut exports) = (BTreeSet::new(), BTreeSet::new());
    let mut depth = 0;
    for payload in Parser::new(0).parse_all(wasm) {
        match payload.expect("a valid component") {
            Payload::Version { .. } => depth += 1,
            Payload::End(_) => depth -= 1,
            Payload::ComponentImportSection(section) if depth == 1 => {
                let name = |import: Result<ComponentImport<'_>, _>| {
                    import.expect("valid").name.name.to_owned()
                };
                imports.extend(section.into_iter().map(name));
            }
            Payload::ComponentExportSection(section) if depth == 1 => {
                let name = |export: Result<ComponentExport<'_>, _>| {
                    export.expect("valid").name.name.to_owned()
                };
                exports.extend(section.into_iter().map(name));
            }
            _ => {}
        }
    }
    (imports, exports)
}

#[test]
fn a_component_imports_exactly_what_its_world_lists() {
    let (imports, _) = surface(&hello());
    let contract: BTreeSet<_> = imports
        .iter()
        .filter(|name| of_contract(name))
        .cloned()
        .collect();
    assert_eq!(contract, in_world("import"));

    // What remains is what Rust's standard library cannot do without.
    for other in imports.difference(&contract) {
        let is_plain = ["wasi:cli/", "wasi:io/", "muster:plugin/types@"]
            .iter()
            .any(|known| other.starts_with(known));
        assert!(is_plain, "{other}");
    }
}

#[test]
fn a_component_exports_exactly_what_its_world_lists() {
    let (_, exports) = surface(&hello());
    assert_eq!(exports, in_world("export"));
}

#[test]
fn a_small_plugin_stays_small() {
    let size_kib = hello().len() / 1024;
    assert!(size_kib < 200, "{size_kib} KiB");
}

#[test]
fn the_host_takes_the_manifest_that_the_sdk_writes() {
    let manifest = muster_guest_hello::Plugin::describe().to_json();
    let manifest = Manifest::parse(&manifest).expect("no problems");
    assert_eq!(manifest.name.as_str(), "hello");
    assert_eq!(manifest.version, env!("CARGO_PKG_VERSION"));
    assert!(manifest.command("hello").is_some() && manifest.component("wave").is_some());
    assert_eq!(manifest.migrations.len(), 1);
}
