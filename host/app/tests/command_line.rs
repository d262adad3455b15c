//! The binary from the outside: what it prints, and how it leaves.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};

/// `muster` in an empty environment, in a folder of its own.
fn muster(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_muster"));
    command.env_clear().env("HOME", folder).current_dir(folder);
    command
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

/// What a finished run printed, and its exit code.
fn finished(command: &mut Command) -> (String, String, Option<i32>) {
    let output = command.output().expect("it starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        text(&output.stdout),
        text(&output.stderr),
        output.status.code(),
    )
}

#[test]
fn check_lists_every_problem_at_once() {
    let folder = folder();
    let name = muster_builtin::PLUGINS[0].name;
    let file = format!(
        "[host]\ndatabase = \"nowhere/muster.db\"\n\n[plugins.{name}]\nsource = \"builtin\"\n\
         emits = [\"run.*\", \"key.*\", \"headcount.*\", \"party.*\"]\nenabeld = true\n\
         \n[plugins.broken]\npath = \"broken.wasm\"\n"
    );
    std::fs::write(folder.path().join("plugins.toml"), file).expect("writable");
    std::fs::write(folder.path().join("broken.wasm"), "no component").expect("writable");

    let environment = [
        ("DISCORD_TOKEN", "very secret"),
        ("DISCORD_API_BASE", "http://discord.example"),
    ];
    let (told, _, code) = finished(muster(folder.path()).arg("check").envs(environment));
    assert_eq!(code, Some(3), "{told}");
    for line in [
        format!(
            "plugins.toml:7: unknown key `enabeld` in [plugins.{name}]; did you mean `enabled`?"
        ),
        "plugins.toml:9: broken.wasm is no plugin: this is no WebAssembly file".to_owned(),
        "nowhere/muster.db: cannot be made in the folder nowhere".to_owned(),
        "DISCORD_TOKEN: holds a space inside".to_owned(),
        "DISCORD_API_BASE: `api_base` `http://discord.example` is refused".to_owned(),
        "5 problems (plugins.toml;".to_owned(),
    ] {
        assert!(told.contains(&line), "{line}\nis not in\n{told}");
    }
    assert!(!told.contains("secret"), "{told}");
}

#[test]
fn check_is_content_with_the_shipped_file_and_a_token() {
    let folder = folder();
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins.toml");
    let mut check = muster(folder.path());
    check.arg("check").arg("--config").arg(shipped);
    check.env("MUSTER_HOST_DATABASE", folder.path().join("muster.db"));
    let (told, _, code) = finished(check.env("DISCORD_TOKEN", "abc.def-ghi"));
    assert_eq!(code, Some(0), "{told}");
    assert!(told.starts_with("Nothing is wrong"), "{told}");
    assert!(
        !folder.path().join("muster.db").exists(),
        "a check makes nothing"
    );
}

#[test]
fn run_without_a_token_says_where_it_comes_from() {
    let folder = folder();
    let (_, told, code) = finished(muster(folder.path()).arg("run"));
    assert_eq!(code, Some(3), "{told}");
    assert!(
        told.contains("DISCORD_TOKEN: is not set; copy the token"),
        "{told}"
    );
}

#[test]
fn the_childs_part_refuses_any_address_but_this_machine() {
    let folder = folder();
    let mut host = muster(folder.path());
    host.arg("host")
        .env("DISCORD_TOKEN", "abc")
        .stdin(Stdio::null());
    let (_, told, code) = finished(&mut host);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("use `muster run`"), "{told}");
}

#[test]
fn an_unknown_story_gets_the_nearest_one() {
    let folder = folder();
    let story = muster_builtin::PLAYGROUND
        .iter()
        .find_map(|file| file.name.strip_suffix(".story"));
    let story = story.expect("a story is built in");
    let (_, told, code) = finished(muster(folder.path()).args(["play", "--story", &story[1..]]));
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains(&format!("did you mean `{story}`?")), "{told}");
}

