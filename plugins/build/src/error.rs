//! Why a plugin was not built.

use std::fmt;
use std::path::PathBuf;

/// Why a plugin was not built.
#[derive(Debug)]
pub enum BuildError {
    /// This is not a build script, or of a cargo that works differently.
    NotInBuildScript(&'static str),
    /// The compiler lacks the target of components.
    NoWasmTarget,
    /// The plugin calls something that its world does not import.
    NotInWorld {
        /// The plugin's package.
        package: String,
        /// The missing import.
        interface: String,
    },
    /// The plugin does not compile.
    Failed {
        /// The plugin's package.
        package: String,
        /// What the compiler said.
        output: String,
    },
    /// A file or folder could not be read.
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// A `Cargo.toml` without a package's name.
    NoPackage {
        /// Which.
        manifest: PathBuf,
    },
}

impl BuildError {
    /// What the output of a failed build means.
    pub(crate) fn from_output(package: &str, output: &str) -> Self {
        const NO_TARGET: &str = "target may not be installed";
        const NO_IMPORT: &str = "module requires an import interface named `";
        if output.contains(NO_TARGET) {
            return Self::NoWasmTarget;
        }
        let package = package.to_owned();
        let interface = output
            .split_once(NO_IMPORT)
            .and_then(|(_, rest)| rest.split_once('`'));
        match interface {
            Some((interface, _)) => Self::NotInWorld {
                package,
                interface: interface.to_owned(),
            },
            None => Self::Failed {
                package,
                output: output.to_owned(),
            },
        }
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotInBuildScript(what) => {
                write!(f, "plugins are built from build scripts: {what}")
            }
            Self::NoWasmTarget => f.write_str(
                "plugins are built for wasm32-wasip2, which this toolchain lacks. \
                 Run: rustup target add wasm32-wasip2",
            ),
            Self::NotInWorld { package, interface } => write!(
                f,
                "{package} calls what its world does not import. \
                 Add to its wit/world.wit: import {interface};"
            ),
            Self::Failed { package, output } => write!(f, "building {package} failed\n{output}"),
            Self::Unreadable { path, error } => write!(f, "reading {}: {error}", path.display()),
            Self::NoPackage { manifest } => {
                write!(f, "{} names no package", manifest.display())
            }
        }
    }
}

impl std::error::Error for BuildError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreadable { error, .. } => Some(error),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_import_is_told_with_the_line_that_adds_it() {
        let output = "error: failed to encode component\n 3: module requires an import interface \
                      named `muster:timers/timers@0.1.0`\n";
        let error = BuildError::from_output("muster-notes", output).to_string();
        assert!(
            error.ends_with("import muster:timers/timers@0.1.0;"),
            "{error}"
        );
    }

    #[test]
    fn a_missing_target_is_told_with_the_command_that_adds_it() {
        let output = "error[E0463]: can't find crate for `core`\n = note: the `wasm32-wasip2` \
                      target may not be installed";
        let error = BuildError::from_output("muster-notes", output).to_string();
        assert!(error.contains("rustup target add wasm32-wasip2"), "{error}");
    }
}
