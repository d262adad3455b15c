//! The examples in other languages, built by those languages' own tools and called by the real runtime.
//!
//! The tools come from npm and PyPI, pinned in the examples. Where these cannot be reached, or npm or Python is not
//! there, the tests say so and pass. What was built is kept in the target folder.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use muster_runtime::{PluginOptions, Wasi};
use muster_test_plugins::{World, refused, told};
use serde_json::json;

/// An example and how its component comes about.
struct Example {
    folder: &'static str,
    wasm: &'static str,
    /// Needs a registry.
    install: &'static [&'static [&'static str]],
    build: &'static [&'static str],
}

const JAVASCRIPT: Example = Example {
    folder: "javascript",
    wasm: "reset.wasm",
    install: &[&["npm", "ci", "--no-audit", "--no-fund", "--fetch-retries=0"]],
    build: &["npm", "run", "build"],
};

const PYTHON: Example = Example {
    folder: "python",
    wasm: "odds.wasm",
    install: &[
        &["python3", "-m", "venv", ".venv"],
        &[
            ".venv/bin/pip",
            "install",
            "--retries=1",
            "--require-hashes",
            "--requirement=requirements.txt",
        ],
    ],
    build: &[
        ".venv/bin/componentize-py",
        "--wit-path=wit",
        "--world=odds",
        "componentize",
        "--stub-wasi",
        "app",
        "--output=odds.wasm",
    ],
};

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

/// Where an example is in this repository.
fn source(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../plugins/examples")
        .join(folder)
}

/// The files of the example, by their path in it; no tools and nothing that was built.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
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

/// The example's component; `None` if its tools cannot be had here.
fn built(example: &Example) -> Option<Vec<u8>> {
    let files = files(&source(example.folder));
    let mut hash = DefaultHasher::new();
    files.hash(&mut hash);
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!(
        "{}-{:x}.wasm",
        example.folder,
        hash.finish()
    ));
    if let Ok(wasm) = fs::read(&kept) {
        return Some(wasm);
    }

    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    for (path, content) in &files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("inside")).expect("creatable");
        fs::write(path, content).expect("writable");
    }
    for step in example.install {
        if let Err(problem) = run(step, folder.path()) {
            let is_sign = |line: &&str| UNREACHABLE.iter().any(|sign| line.contains(sign));
            let why = match problem.is_empty() {
                true => Some("it is not installed"),
                false => problem.lines().find(is_sign),
            };
            let why = why.unwrap_or_else(|| panic!("{step:?}\n{problem}"));
            println!("skipped: `{}` cannot do its work here: {why}", step[0]);
            return None;
        }
    }
    run(example.build, folder.path()).unwrap_or_else(|said| panic!("{:?}\n{said}", example.build));
    // Renamed, so that nobody ever reads half of it.
    let wasm = folder.path().join(example.wasm);
    fs::rename(wasm, &kept).expect("on the same disk");
    Some(fs::read(&kept).expect("just written"))
}

/// What the program said if it failed; nothing if there is no such program.
fn run(step: &[&str], folder: &Path) -> Result<(), String> {
    let (program, arguments) = step.split_first().expect("a program");
    // A path is meant from the example's folder, a name to be searched for.
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

async fn world(name: &str, wasm: Vec<u8>, wasi: Wasi) -> World {
    let compiled = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled");
    World::with(&compiled, vec![(name, wasm, PluginOptions { wasi })]).await
}

#[test]
fn the_examples_carry_the_contract_as_it_is() {
    let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit");
    for example in [JAVASCRIPT, PYTHON] {
        let deps = source(example.folder).join("wit/deps");
        for (path, text) in files(&deps) {
            let original = fs::read(contract.join(&path)).expect("a package of the contract");
            assert!(text == original, "{} of {}", path.display(), example.folder);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_in_javascript_is_like_any_other() {
    let Some(wasm) = built(&JAVASCRIPT) else {
        return;
    };
    let world = world("reset", wasm, Wasi::FullEmpty).await;
    let answer = told(world.uses("reset", "reset", json!([])).await);
    assert!(answer.starts_with("Ann, that reset is in "), "{answer}");

    let days = json!([{ "name": "days", "type": 4, "value": 400 }]);
    let sentence = refused(world.uses("reset", "reset", days).await);
    assert_eq!(sentence, "Ask for a year at most.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_in_python_is_like_any_other() {
    let Some(wasm) = built(&PYTHON) else {
        return;
    };
    let world = world("odds", wasm, Wasi::Minimal).await;
    let given = |one_in: i64| {
        json!([
            { "name": "one_in", "type": 4, "value": one_in },
            { "name": "runs", "type": 4, "value": 50 },
        ])
    };
    let answer = told(world.uses("odds", "odds", given(200)).await);
    assert_eq!(answer, "At least one drop in 50 runs: 22.2%");

    let sentence = refused(world.uses("odds", "odds", given(1)).await);
    assert_eq!(sentence, "A drop that always comes has no odds.");
}
