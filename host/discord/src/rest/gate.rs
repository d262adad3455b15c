//! Order of service: who goes next where only some may go.
//!
//! Two gates stand around the bucket limiter, which is first come, first served. The route gate lets
//! one request per route inside it, so that whoever is urgent overtakes those who wait outside. The
//! global gate keeps the bot at Discord's limit for all routes together, urgent requests first.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use reqwest::Method;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until};

use super::route::Priority;

/// Somebody who waits; the greatest is served first.
struct Waiter<T> {
    priority: Priority,
    number: u64,
    wake: oneshot::Sender<T>,
}

impl<T> Ord for Waiter<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        (other.priority, other.number).cmp(&(self.priority, self.number))
    }
}

impl<T> PartialOrd for Waiter<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> PartialEq for Waiter<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<T> Eq for Waiter<T> {}

/// One request at a time per route; the urgent ones first.
#[derive(Default)]
pub(crate) struct RouteGate {
    lines: Mutex<Lines>,
}

#[derive(Default)]
struct Lines {
    /// A line is there while its route is in use.
    by_route: HashMap<(Method, String), BinaryHeap<Waiter<Turn>>>,
    served: u64,
}

/// The right to use a route; given on when dropped.
pub(crate) struct Turn {
    gate: Arc<RouteGate>,
    key: Option<(Method, String)>,
}

impl RouteGate {
    /// Waits for the route to be free.
    pub(crate) async fn turn(
        self: &Arc<Self>,
        method: &Method,
        bucket: &str,
        priority: Priority,
    ) -> Turn {
        let key = (method.clone(), bucket.to_owned());
        let waiting = {
            let mut lines = self.lines.lock();
            lines.served += 1;
            let number = lines.served;
            match lines.by_route.get_mut(&key) {
                None => {
                    lines.by_route.insert(key.clone(), BinaryHeap::new());
                    None
                }
                Some(line) => {
                    let (wake, woken) = oneshot::channel();
                    line.push(Waiter {
                        priority,
                        number,
                        wake,
                    });
                    Some(woken)
                }
            }
        };
        match waiting {
            None => Turn {
                gate: self.clone(),
                key: Some(key),
            },
            Some(woken) => woken
                .await
                .expect("a line lives as long as somebody stands in it"),
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(key) = self.key.take() else { return };
        let next = {
            let mut lines = self.gate.lines.lock();
            let next = lines.by_route.get_mut(&key).and_then(BinaryHeap::pop);
            if next.is_none() {
                lines.by_route.remove(&key);
            }
            next
        };
        if let Some(next) = next {
            // If nobody is there any more, the turn comes back, is dropped, and so given on again.
            let _ = next.wake.send(Turn {
                gate: self.gate.clone(),
                key: Some(key),
            });
        }
    }
}

/// Requests that Discord lets a bot send in a second, all routes together
/// ([Discord Docs/Rate Limits, "Global Rate Limit"](https://discord.com/developers/docs/topics/rate-limits#global-rate-limit)).
const PER_SECOND: usize = 50;

/// A little more than the second in which at most [`PER_SECOND`] requests leave: they do not all
/// take equally long to arrive.
const WINDOW: Duration = Duration::from_millis(1050);

/// Discord's limit on all routes together; the urgent requests first.
#[derive(Default)]
pub(crate) struct GlobalGate {
    state: Mutex<Global>,
}

#[derive(Default)]
struct Global {
    sent: VecDeque<Instant>,
    waiting: BinaryHeap<Waiter<()>>,
    served: u64,
    paused_until: Option<Instant>,
    has_driver: bool,
}

impl Global {
    /// When the next request may leave: `None` for at once.
    fn next_opening(&mut self, now: Instant) -> Option<Instant> {
        if let Some(until) = self.paused_until {
            if until > now {
                return Some(until);
            }
            self.paused_until = None;
        }
        while self.sent.front().is_some_and(|sent| *sent + WINDOW <= now) {
            self.sent.pop_front();
        }
        match self.sent.front() {
            Some(oldest) if self.sent.len() >= PER_SECOND => Some(*oldest + WINDOW),
            _ => None,
        }
    }
}

impl GlobalGate {
    /// Waits until one more request may leave.
    pub(crate) async fn pass(self: &Arc<Self>, priority: Priority) {
        let woken = {
            let mut state = self.state.lock();
            let now = Instant::now();
            if state.waiting.is_empty() && state.next_opening(now).is_none() {
                state.sent.push_back(now);
                return;
            }
            state.served += 1;
            let (wake, woken) = oneshot::channel();
            let number = state.served;
            state.waiting.push(Waiter {
                priority,
                number,
                wake,
            });
            if !state.has_driver {
                state.has_driver = true;
                tokio::spawn(self.clone().drive());
            }
            woken
        };
        // The driver ends only when nobody waits; if the process is ending, so is the caller.
        let _ = woken.await;
    }