/// What `muster play` tells until it is open and after it is closed by Ctrl-C.
fn plays(folder: &Path, arguments: &[&str]) -> String {
    let mut play = muster(folder);
    play.arg("play")
        .args(arguments)
        .env("TMPDIR", folder)
        .stdout(Stdio::piped());
    let mut play = play.spawn().expect("it starts");
    let mut lines = BufReader::new(play.stdout.take().expect("piped")).lines();
    let mut told = String::new();
    for line in lines.by_ref().map_while(Result::ok) {
        told.push_str(&line);
        told.push('\n');
        if line == "Ctrl-C closes it." {
            break;
        }
    }
    let stopped = Command::new("kill")
        .args(["-INT", &play.id().to_string()])
        .status();
    assert!(stopped.expect("kill is there").success());
    let rest: Vec<String> = lines.map_while(Result::ok).collect();
    assert_eq!(play.wait().expect("it ends").code(), Some(0), "{told}");
    told + &rest.join("\n")
}

#[test]
fn a_saved_playground_is_played_on() {
    let folder = folder();
    let saved = plays(folder.path(), &["--save", "evening.json"]);
    assert!(saved.contains("Saved in evening.json"), "{saved}");
    let guild = |told: &str| {
        let line = told.lines().find(|line| line.contains("  guild  "));
        line.expect("a guild").to_owned()
    };
    let loaded = plays(folder.path(), &["--load", "evening.json"]);
    assert_eq!(guild(&loaded), guild(&saved));

    let (_, told, code) = finished(muster(folder.path()).args(["play", "--load", "morning.json"]));
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("morning.json cannot be loaded"), "{told}");
}

/// A token that must turn up nowhere.
const CANARY: &str = "canary.token.of-a-real-bot";

/// Processes that a process started, as far as the system tells.
fn children(of: u32) -> Vec<u32> {
    let listed = std::fs::read_to_string(format!("/proc/{of}/task/{of}/children"));
    let listed = listed.unwrap_or_default();
    listed
        .split_whitespace()
        .filter_map(|id| id.parse().ok())
        .collect()
}

#[test]
fn play_opens_a_playground_without_token_and_leaves_nothing_behind() {
    let folder = folder();
    // A real token in the environment is nobody's business here, and neither is any other address:
    // whatever tried to reach Discord, or the way there, would knock here.
    let trap = TcpListener::bind("127.0.0.1:0").expect("a port");
    trap.set_nonblocking(true).expect("possible");
    let elsewhere = format!("http://{}", trap.local_addr().expect("bound"));
    let mut play = muster(folder.path());
    play.arg("play")
        .env("TMPDIR", folder.path())
        .env("DISCORD_TOKEN", CANARY)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for variable in ["DISCORD_API_BASE", "MUSTER_DISCORD_API_BASE"] {
        play.env(variable, &elsewhere);
    }
    for variable in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"] {
        play.env(variable, &elsewhere);
    }
    let mut play = play.spawn().expect("it starts");
    let mut complaints = play.stderr.take().expect("piped");
    let lines = BufReader::new(play.stdout.take().expect("piped")).lines();
    let mut told = String::new();
    for line in lines.map_while(Result::ok) {
        told.push_str(&line);
        told.push('\n');
        if line == "Ctrl-C closes it." {
            break;
        }
    }
    assert!(told.contains("open           http://127.0.0.1:"), "{told}");
    assert!(told.contains("/?token="), "{told}");
    for child in children(play.id()) {
        let environment = std::fs::read(format!("/proc/{child}/environ")).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&environment).contains(CANARY));
    }
    assert!(
        trap.accept().is_err(),
        "something went to another address than the playground's"
    );
    let stopped = Command::new("kill")
        .args(["-INT", &play.id().to_string()])
        .status();
    assert!(stopped.expect("kill is there").success());
    assert_eq!(play.wait().expect("it ends").code(), Some(0), "{told}");
    complaints.read_to_string(&mut told).expect("text");
    assert!(!told.contains(CANARY), "{told}");
    let left: Vec<_> = std::fs::read_dir(folder.path())
        .expect("readable")
        .map_while(Result::ok)
        .map(|entry| entry.file_name())
        .filter(|name| name.to_string_lossy().starts_with("muster-play-"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}
