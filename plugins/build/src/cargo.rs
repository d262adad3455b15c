//! The inner cargo.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::BuildError;

const TARGET: &str = "wasm32-wasip2";
const PROFILE: &str = "plugin";

/// Variables by which the outer cargo, its wrappers or its user would change the inner build.
const NOT_INHERITED: &[&str] = &[
    "RUSTC",
    "RUSTDOC",
    "RUSTC_WRAPPER",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTC_LINKER",
    "RUSTFLAGS",
    "RUSTDOCFLAGS",
    "TARGET",
    "HOST",
    "PROFILE",
    "DEBUG",
    "OPT_LEVEL",
    "OUT_DIR",
    "CLIPPY_ARGS",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_ENCODED_RUSTDOCFLAGS",
    "CARGO_INCREMENTAL",
    "CARGO_TARGET_DIR",
];

/// The same, by how they begin.
const NOT_INHERITED_GROUPS: &[&str] = &[
    "CARGO_BUILD_",
    "CARGO_CFG_",
    "CARGO_FEATURE_",
    "CARGO_MANIFEST_",
    "CARGO_PKG_",
    "CARGO_PROFILE_",
    "CARGO_TARGET_",
    "DEP_",
];

/// The folder of the workspace that the build script's package belongs to.
pub fn workspace_root() -> Result<PathBuf, BuildError> {
    let package = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let is_workspace = |folder: &&Path| {
        std::fs::read_to_string(folder.join("Cargo.toml"))
            .is_ok_and(|manifest| manifest.lines().any(|line| line.trim() == "[workspace]"))
    };
    package
        .ancestors()
        .find(is_workspace)
        .map(Path::to_owned)
        .ok_or(BuildError::NotInBuildScript("there is no workspace"))
}

/// The outer target folder, or the folder of its target triple: a build script's output stands in
/// `<target>/[<triple>/]<profile>/build/<package>/out`.
pub fn target_folder() -> Result<PathBuf, BuildError> {
    let out = PathBuf::from(variable("OUT_DIR")?);
    let is_build = |folder: &&Path| folder.file_name().is_some_and(|name| name == "build");
    out.ancestors()
        .skip(2)
        .find(is_build)
        .and_then(|build| build.parent()?.parent())
        .map(Path::to_owned)
        .ok_or(BuildError::NotInBuildScript("there is no target folder"))
}

/// Builds one package, and says where the component is.
pub fn build(package: &str, workspace: &Path, target: &Path) -> Result<PathBuf, BuildError> {
    let mut cargo = Command::new(variable("CARGO")?);
    for (name, _) in env::vars_os() {
        if !is_inherited(&name.to_string_lossy()) {
            cargo.env_remove(name);
        }
    }
    cargo
        .current_dir(workspace)
        .args(["rustc", "--locked", "--lib", "--crate-type", "cdylib"])
        .args(["--color", "never", "--target", TARGET, "--profile", PROFILE])
        .args(["--package", package])
        .arg("--target-dir")
        .arg(target)
        .stdin(Stdio::null());

    let output = cargo.output().map_err(|error| BuildError::Unreadable {
        path: PathBuf::from("cargo"),
        error,
    })?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(BuildError::from_output(package, &said));
    }
    let file = format!("{}.wasm", package.replace('-', "_"));
    let wasm = target.join(TARGET).join(PROFILE).join(file);
    if wasm.is_file() {
        Ok(wasm)
    } else {
        let output = format!("there is no {}; has its [lib] a name?", wasm.display());
        Err(BuildError::Failed {
            package: package.to_owned(),
            output,
        })
    }
}

fn is_inherited(name: &str) -> bool {
    !NOT_INHERITED.contains(&name)
        && !NOT_INHERITED_GROUPS
            .iter()
            .any(|group| name.starts_with(group))
}

fn variable(name: &'static str) -> Result<std::ffi::OsString, BuildError> {
    env::var_os(name).ok_or(BuildError::NotInBuildScript(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outer_build_leaves_no_trace_in_the_inner_one() {
        for outer in [
            "RUSTFLAGS",
            "CARGO_ENCODED_RUSTFLAGS",
            "RUSTC_WORKSPACE_WRAPPER",
            "CARGO_PROFILE_DEV_OPT_LEVEL",
            "CARGO_TARGET_DIR",
            "CARGO_CFG_UNIX",
        ] {
            assert!(!is_inherited(outer), "{outer}");
        }
        for ours in ["PATH", "CARGO_HOME", "RUSTUP_TOOLCHAIN", "CARGO_MAKEFLAGS"] {
            assert!(is_inherited(ours), "{ours}");
        }
    }
}
