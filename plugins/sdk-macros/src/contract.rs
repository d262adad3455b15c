//! The WIT packages of the host, as text.

use wit_bindgen_core::wit_parser::{PackageId, Resolve};

macro_rules! packages {
    ($($name:literal),* $(,)?) => {
        &[$((
            concat!($name, ".wit"),
            include_str!(concat!("../../../wit/", $name, "/", $name, ".wit")),
        )),*]
    };
}

/// File name and text; each after those that it refers to.
const PACKAGES: &[(&str, &str)] = packages![
    "plugin",
    "audit",
    "autocomplete",
    "commands",
    "components",
    "context",
    "discord",
    "effects",
    "events",
    "log",
    "panels",
    "reply",
    "sql",
    "timers",
];

/// A resolver that knows the whole contract, and its packages.
pub fn resolve() -> Result<(Resolve, Vec<PackageId>), String> {
    let mut resolve = Resolve::default();
    let mut packages = Vec::new();
    for (name, text) in PACKAGES {
        let pushed = resolve.push_str(name, text);
        packages.push(pushed.map_err(|error| format!("{name}: {error:#}"))?);
    }
    Ok((resolve, packages))
}
