//! `muster play --script`, from the outside: scripts that hold, and what is told of those that do not.

use std::path::{Path, PathBuf};
use std::process::Command;

use muster_playground::TRANSCRIPTS;

/// What came of a script: what was printed, what was told as an error, and the exit code.
struct Played {
    told: String,
    error: String,
    code: Option<i32>,
}

/// Plays a script in an empty environment, in a folder of its own.
fn play(script: &Path, arguments: &[&str]) -> Played {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_muster"));
    command
        .env_clear()
        .env("HOME", folder.path())
        .env("MUSTER_HOST_PLUGIN_CACHE", root().join("target/compiled"))
        .current_dir(folder.path());
    if let Some(transcripts) = std::env::var_os(TRANSCRIPTS) {
        command.env(TRANSCRIPTS, transcripts);
    }
    let output = command
        .args(["play", "--script"])
        .arg(script)
        .args(arguments)
        .output()
        .expect("it starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Played {
        told: text(&output.stdout),
        error: text(&output.stderr),
        code: output.status.code(),
    }
}

/// Plays a script that is written here; `FILE` in what it tells stands for its path.
fn play_text(text: &str, arguments: &[&str]) -> Played {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("garden.story");
    std::fs::write(&path, text).expect("writable");
    let mut played = play(&path, arguments);
    let name = path.display().to_string();
    played.told = played.told.replace(&name, "FILE");
    played.error = played.error.replace(&name, "FILE");
    played
}

fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize().expect("the workspace's folder")
}

#[test]
fn the_scripts_of_the_end_to_end_tests_hold() {
    let folder = root().join("tests/e2e/scripts");
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut scripts: Vec<PathBuf> = entries
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "story"))
        .collect();
    scripts.sort();
    assert!(
        scripts.len() >= 4,
        "the scripts were not found: {scripts:?}"
    );
    for script in scripts {
        let Played { told, error, code } = play(&script, &[]);
        assert_eq!(code, Some(0), "{}\n{told}\n{error}", script.display());
    }
}

#[test]
fn something_else_is_told_with_its_line_and_what_was_seen() {
    let script = "== A ping\n\nOlivia uses \"/ping\" in general\n    told \"Pong\"\n    publicly\n";
    let Played { told, error, code } = play_text(script, &["--json"]);
    assert_eq!(code, Some(4), "{told}\n{error}");
    let (before, last) = told.trim_end().rsplit_once('\n').expect("lines");
    assert!(
        before.contains(
            "FILE:5: Olivia uses \"/ping\" in general\n  expected   an answer that everybody sees\n  \
             seen       (only Olivia) "
        ),
        "{told}"
    );
    let json: serde_json::Value = serde_json::from_str(last).expect("JSON in the last line");
    assert_eq!(json["passed"], false);
    let problem = json["problems"][0].as_str().expect("a text");
    assert!(
        problem.starts_with("FILE:5: ") || problem.contains(":5: "),
        "{problem}"
    );
}

#[test]
fn what_does_not_come_is_waited_for_and_then_told() {
    let script = "wait at most 200 ms\nOlivia writes \"roses\" in general\n\
                  note is the message in general with \"roses\"\n\
                  note shows \"tulips\"\n";
    let Played { told, error, code } = play_text(script, &[]);
    assert_eq!(code, Some(4), "{told}\n{error}");
    assert!(
        told.ends_with(
            "FILE:4: note shows \"tulips\"\n  expected   note to show \"tulips\"\n  seen       roses\n"
        ),
        "{told}"
    );
}

#[test]
fn a_refusal_of_the_client_is_no_answer() {
    let Played { told, code, .. } = play_text("Olivia uses \"/nowhere\" in general\n", &[]);
    assert_eq!(code, Some(4), "{told}");
    assert!(
        told.ends_with(
            "FILE:1: Olivia uses \"/nowhere\" in general\n  expected   an answer\n  \
             seen       Olivia sees no command \"nowhere\" here\n"
        ),
        "{told}"
    );
}

#[test]
fn who_is_not_there_is_a_mistake_of_the_script() {
    let Played { error, code, .. } = play_text("Nobody uses \"/ping\" in general\n", &[]);
    assert_eq!(code, Some(1), "{error}");
    assert!(
        error.contains(
            "FILE:1: Nobody uses \"/ping\" in general: the guild has nobody called Nobody"
        ),
        "{error}"
    );
}

#[test]
fn a_line_that_cannot_be_read_gets_the_nearest_statement() {
    let script = "== Evening\nOlivia usse \"/ping\" in general\n";
    let Played { error, code, .. } = play_text(script, &[]);
    assert_eq!(code, Some(5), "{error}");
    let expected = "muster: FILE:2: this is no statement; did you mean `uses`? It goes: \
                    WHO uses \"/COMMAND OPTION:VALUE\"\n";
    assert_eq!(error, expected);
}

#[test]
fn a_guild_that_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let guild = folder.path().join("guild.toml");
    std::fs::write(&guild, "name = \"Garden\"\nrolls = []\n").expect("writable");
    let arguments = ["--guild", guild.to_str().expect("UTF-8")];
    let Played { error, code, .. } = play_text("== Nothing\n", &arguments);
    assert_eq!(code, Some(5), "{error}");
    assert!(
        error.contains("guild.toml describes no guild") && error.contains("rolls"),
        "{error}"
    );
}
