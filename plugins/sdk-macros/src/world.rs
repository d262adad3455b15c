//! The exports of one plugin, as its own world asks for them.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use wit_bindgen_core::wit_parser::{Resolve, WorldId, WorldItem};
use wit_bindgen_core::{Files, WorldGenerator};
use wit_bindgen_rust::{Opts, WithOption};

use crate::{contract, imports};

/// What the host can call.
struct Export {
    /// The section of `plugin!` that answers it.
    section: &'static str,
    interface: &'static str,
    /// The body of `impl Guest for Component`.
    guest: &'static str,
}

/// The one export that every plugin has.
const DESCRIBE: Export = Export {
    section: "manifest",
    interface: "muster:plugin/plugin@0.1.0",
    guest: "fn describe() -> String { ::muster_sdk::__rt::describe::<Plugin>() }",
};

const EXPORTS: &[Export] = &[
    DESCRIBE,
    Export {
        section: "commands",
        interface: "muster:commands/commands@0.1.0",
        guest: "fn handle(name: String, data: String, _: String) -> Result<(), Failure> {
            ::muster_sdk::__rt::handled(|ctx| Plugin::command(ctx, &name, &data))
        }",
    },
    Export {
        section: "components",
        interface: "muster:components/components@0.1.0",
        guest: "fn handle(custom_id: String, input: String, _: String) -> Result<(), Failure> {
            ::muster_sdk::__rt::handled(|ctx| Plugin::component(ctx, &custom_id, &input))
        }",
    },
    Export {
        section: "autocomplete",
        interface: "muster:autocomplete/autocomplete@0.1.0",
        guest: "fn suggest(name: String, data: String, _: String) -> Result<(), Failure> {
            ::muster_sdk::__rt::handled(|ctx| Plugin::suggest(ctx, &name, &data))
        }",
    },
    Export {
        section: "panels",
        interface: "muster:panels/view@0.1.0",
        guest: "fn render(name: String, _: String) -> Result<Option<String>, Failure> {
            ::muster_sdk::__rt::rendered(|ctx| Plugin::render(ctx, &name))
        }",
    },
    Export {
        section: "timers",
        interface: "muster:timers/fire@0.1.0",
        guest: "fn fire(name: String, payload: String, _: String) -> Result<(), Failure> {
            ::muster_sdk::__rt::handled(|ctx| Plugin::fire(ctx, &name, payload))
        }",
    },
    Export {
        section: "events",
        interface: "muster:events/handle@0.1.0",
        guest: "fn handle(topic: String, source: String, at: i64, body: String, _: String)
            -> Result<(), Failure>
        {
            ::muster_sdk::__rt::handled(|ctx| Plugin::event(ctx, topic, source, at, body))
        }",
    },
    Export {
        section: "outcome",
        interface: "muster:effects/effects@0.1.0",
        guest: "fn outcome(results: String, _: String) -> Result<(), Failure> {
            ::muster_sdk::__rt::handled(|ctx| Plugin::outcome(ctx, &results))
        }",
    },
];

/// `listed`: the sections of `plugin!` that this plugin has, apart from `manifest`.
pub fn expand(listed: &[String]) -> Result<String, String> {
    let root = std::env::var("CARGO_MANIFEST_DIR").map_err(|error| error.to_string())?;
    let folder = PathBuf::from(root).join("wit");
    if !folder.is_dir() {
        // Examples in documentation have no folder of their own; they run natively.
        let problem = format!("a plugin says what it wants in `{}`", folder.display());
        return Ok(format!(
            "#[cfg(target_family = \"wasm\")] ::core::compile_error!({problem:?});"
        ));
    }
    let (mut resolve, _) = contract::resolve()?;
    let (package, sources) = resolve
        .push_path(&folder)
        .map_err(|error| format!("{error:#}"))?;
    let files: Vec<PathBuf> = sources.paths().map(Path::to_owned).collect();
    let world = resolve
        .select_world(&[package], None)
        .map_err(|error| format!("{error:#}"))?;

    let exports = exports(&resolve, world)?;
    check(&exports, listed)?;
    let mut source = component(&bindings(&mut resolve, world)?, &exports);
    for file in files {
        // So that cargo builds anew when the world changes.
        let _ = write!(source, "const _: &[u8] = include_bytes!({file:?});");
    }
    Ok(source)
}