    /// Nothing more leaves for this long: Discord said so about all routes.
    pub(crate) fn pause(&self, wait: Duration) {
        let until = Instant::now() + wait;
        let mut state = self.state.lock();
        state.paused_until = state.paused_until.max(Some(until));
    }

    async fn drive(self: Arc<Self>) {
        loop {
            let opening = {
                let mut state = self.state.lock();
                let now = Instant::now();
                loop {
                    if state.waiting.is_empty() {
                        state.has_driver = false;
                        return;
                    }
                    if let Some(opening) = state.next_opening(now) {
                        break opening;
                    }
                    if let Some(waiter) = state.waiting.pop()
                        && waiter.wake.send(()).is_ok()
                    {
                        state.sent.push_back(now);
                    }
                }
            };
            sleep_until(opening).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::mpsc;

    #[tokio::test]
    async fn the_urgent_overtake_those_who_wait() {
        let gate = Arc::new(RouteGate::default());
        let first = gate
            .turn(&Method::POST, "channels/1/messages", Priority::Dm)
            .await;
        let (tell, mut order) = mpsc::unbounded_channel();
        for priority in [
            Priority::Dm,
            Priority::Message,
            Priority::Awaited,
            Priority::Message,
        ] {
            let (gate, tell) = (gate.clone(), tell.clone());
            tokio::spawn(async move {
                let _turn = gate
                    .turn(&Method::POST, "channels/1/messages", priority)
                    .await;
                tell.send(priority).expect("the test listens");
            });
            tokio::task::yield_now().await;
        }
        drop(first);
        let mut seen = Vec::new();
        for _ in 0..4 {
            seen.push(order.recv().await.expect("four come"));
        }
        assert_eq!(
            seen,
            [
                Priority::Awaited,
                Priority::Message,
                Priority::Message,
                Priority::Dm
            ]
        );
        assert!(
            gate.lines.lock().by_route.is_empty(),
            "nothing is kept of an idle route"
        );
    }

    #[tokio::test]
    async fn who_gives_up_waiting_blocks_nobody() {
        let gate = Arc::new(RouteGate::default());
        let first = gate.turn(&Method::GET, "a", Priority::Message).await;
        let mut given_up = Box::pin(gate.turn(&Method::GET, "a", Priority::Message));
        assert!(futures_util::poll!(&mut given_up).is_pending());
        let mut second = Box::pin(gate.turn(&Method::GET, "a", Priority::Message));
        assert!(futures_util::poll!(&mut second).is_pending());
        drop(given_up);
        drop(first);
        assert!(futures_util::poll!(&mut second).is_ready());
    }

    #[tokio::test(start_paused = true)]
    async fn at_most_fifty_leave_in_any_second() {
        let gate = Arc::new(GlobalGate::default());
        let start = Instant::now();
        let mut leaving = Vec::new();
        for _ in 0..120 {
            gate.pass(Priority::Message).await;
            leaving.push(start.elapsed());
        }
        for pair in leaving.windows(PER_SECOND + 1) {
            assert!(pair[PER_SECOND] - pair[0] >= Duration::from_secs(1));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_global_pause_holds_everybody() {
        let gate = Arc::new(GlobalGate::default());
        gate.pause(Duration::from_secs(3));
        let start = Instant::now();
        gate.pass(Priority::Awaited).await;
        assert!(start.elapsed() >= Duration::from_secs(3));
    }
}
