//! Bindings of every import, without the section that would ask for them all.

use wit_bindgen_core::{Files, WorldGenerator};
use wit_bindgen_rust::{Opts, WithOption};

use crate::contract;

/// A world that imports whatever a plugin can.
const WORLD: &str = "
    package muster:everything;
    world everything {
        import muster:audit/audit@0.1.0;
        import muster:context/context@0.1.0;
        import muster:discord/discord@0.1.0;
        import muster:events/events@0.1.0;
        import muster:log/log@0.1.0;
        import muster:panels/panels@0.1.0;
        import muster:plugin/types@0.1.0;
        import muster:reply/reply@0.1.0;
        import muster:sql/sql@0.1.0;
        import muster:timers/timers@0.1.0;
    }";

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

pub fn expand() -> Result<String, String> {
    let (mut resolve, _) = contract::resolve()?;
    let package = resolve
        .push_str("everything.wit", WORLD)
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
