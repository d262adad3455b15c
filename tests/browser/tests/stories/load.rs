//! A thousand members and a hundred guilds: the page stays quick.

use muster_harness::Stage;
use muster_playground::{GuildSpec, MemberSpec};
use serde_json::{Value, json};

use crate::{DESK, opens};

const MEMBERS: usize = 1000;
const GUILDS: usize = 100;
const RAIDERS: usize = 200;
/// So many press together: what is measured is the page, and an unoptimised bot on a busy machine
/// must still answer in time.
const AT_ONCE: usize = 20;

/// Watches the page's event loop: the longest time that a press would have waited.
const WATCH: &str = r"
    const done = arguments[0];
    let last = performance.now();
    window.longest = 0;
    const look = () => {
        const at = performance.now();
        window.longest = Math.max(window.longest, at - last);
        last = at;
        window.looking = setTimeout(look, 0);
    };
    look();
    done(null);
";

const FIGURES: &str = r"
    const done = arguments[0];
    clearTimeout(window.looking);
    done({
        longest_ms: Math.round(window.longest),
        elements: document.querySelectorAll('*').length,
        heap_mib: Math.round((performance.memory?.usedJSHeapSize ?? 0) / 1048576),
    });
";

#[tokio::test]
async fn the_page_stays_quick_with_a_thousand_members_and_a_hundred_guilds() {
    let stage = Stage::evening().await;
    for number in 1..=MEMBERS {
        let spec = MemberSpec {
            name: format!("Raider {number}"),
            roles: vec!["Verified Raider".into()],
            ..MemberSpec::default()
        };
        stage.guild.join(&spec).expect("joins");
    }
    for number in 1..GUILDS {
        let spec = GuildSpec {
            bot: muster_playground::BotSpec {
                present: false,
                ..muster_playground::BotSpec::default()
            },
            ..GuildSpec::named(&format!("Guild {number}"))
        };
        stage.playground.add_guild(&spec).expect("a guild");
    }
    let panel = stage
        .posts_a_run("Otto", json!({ "dungeon": "SHATTERS" }))
        .await;
    let Some(browser) = opens(&stage, DESK).await else {
        return;
    };
    browser.page().presses("Close").await;
    let pane = browser.pane(1);
    pane.opens("raid").await;
    pane.shows("Shatters").await;

    browser.script(WATCH, Vec::new()).await;
    for wave in 0..RAIDERS / AT_ONCE {
        let numbers = wave * AT_ONCE + 1..=(wave + 1) * AT_ONCE;
        let joins = numbers.map(|number| {
            let raider = stage.person(&format!("Raider {number}"), "raid");
            let panel = panel.clone();
            async move {
                let act = raider.presses(&panel, "Join").expect("a button");
                act.answer().await.expect("an answer").answer.text()
            }
        });
        let joins: Vec<_> = joins.map(tokio::spawn).collect();
        for join in joins {
            let told = join.await.expect("it ends");
            assert!(told.contains("joined"), "{told}");
        }
    }
    pane.message_shows("Raiders", &RAIDERS.to_string()).await;
    let busy = browser.script(FIGURES, Vec::new()).await;

    browser.script(WATCH, Vec::new()).await;
    pane.clicks("//button[@aria-label = 'Guild 99']").await;
    pane.has("//*[contains(@class, 'guild-name')][. = 'Guild 99']")
        .await;
    pane.clicks("//button[@aria-label = 'Realm Garden']").await;
    pane.message_shows("Raiders", &RAIDERS.to_string()).await;
    let switching = browser.script(FIGURES, Vec::new()).await;
    println!("{RAIDERS} joins while the page looks on: {busy}");
    println!("to another guild and back, {MEMBERS} members: {switching}");

    for figures in [&busy, &switching] {
        let figure = |name: &str| figures[name].as_u64().expect("a number");
        // A shared, slow machine: what must not happen is a page that stands still.
        assert!(figure("longest_ms") < 1000, "{figures}");
        assert!(figure("elements") < 3000, "{figures}");
    }
    assert_ne!(busy["heap_mib"], Value::Null);
    browser.close().await;
}
