//! discord.js 14, as npm has it.

use std::process::Command;

use muster_test_clients::{Client, installed};
use muster_test_tools::NPM;

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_of_discord_js_lives_in_the_playground() {
    let Some(folder) = installed("discord_js", NPM, env!("CARGO_TARGET_TMPDIR")) else {
        return;
    };
    let mut program = Command::new("node");
    program.arg("main.js").current_dir(folder);
    let client = Client::start(program).await;
    client.greets_and_is_pressed().await;
    client.offers_menus().await;
    client.asks_by_modal().await;
    client.follows_up().await;
    client.shows_layouts_and_context_menus().await;
    client.keeps_to_rate_limits().await;
    client.resumes().await;
    client.starts_anew().await;
}
