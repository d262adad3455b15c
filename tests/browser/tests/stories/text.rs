//! Whatever people write stays text.

use muster_harness::Stage;
use muster_playground::MemberSpec;
use serde_json::json;

use crate::{DESK, opens};

const MARKUP: &str = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script><b>bold</b>";

#[tokio::test]
async fn markup_in_a_message_a_nickname_and_an_embed_stays_text() {
    let stage = Stage::evening().await;
    let nick = "<u onclick=x>Mal</u>".to_owned();
    let mallory = MemberSpec {
        name: "Mallory".into(),
        nick: Some(nick.clone()),
        roles: vec!["Organizer".into(), "Verified Raider".into()],
        ..MemberSpec::default()
    };
    stage.guild.join(&mallory).expect("joins");
    let Some(browser) = opens(&stage, DESK).await else {
        return;
    };
    browser.page().presses("Close").await;
    let pane = browser.pane(1);
    pane.becomes_called("Mal", "Mallory").await;
    pane.opens("general").await;
    pane.types(MARKUP).await;
    browser.types("\u{E007}").await;
    pane.shows(MARKUP).await;
    pane.has("//*[contains(@class, 'author')][contains(., '<u onclick=x>Mal</u>')]")
        .await;
    let run = json!({ "dungeon": "SHATTERS", "description": MARKUP, "party": MARKUP });
    stage.posts_a_run("Mallory", run).await;
    pane.opens("raid").await;
    pane.has("//div[contains(@class, 'embed')]//*[contains(., '<b>bold</b>')]")
        .await;
    browser.picture("text-stays-text").await;
    let made = browser
        .script(
            "const done = arguments[0];
             const made = document.querySelectorAll('.list img, .list script, .list b, .list [onclick], .list u');
             done([made.length, document.title]);",
            Vec::new(),
        )
        .await;
    assert_eq!(made, json!([0, "Muster Playground"]));
    browser.close().await;
}

/// What a text looks like in the page: its elements, with classes of those that matter.
const RENDER: &str = r"
    const [text, done] = arguments;
    import('/page/markdown.js').then(({ markdown }) => {
        const names = {
            me: '1',
            user: (id) => ({ 1: 'Ann', 2: 'Ben' })[id],
            role: (id) => ({ 3: 'Raider' })[id],
            channel: (id) => ({ 4: 'raid' })[id],
        };
        const draw = (node) => {
            if (node.nodeType === Node.TEXT_NODE) return node.data;
            const name = node.localName + (node.className ? '.' + node.className.replaceAll(' ', '.') : '');
            return '[' + name + ' ' + [...node.childNodes].map(draw).join('') + ']';
        };
        done([...markdown(text, names).childNodes].map(draw).join(' '));
    }, (error) => done(String(error)));
";

#[tokio::test]
async fn markdown_is_drawn_as_a_client_draws_it() {
    let stage = Stage::fresh().await;
    let Some(browser) = opens(&stage, DESK).await else {
        return;
    };
    for (text, drawn) in [
        (
            "**b** *i* _i_ __u__ ~~s~~",
            "[div.line [strong b] [em i] [em i] [u u] [s s]]",
        ),
        (
            "snake_case_name 2*3*4",
            "[div.line snake_case_name 2[em 3]4]",
        ),
        ("`**no**` \\*no\\*", "[div.line [code **no**] *no*]"),
        (
            "# One\n## Two\n-# small",
            "[div.heading.h1 One] [div.heading.h2 Two] [small.subtext small]",
        ),
        (
            "> q1\n> q2\nafter",
            "[blockquote [div.line q1][div.line q2]] [div.line after]",
        ),
        (
            ">>> all\nof it",
            "[blockquote [div.line all][div.line of it]]",
        ),
        ("- a\n- b", "[ul [li a][li b]]"),
        ("1. a\n2. b", "[ol [li a][li b]]"),
        ("```rs\nlet x = **1**;\n```", "[pre [code let x = **1**;]]"),
        (
            "<@1> <@!2> <@9>",
            "[div.line [span.mention.me @Ann] [span.mention @Ben] [span.mention @unknown user]]",
        ),
        (
            "<@&3> <@&9>",
            "[div.line [span.mention @Raider] [span.mention @deleted role]]",
        ),
        ("<#4>", "[div.line [button.mention #raid]]"),
        ("</run:5>", "[div.line [button.mention /run]]"),
        (
            "<:key:123> @everyone",
            "[div.line :key: [span.mention @everyone]]",
        ),
        ("<b>x</b> &amp;", "[div.line <b>x</b> &amp;]"),
        (
            "[t](https://a.example/x) <https://b.example>",
            "[div.line [a t] [a https://b.example]]",
        ),
        (
            "[t](javascript:alert(1))",
            "[div.line [t](javascript:alert(1))]",
        ),
        ("**unfinished", "[div.line **unfinished]"),
    ] {
        let got = browser.script(RENDER, vec![json!(text)]).await;
        assert_eq!(got, json!(drawn), "{text:?}");
    }
    // Discord counts styles of timestamps; the words are the reader's own.
    let stamp = browser
        .script(RENDER, vec![json!("<t:1790000000:D> <t:1:x>")])
        .await;
    let stamp = stamp.as_str().expect("text");
    assert!(stamp.starts_with("[div.line [time.stamp "), "{stamp}");
    assert!(
        stamp.contains("2026") && stamp.ends_with("<t:1:x>]"),
        "{stamp}"
    );
    browser.close().await;
}
