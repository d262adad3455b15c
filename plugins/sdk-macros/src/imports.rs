//! Bindings of every import, without the section that would ask for them all.

use wit_bindgen_core::{Files, WorldGenerator};
use wit_bindgen_rust::{Opts, WithOption};

use crate::contract;

/// The interfaces that the SDK has bindings of.
const INTERFACES: &[&str] = &[
    "muster:audit/audit@0.1.0",
    "muster:context/context@0.1.0",
    "muster:discord/discord@0.1.0",
    "muster:events/events@0.1.0",
    "muster:log/log@0.1.0",
    "muster:panels/panels@0.1.0",
    "muster:plugin/types@0.1.0",
    "muster:reply/reply@0.1.0",
    "muster:sql/sql@0.1.0",
    "muster:timers/timers@0.1.0",
];

/// Types that the SDK writes by hand, so that nothing is converted on the way: WIT name and the name
/// in `muster_sdk::imports`.
const TYPES: &[(&str, &str)] = &[
    ("muster:audit/audit@0.1.0/audit-error", "AuditError"),
    ("muster:discord/discord@0.1.0/discord-error", "DiscordError"),
    ("muster:events/events@0.1.0/event-error", "EventError"),
    ("muster:log/log@0.1.0/level", "Level"),
    ("muster:panels/panels@0.1.0/panel-error", "PanelError"),
    ("muster:reply/reply@0.1.0/reply-error", "ReplyError"),
    ("muster:sql/sql@0.1.0/value", "Value"),
    ("muster:sql/sql@0.1.0/rows", "Rows"),
    ("muster:sql/sql@0.1.0/statement", "Statement"),
    ("muster:sql/sql@0.1.0/sql-error", "SqlError"),
    ("muster:timers/timers@0.1.0/timer-error", "TimerError"),
];

/// Where the SDK has the bindings of an interface: `muster:sql/sql@0.1.0` is
/// `::muster_sdk::__rt::bindings::muster::sql::sql`.
pub fn path_in_sdk(interface: &str) -> Option<String> {
    if !INTERFACES.contains(&interface) {
        return None;
    }
    let (path, _version) = interface.split_once('@')?;
    let path = path.replace([':', '/'], "::").replace('-', "_");
    Some(format!("::muster_sdk::__rt::bindings::{path}"))
}

pub fn expand() -> Result<String, String> {
    let (mut resolve, _) = contract::resolve()?;
    let imports: String = INTERFACES
        .iter()
        .map(|interface| format!("import {interface};"))
        .collect();
    let world = format!("package muster:everything; world everything {{ {imports} }}");
    let package = resolve
        .push_str("everything.wit", &world)
        .map_err(|error| format!("{error:#}"))?;
    let world = resolve
        .select_world(&[package], None)
        .map_err(|error| format!("{error:#}"))?;

    let path = |name: &str| WithOption::Path(format!("crate::imports::{name}"));
    let opts = Opts {
        generate_all: true,
        generate_unused_types: true,
        runtime_path: Some("crate::__rt::wit".into()),
        with: TYPES
            .iter()
            .map(|(wit, rust)| ((*wit).into(), path(rust)))
            .collect(),
        ..Opts::default()
    };
    let mut files = Files::default();
    opts.build()
        .generate(&mut resolve, world, &mut files)
        .map_err(|error| format!("{error:#}"))?;
    let (_, source) = files.iter().next().ok_or("no bindings were written")?;
    without_description(&String::from_utf8_lossy(source))
}

/// Switches off the custom section in which the bindings describe their world.
fn without_description(source: &str) -> Result<String, String> {
    const CONDITION: &str = "#[cfg(target_arch = \"wasm32\")]";
    const SECTION: &str = "#[unsafe(link_section";
    let at = source
        .find(&format!("{CONDITION}\n{SECTION}"))
        .ok_or("the bindings have no section where it was; see imports.rs")?;
    let (before, after) = source.split_at(at);
    Ok(format!(
        "{before}#[cfg(any())]{}",
        &after[CONDITION.len()..]
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bindings_have_every_import_and_no_section_of_their_own() {
        let source = expand().expect("the contract is valid");
        for name in ["pub mod sql", "pub mod discord", "crate::imports::SqlError"] {
            assert!(source.contains(name), "{name}");
        }
        assert!(source.contains("#[cfg(any())]\n#[unsafe(link_section"));
        assert_eq!(source.matches("link_section").count(), 1);
    }

    #[test]
    fn only_interfaces_of_the_sdk_are_looked_for_in_it() {
        assert_eq!(
            path_in_sdk("muster:sql/sql@0.1.0").as_deref(),
            Some("::muster_sdk::__rt::bindings::muster::sql::sql")
        );
        assert_eq!(path_in_sdk("acme:slot-notes/notes@0.1.0"), None);
    }
}
