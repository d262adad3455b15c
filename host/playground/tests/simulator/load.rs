//! Two hundred people press at once: the simulator must not be what they wait for.

use std::time::{Duration, Instant};

use muster_playground::RateLimits;
use serde_json::json;

use crate::bot::Bot;

/// What one press may cost the simulator, dispatch included, even in an unoptimised build.
const PER_PRESS: Duration = Duration::from_millis(5);

#[tokio::test]
async fn two_hundred_presses_are_dispatched_in_a_moment_and_all_answered() {
    let mut bot = Bot::start().await;
    bot.playground.set_rate_limits(RateLimits::off());
    let message = bot.posts_button("Go").await;
    let people: Vec<_> = (0..200)
        .map(|at| bot.guild.member(&format!("P{at}")))
        .collect();
    let started = Instant::now();
    let acts: Vec<_> = people
        .iter()
        .map(|person| person.presses(message, "Go").expect("may"))
        .collect();
    let spent = started.elapsed();
    println!("200 presses dispatched in {spent:?}");
    assert!(spent < PER_PRESS * 200, "{spent:?}");
    for _ in 0..200 {
        let interaction = bot.interaction().await;
        let body = json!({ "type": 4, "data": { "content": "you are in", "flags": 64 } });
        assert_eq!(bot.answer(&interaction, body).await.status, 204);
    }
    for act in acts {
        assert_eq!(
            act.answer().await.expect("answered").answer.text(),
            "you are in"
        );
    }
}
