//! The examples in other languages, built by those languages' own tools and called by the real runtime.
//!
//! The tools come from npm and PyPI, pinned in the examples. Where these cannot be reached, or npm or Python is not
//! there, the tests say so and pass. What was built is kept in the target folder.

use std::fs;
use std::path::{Path, PathBuf};

use muster_runtime::{PluginOptions, Wasi};
use muster_test_plugins::{World, refused, told};
use muster_test_tools::{NPM, Project, Step};
use serde_json::json;

/// An example and how its component comes about.
struct Example {
    folder: &'static str,
    wasm: &'static str,
    /// Needs a registry.
    install: &'static [Step],
    build: Step,
}

const JAVASCRIPT: Example = Example {
    folder: "javascript",
    wasm: "reset.wasm",
    install: NPM,
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

/// Where an example is in this repository.
fn source(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../plugins/examples")
        .join(folder)
}

/// The example's component; `None` if its tools cannot be had here.
fn built(example: &Example) -> Option<Vec<u8>> {
    let project = Project::new(source(example.folder), example.install);
    let within = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let kept = within.join(format!("{}.wasm", project.fingerprint()));
    if let Ok(wasm) = fs::read(&kept) {
        return Some(wasm);
    }
    let folder = project.installed(within)?;
    muster_test_tools::run(example.build, folder.path())
        .unwrap_or_else(|said| panic!("{:?}\n{said}", example.build));
    // Renamed, so that nobody ever reads half of it.
    let wasm = folder.path().join(example.wasm);
    fs::rename(wasm, &kept).expect("on the same disk");
    Some(fs::read(&kept).expect("just written"))
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
        for (path, text) in muster_test_tools::files(&deps) {
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
