//! What a plugin asks for and answers to, compared with what this host has, all of it at once.

use muster_core::manifest::Manifest;
use wasmtime::Engine;
use wasmtime::component::Component;
use wasmtime::component::types::ComponentItem;

use super::LoadError;
use crate::bindings::{Exports, interface};
use crate::settings::Wasi;

/// The host's interfaces that a plugin may import.
const IMPORTS: [&str; 14] = [
    "muster:context/context@0.1.0",
    "muster:sql/sql@0.1.0",
    "muster:reply/reply@0.1.0",
    "muster:discord/discord@0.1.0",
    "muster:panels/panels@0.1.0",
    "muster:timers/timers@0.1.0",
    "muster:events/events@0.1.0",
    "muster:audit/audit@0.1.0",
    "muster:log/log@0.1.0",
    // The types that exports share.
    "muster:plugin/types@0.1.0",
    "wasi:io@0.2.0",
    "wasi:cli@0.2.0",
    "wasi:clocks@0.2.0",
    "wasi:random@0.2.0",
];

/// What the opt-in tier adds.
const FULL_WASI: [&str; 2] = ["wasi:filesystem@0.2.0", "wasi:sockets@0.2.0"];

/// The names of what this component imports and exports fit this host.
pub(super) fn check(engine: &Engine, component: &Component, wasi: Wasi) -> Result<(), LoadError> {
    let ty = component.component_type();
    let imports = ty.imports(engine).map(|(name, item)| {
        (
            name.to_owned(),
            matches!(item.ty, ComponentItem::ComponentInstance(_)),
        )
    });
    judge_imports(imports, wasi)?;
    judge_exports(ty.exports(engine).map(|(name, _)| name))
}

fn judge_imports(
    imports: impl Iterator<Item = (String, bool)>,
    wasi: Wasi,
) -> Result<(), LoadError> {
    let extra: &[&str] = if wasi == Wasi::FullEmpty {
        &FULL_WASI
    } else {
        &[]
    };
    let (mut foreign, mut versions) = (Vec::new(), Vec::new());
    let mut advice = Vec::new();
    for (name, is_interface) in imports {
        let offered = || IMPORTS.iter().chain(extra);
        if is_interface && offered().any(|have| covers(have, &name)) {
            continue;
        }
        if let Some(have) = offered().find(|have| same_but_version(have, &name)) {
            versions.push(format!("`{name}` (here: {})", version_of(have)));
            continue;
        }
        let hint = hint_for(&name);
        if !advice.contains(&hint) {
            advice.push(hint);
        }
        foreign.push(format!("`{name}`"));
    }
    let mut sentences = Vec::new();
    if !foreign.is_empty() {
        let (names, hints) = (foreign.join(", "), advice.join(" "));
        sentences.push(format!(
            "it asks for what plugins are not given: {names}. {hints}"
        ));
    }
    if !versions.is_empty() {
        let names = versions.join(", ");
        sentences.push(format!(
            "it needs other versions of the host's interfaces: {names}. Rebuild it against this version \
             of Muster, or use the version of Muster that it was built for"
        ));
    }
    if sentences.is_empty() {
        return Ok(());
    }
    Err(LoadError::Imports(sentences.join("; ")))
}

fn judge_exports<'a>(exports: impl Iterator<Item = &'a str>) -> Result<(), LoadError> {
    let names: Vec<&str> = exports.collect();
    let unknown: Vec<String> = names
        .iter()
        .filter(|name| name.starts_with("muster:"))
        .filter(|name| !interface::ALL.iter().any(|have| covers(have, name)))
        .map(|name| format!("`{name}`"))
        .collect();
    if !unknown.is_empty() {
        return Err(LoadError::Exports(format!(
            "it exports {}, which this version of Muster does not call. Rebuild it against this version \
             of Muster, or use the version of Muster that it was built for",
            unknown.join(", ")
        )));
    }
    if !names.iter().any(|name| covers(interface::PLUGIN, name)) {
        return Err(LoadError::Exports(format!(
            "it does not export `{}`, so this is a component, but no plugin for Muster",
            interface::PLUGIN
        )));
    }
    Ok(())
}

/// The sentence for exports of the right name and the wrong type.
pub(super) fn mistyped(names: &[&str]) -> LoadError {
    LoadError::Exports(format!(
        "the parameters or results of {} are not those of the contract. Write the world with the WIT \
         packages of Muster instead of copies of your own",
        names
            .iter()
            .map(|name| format!("`{name}`"))
            .collect::<Vec<_>>()
            .join(", ")
    ))
}

