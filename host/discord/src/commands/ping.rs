//! **/ping**: how fast the bot answers.

use std::time::Duration;

use muster_core::interaction::Interaction;
use serde_json::{Value, json};

use crate::interactions::Inner;

/// Replaces "Pinging…" by what was measured: from the making of the interaction to now, Discord's way
/// to the bot and back.
pub(super) async fn measure(host: &Inner, interaction: &Interaction, heartbeat: Option<Duration>) {
    let Some(identity) = host.identity.get() else {
        return;
    };
    let roundtrip = host.store.clock().now().since(interaction.id.created_at());
    let view = view(roundtrip, heartbeat);
    let edited = host
        .rest
        .edit_original(identity.application, &interaction.token, &view)
        .await;
    if let Err(error) = edited {
        tracing::warn!(%error, "the ping's result could not be shown");
    }
}

fn view(roundtrip: Duration, heartbeat: Option<Duration>) -> Value {
    let color = match roundtrip.as_millis() {
        0..200 => 0x2e_cc_71,
        200..400 => 0xf1_c4_0f,
        _ => 0xe7_4c_3c,
    };
    let heartbeat = heartbeat.map_or("not measured yet".into(), |took| {
        format!("{} ms", took.as_millis())
    });
    json!({
        "content": "",
        "embeds": [{
            "title": "🏓 Pong!",
            "color": color,
            "fields": [
                { "name": "Roundtrip", "value": format!("{} ms", roundtrip.as_millis()), "inline": true },
                { "name": "Gateway heartbeat", "value": heartbeat, "inline": true },
            ],
        }],
        "allowed_mentions": { "parse": [] },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_colour_tells_fast_from_slow() {
        let color = |ms| view(Duration::from_millis(ms), None)["embeds"][0]["color"].clone();
        assert_eq!(
            [color(199), color(200), color(400)],
            [0x2e_cc_71, 0xf1_c4_0f, 0xe7_4c_3c]
        );
    }
}
