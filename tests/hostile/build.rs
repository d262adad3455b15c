//! Builds the guests.

use std::path::PathBuf;
use std::{env, fs};

fn main() {
    let guests = [
        "muster-guest-hostile",
        "muster-guest-forbidden",
        "muster-guest-hello",
    ];
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo runs build scripts"));
    match muster_plugin_build::build(&guests) {
        Ok(built) => {
            for plugin in built {
                // A copy: another build script may replace the file while this crate compiles.
                fs::copy(&plugin.wasm, out.join(format!("{}.wasm", plugin.package)))
                    .expect("the folder is ours");
            }
        }
        Err(error) => muster_plugin_build::fail(&error),
    }
}