/// The interfaces that the world exports.
fn exports(resolve: &Resolve, world: WorldId) -> Result<Vec<&'static Export>, String> {
    let mut found = Vec::new();
    for (key, item) in &resolve.worlds[world].exports {
        let name = resolve.name_world_key(key);
        let export = EXPORTS.iter().find(|export| export.interface == name);
        match (item, export) {
            (WorldItem::Interface { .. }, Some(export)) => found.push(export),
            _ => {
                return Err(format!(
                    "the world exports `{name}`, which muster_sdk does not know"
                ));
            }
        }
    }
    Ok(found)
}

fn check(exports: &[&Export], listed: &[String]) -> Result<(), String> {
    for export in EXPORTS {
        let Export {
            section, interface, ..
        } = export;
        let is_listed = *section == DESCRIBE.section || listed.iter().any(|name| name == section);
        let is_exported = exports.iter().any(|known| known.section == *section);
        if is_listed && !is_exported {
            return Err(format!(
                "`plugin!` lists `{section}`, so wit/world.wit needs: export {interface};"
            ));
        }
        if is_exported && !is_listed {
            return Err(format!(
                "wit/world.wit exports {interface}, so `plugin!` needs the section `{section}`"
            ));
        }
    }
    Ok(())
}

fn bindings(resolve: &mut Resolve, world: WorldId) -> Result<String, String> {
    let mut with = Vec::new();
    for (key, _) in &resolve.worlds[world].imports {
        let name = resolve.name_world_key(key);
        if let Some(path) = imports::path_in_sdk(&name) {
            with.push((name, WithOption::Path(path)));
        }
    }
    let opts = Opts {
        generate_all: true,
        runtime_path: Some("::muster_sdk::__rt::wit".into()),
        with,
        ..Opts::default()
    };
    let mut files = Files::default();
    opts.build()
        .generate(resolve, world, &mut files)
        .map_err(|error| format!("{error:#}"))?;
    let (_, source) = files.iter().next().ok_or("no bindings were written")?;
    Ok(String::from_utf8_lossy(source).into_owned())
}

fn component(bindings: &str, exports: &[&Export]) -> String {
    let mut guests = String::new();
    for export in exports {
        let (path, _version) = export
            .interface
            .split_once('@')
            .expect("interfaces of the contract have versions");
        let path = path.replace([':', '/'], "::");
        let _ = write!(
            guests,
            "impl bindings::exports::{path}::Guest for Component {{ {} }}",
            export.guest
        );
    }
    format!(
        "#[cfg(target_family = \"wasm\")]
        #[allow(unsafe_code, missing_docs, clippy::all, clippy::pedantic, reason = \"bindings\")]
        mod component {{
            mod bindings {{ {bindings} }}
            use super::Plugin;
            use ::muster_sdk::Plugin as _;
            use ::muster_sdk::__rt::Failure;
            struct Component;
            {guests}
            bindings::export!(Component with_types_in bindings);
        }}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exports_of(world: &str) -> Result<Vec<&'static Export>, String> {
        let (mut resolve, _) = contract::resolve().expect("the contract is valid");
        let text = format!("package test:test; world test {{ {world} }}");
        let package = resolve.push_str("test.wit", &text).expect("valid");
        let world = resolve.select_world(&[package], None).expect("one world");
        exports(&resolve, world)
    }

    fn checked(world: &str, listed: &[&str]) -> Result<(), String> {
        let listed: Vec<String> = listed.iter().map(|name| (*name).to_owned()).collect();
        check(&exports_of(world)?, &listed)
    }

    const DESCRIBED: &str = "export muster:plugin/plugin@0.1.0;";

    #[test]
    fn world_and_list_agree_or_the_missing_line_is_told() {
        let with_timers = format!("{DESCRIBED} export muster:timers/fire@0.1.0;");
        assert_eq!(checked(&with_timers, &["timers"]), Ok(()));
        assert_eq!(
            checked(DESCRIBED, &["timers"]),
            Err("`plugin!` lists `timers`, so wit/world.wit needs: \
                 export muster:timers/fire@0.1.0;"
                .into())
        );
        assert_eq!(
            checked(&with_timers, &[]),
            Err("wit/world.wit exports muster:timers/fire@0.1.0, \
                 so `plugin!` needs the section `timers`"
                .into())
        );
    }

    #[test]
    fn every_plugin_describes_itself() {
        let problem = checked("", &[]).expect_err("no export at all");
        assert!(
            problem.ends_with("export muster:plugin/plugin@0.1.0;"),
            "{problem}"
        );
    }

    #[test]
    fn an_export_that_nobody_can_answer_is_refused() {
        let problem = exports_of("export run: func();").err().expect("unknown");
        assert!(problem.contains("`run`"), "{problem}");
    }
}