/// What the manifest promises and the plugin does not export.
pub(super) fn missing_exports(manifest: &Manifest, exports: &Exports) -> Vec<String> {
    let promises = [
        (
            !manifest.commands.is_empty(),
            exports.handles_commands(),
            "commands",
            interface::COMMANDS,
        ),
        (
            !manifest.components.is_empty(),
            exports.handles_components(),
            "components",
            interface::COMPONENTS,
        ),
        (
            !manifest.subscribes.is_empty(),
            exports.handles_events(),
            "subscribed topics",
            interface::EVENTS,
        ),
    ];
    promises
        .into_iter()
        .filter(|(promised, kept, ..)| *promised && !kept)
        .map(|(_, _, what, name)| {
            format!("it lists {what}, but the plugin does not export `{name}`")
        })
        .collect()
}

/// `package/interface` or only `package`, and the version.
fn split(name: &str) -> (&str, &str) {
    name.split_once('@').unwrap_or((name, ""))
}

fn version_of(name: &str) -> &str {
    split(name).1
}

/// Whether what is here under `have` answers to `wanted`: the same interface (or any of the package),
/// at a compatible version. Additions bump the patch number, so that of `wanted` does not matter here;
/// a function that is missing is found when linking.
fn covers(have: &str, wanted: &str) -> bool {
    let track = |version: &str| match version.split('.').collect::<Vec<_>>()[..] {
        ["0", minor, ..] => format!("0.{minor}"),
        [major, ..] => major.to_owned(),
        [] => String::new(),
    };
    same_but_version(have, wanted) && track(version_of(have)) == track(version_of(wanted))
}

fn same_but_version(have: &str, wanted: &str) -> bool {
    let (have, wanted) = (split(have).0, split(wanted).0);
    if have.contains('/') {
        return have == wanted;
    }
    wanted
        .split_once('/')
        .is_some_and(|(package, _)| package == have)
}

fn hint_for(name: &str) -> &'static str {
    let package = name.split(['/', '@']).next().unwrap_or(name);
    match package {
        "wasi:filesystem" | "wasi:sockets" => {
            "Plugins have no files and no sockets: keep data in tables (`muster:sql`). If an interpreter \
             brings these imports without using them, set `wasi = \"full-empty\"` for this plugin."
        }
        "wasi:http" => "Plugins have no network.",
        _ if package.starts_with("wasi:") => {
            "Of WASI, plugins have io, cli, clocks and random, 0.2."
        }
        _ if package.starts_with("muster:") => {
            "This version of Muster does not have it: use a newer one."
        }
        _ => "Every import must be one of Muster's packages.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(names: &[&str], wasi: Wasi) -> Result<(), String> {
        judge_imports(names.iter().map(|name| ((*name).to_owned(), true)), wasi)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn what_rust_imports_by_itself_is_fine() {
        let names = [
            "wasi:io/streams@0.2.6",
            "wasi:cli/terminal-stdout@0.2.6",
            "wasi:random/random@0.2.3",
        ];
        assert_eq!(judged(&names, Wasi::Minimal), Ok(()));
        assert_eq!(judged(&["muster:sql/sql@0.1.7"], Wasi::Minimal), Ok(()));
    }

    #[test]
    fn every_offender_is_named_in_one_sentence() {
        let names = [
            "wasi:filesystem/types@0.2.6",
            "wasi:sockets/tcp@0.2.6",
            "muster:mail/mail@0.1.0",
        ];
        let text = judged(&names, Wasi::Minimal).expect_err("refused");
        for name in names {
            assert!(text.contains(name), "{text}");
        }
        assert!(
            text.contains("full-empty") && text.contains("newer"),
            "{text}"
        );
    }

    #[test]
    fn interpreters_may_link_what_is_empty() {
        let names = ["wasi:filesystem/types@0.2.6", "wasi:sockets/tcp@0.2.6"];
        assert_eq!(judged(&names, Wasi::FullEmpty), Ok(()));
    }

    #[test]
    fn another_major_version_is_named_with_what_is_here() {
        let text = judged(&["muster:sql/sql@0.2.0"], Wasi::Minimal).expect_err("refused");
        assert!(
            text.contains("`muster:sql/sql@0.2.0` (here: 0.1.0)"),
            "{text}"
        );
        assert!(judged(&["wasi:io/streams@0.3.0"], Wasi::Minimal).is_err());
    }

    #[test]
    fn exports_that_nobody_would_call_are_refused() {
        let plugin = interface::PLUGIN;
        assert!(judge_exports([plugin, "muster:commands/commands@0.1.3"].into_iter()).is_ok());
        let odd = judge_exports([plugin, "muster:commands/commands@0.2.0"].into_iter());
        assert!(
            odd.expect_err("refused")
                .to_string()
                .contains("commands@0.2.0")
        );
        let none = judge_exports(["wasi:cli/run@0.2.0"].into_iter());
        assert!(
            none.expect_err("refused")
                .to_string()
                .contains("no plugin for Muster")
        );
    }
}
