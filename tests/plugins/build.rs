//! Builds the guests of these tests: every folder in `guests/` that has a world. Each test reads its component
//! from `GUEST_<NAME>`.

use std::path::Path;

use muster_plugin_build::{BuildError, build, fail, find};

fn main() {
    if let Err(error) = guests() {
        fail(&error);
    }
}

fn guests() -> Result<(), BuildError> {
    let guests = find(&Path::new(env!("CARGO_MANIFEST_DIR")).join("guests"))?;
    let packages: Vec<&str> = guests.iter().map(|guest| guest.package.as_str()).collect();
    for (guest, built) in guests.iter().zip(build(&packages)?) {
        let variable = guest.name.to_uppercase().replace('-', "_");
        println!("cargo::rustc-env=GUEST_{variable}={}", built.wasm.display());
    }
    Ok(())
}
