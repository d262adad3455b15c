//! What Discord does to every bot now and then.

use muster_playground::{Direction, FaultControl, LimitScope, RestFault};

use crate::Client;

/// A way to lose the connection.
type Loss = fn(&FaultControl);

const POST: &str = "POST /channels/{channel.id}/messages";

impl Client {
    /// Rate limits: learned from headers, and told by 429.
    pub async fn keeps_to_rate_limits(&self) {
        self.posts(5).await;
        for scope in [LimitScope::User, LimitScope::Global, LimitScope::Shared] {
            let limited = RestFault::RateLimited {
                scope,
                retry_after_s: 0.2,
            };
            self.playground.faults().rest(POST, limited, 1);
            self.posts(1).await;
            assert_eq!(self.playground.faults().pending(), 0, "{scope:?} struck");
        }
        self.no_request_was_refused(&[429]);
    }

    /// Every way to lose the connection that leaves the session to be resumed.
    pub async fn resumes(&self) {
        let ways: [(&str, Loss); 4] = [
            ("a request to reconnect", FaultControl::reconnect),
            ("a reset", FaultControl::drop_gateway),
            ("code 4000", |faults| faults.close_gateway(Some(4000))),
            ("op 9 true", |faults| faults.invalidate_session(true)),
        ];
        for (way, lose) in ways {
            let identifies = self.playground.identifies();
            self.loses(way, lose, "RESUMED").await;
            assert_eq!(self.playground.identifies(), identifies, "{way}");
        }
    }

    /// A session that cannot be resumed: the client starts a new one.
    pub async fn starts_anew(&self) {
        let identifies = self.playground.identifies();
        self.loses(
            "op 9 false",
            |faults| faults.invalidate_session(false),
            "READY",
        )
        .await;
        assert_eq!(self.playground.identifies(), identifies + 1);
    }

    /// The client loses its connection, comes back by the event `back`, and serves Ann as before.
    async fn loses(&self, way: &str, lose: Loss, back: &str) {
        let before = self
            .playground
            .frames()
            .last()
            .map_or(0, |frame| frame.number);
        lose(&self.playground.faults());
        self.playground
            .wait_for_frame(|frame| {
                frame.number > before
                    && frame.direction == Direction::ToBot
                    && frame.event == Some(back)
            })
            .await
            .unwrap_or_else(|late| panic!("{way}: {late}"));
        self.greets_and_is_pressed().await;
    }
}
