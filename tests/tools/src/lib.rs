//! Projects in other languages, for tests: copied, and installed by those languages' own tools.
//!
//! The tools come from npm and PyPI, pinned in the projects. Where these cannot be reached, or npm or Python is not
//! there, the caller is told why, so that a test can say so and pass.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A command line: the program, then its arguments. A program with a `/` is meant from the project's folder.
pub type Step = &'static [&'static str];

/// Installs what a `package-lock.json` names.
pub const NPM: &[Step] = &[&["npm", "ci", "--no-audit", "--no-fund", "--fetch-retries=0"]];

/// What npm and pip say when nobody answers.
const UNREACHABLE: &[&str] = &[
    "EAI_AGAIN",
    "ECONNREFUSED",
    "ECONNRESET",
    "ENETUNREACH",
    "ENOTFOUND",
    "ETIMEDOUT",
    "Failed to establish a new connection",
    "Failed to resolve",
    "Temporary failure in name resolution",
    "timed out",
];

/// A project as it stands in the repository.
pub struct Project {
    folder: PathBuf,
    install: &'static [Step],
}

impl Project {
    /// The project in `folder`, whose tools `install` fetches.
    pub fn new(folder: PathBuf, install: &'static [Step]) -> Self {
        Self { folder, install }
    }

    /// Its files, by their path in it; no tools and nothing that was built.
    pub fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        files(&self.folder)
    }

    /// The folder's name with a hash over all its files: for what is kept from one test run to the next.
    pub fn fingerprint(&self) -> String {
        let mut hash = DefaultHasher::new();
        (self.files(), self.install).hash(&mut hash);
        let name = self.folder.file_name().unwrap_or_default();
        format!("{}-{:x}", name.to_string_lossy(), hash.finish())
    }

    /// A copy of it below `within`, with its tools; `None` if they cannot be had here, and the reason is printed.
    ///
    /// # Panics
    /// If the tools can be reached but do not do their work.
    pub fn installed(&self, within: &Path) -> Option<TempDir> {
        let copy = tempfile::tempdir_in(within).expect("a folder");
        for (path, content) in &self.files() {
            let path = copy.path().join(path);
            fs::create_dir_all(path.parent().expect("inside")).expect("creatable");
            fs::write(path, content).expect("writable");
        }
        for step in self.install {
            let Err(problem) = run(step, copy.path()) else {
                continue;
            };
            let is_sign = |line: &&str| UNREACHABLE.iter().any(|sign| line.contains(sign));
            let why = match problem.is_empty() {
                true => Some("it is not installed"),
                false => problem.lines().find(is_sign),
            };
            let why = why.unwrap_or_else(|| panic!("{step:?}\n{problem}"));
            println!("skipped: `{}` cannot do its work here: {why}", step[0]);
            return None;
        }
        Some(copy)
    }

    /// The same, but kept below `within` until a file of the project changes.
    ///
    /// # Panics
    /// As [`Project::installed`].
    pub fn kept(&self, within: &Path) -> Option<PathBuf> {
        let kept = within.join(self.fingerprint());
        if kept.exists() {
            return Some(kept);
        }
        let fresh = self.installed(within)?.keep();
        // Renamed, so that nobody ever sees half of it; if another test was faster, its copy is as good.
        if fs::rename(&fresh, &kept).is_err() && kept.exists() {
            fs::remove_dir_all(&fresh).expect("our own copy");
        }
        Some(kept)
    }
}

/// The files below `folder`, by their path in it; no tools and nothing that was built.
pub fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in next.read_dir().expect("readable") {
            let path = entry.expect("readable").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let is_made = ["node_modules", ".venv", "__pycache__"].contains(&&*name)
                || name.ends_with(".wasm");
            if path.is_dir() && !is_made {
                folders.push(path);
            } else if !is_made {
                let inner = path.strip_prefix(folder).expect("inside").to_owned();
                files.insert(inner, fs::read(&path).expect("readable"));
            }
        }
    }
    files
}

/// Runs a step in a folder.
///
/// # Errors
/// What the program said if it failed; nothing if there is no such program.
pub fn run(step: Step, folder: &Path) -> Result<(), String> {
    let (program, arguments) = step.split_first().expect("a program");
    let program = match program.contains('/') {
        true => folder.join(program),
        false => PathBuf::from(program),
    };
    let Ok(output) = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output()
    else {
        return Err(String::new());
    };
    if output.status.success() {
        return Ok(());
    }
    Err(format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    ))
}
