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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn no_package_of_the_contract_is_missing() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit");
        for entry in folder.read_dir().expect("the contract is there") {
            let name = entry.expect("readable").file_name();
            let file = format!("{}.wit", name.to_string_lossy());
            let is_package = folder.join(&name).join(&file).is_file();
            let is_known = PACKAGES.iter().any(|(known, _)| *known == file);
            assert_eq!(is_package, is_known, "{file}");
        }
        resolve().expect("the contract is valid");
    }
}
