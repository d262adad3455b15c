//! discord.py 2, as PyPI has it, over both compressed transports that it knows.

use std::path::Path;
use std::process::Command;

use muster_test_clients::{Client, installed};
use muster_test_tools::Step;

const PIP: &[Step] = &[
    &["python3", "-m", "venv", ".venv"],
    &[
        ".venv/bin/python",
        "-m",
        "pip",
        "install",
        "--retries=1",
        "--requirement=requirements.txt",
    ],
];

async fn start(folder: &Path, compression: &str) -> Client {
    let mut program = Command::new(folder.join(".venv/bin/python"));
    program
        .arg("main.py")
        .env("COMPRESSION", compression)
        .current_dir(folder);
    Client::start(program).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_of_discord_py_lives_in_the_playground() {
    let Some(folder) = installed("discord_py", PIP, env!("CARGO_TARGET_TMPDIR")) else {
        return;
    };
    let client = start(&folder, "zstd-stream").await;
    client.greets_and_is_pressed().await;
    client.offers_menus().await;
    client.asks_by_modal().await;
    client.follows_up().await;
    client.shows_layouts_and_context_menus().await;
    client.keeps_to_rate_limits().await;
    client.resumes().await;
    client.starts_anew().await;
    drop(client);

    let client = start(&folder, "zlib-stream").await;
    client.greets_and_is_pressed().await;
    client.resumes().await;
}
