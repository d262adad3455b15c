//! How long a call may take: CPU time of its own thread, and time on the wall.
//!
//! CPU time is what the thread spent inside the guest's future. Judging it by the wall clock would
//! kill healthy calls whenever the machine stalls. The wall limit is measured on the machine's
//! monotonic clock and not on [`muster_core::Clock`]: moving that clock must neither kill a call
//! under way nor let a hanging one live.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::Poll;
use std::time::Duration;

use tokio::time::Instant;

use crate::settings::Limits;

/// Which limit ended a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LimitHit {
    /// Its CPU time is used up.
    #[error("it used {0} ms of CPU time, all that a call may use")]
    Cpu(u64),
    /// It took too long.
    #[error("it was not done after {0} ms")]
    Wall(u64),
    /// It took too long, and most of the time it waited for the database.
    #[error("it was not done after {0} ms, most of which it waited for the database")]
    Database(u64),
    /// It computed for too long while no other guild could write.
    #[error(
        "it used {0} ms of CPU time after its first write, while others waited for the database"
    )]
    LockedCpu(u64),
    /// It kept all other guilds from writing for too long.
    #[error("it was not done {0} ms after its first write, while others waited for the database")]
    LockedWall(u64),
    /// Its memory is used up.
    #[error("it asked for more than {0} MiB of memory, all that a call may use")]
    Memory(usize),
    /// Its stack is used up.
    #[error("its stack is exhausted, most likely by a function that calls itself without end")]
    Stack,
}

/// The time that one call has used, and what it has left.
#[derive(Debug)]
pub struct Meter {
    started: Instant,
    /// Nanoseconds of CPU time in all finished polls.
    spent: AtomicU64,
    /// The thread's CPU clock at the start of the poll under way.
    poll_started: AtomicU64,
    /// Nanoseconds of CPU time at which the call ends.
    cpu_limit: AtomicU64,
    /// Nanoseconds after `started` at which the call ends.
    wall_limit: AtomicU64,
    /// Nanoseconds in all finished waits for the database.
    database: AtomicU64,
    /// Nanoseconds after `started` at which the present wait for the database began; 0 for none.
    waiting_since: AtomicU64,
    /// Whether the limits are those of a call that holds the write lock.
    locked: AtomicU64,
    figures: Figures,
}

#[derive(Debug, Clone, Copy)]
struct Figures {
    cpu: Duration,
    wall: Duration,
    locked_cpu: Duration,
    locked_wall: Duration,
}

impl Meter {
    /// A meter that starts now.
    pub fn new(limits: &Limits, background: bool) -> Self {
        let figures = Figures {
            cpu: limits.cpu(),
            wall: limits.wall(background),
            locked_cpu: Duration::from_millis(limits.locked_cpu_ms),
            locked_wall: Duration::from_millis(limits.locked_wall_ms),
        };
        Self {
            started: Instant::now(),
            spent: AtomicU64::new(0),
            poll_started: AtomicU64::new(0),
            cpu_limit: AtomicU64::new(nanos(figures.cpu)),
            wall_limit: AtomicU64::new(nanos(figures.wall)),
            database: AtomicU64::new(0),
            waiting_since: AtomicU64::new(0),
            locked: AtomicU64::new(0),
            figures,
        }
    }

    /// The call holds the database's write lock from now on, so others wait for it.
    pub fn write_lock_taken(&self) {
        if self.locked.swap(1, Relaxed) == 1 {
            return;
        }
        let now = thread_cpu().saturating_sub(self.poll_started.load(Relaxed));
        let spent = self.spent.load(Relaxed) + now;
        let left = spent.saturating_add(nanos(self.figures.locked_cpu));
        self.cpu_limit.fetch_min(left, Relaxed);
        let left = self.now().saturating_add(nanos(self.figures.locked_wall));
        self.wall_limit.fetch_min(left, Relaxed);
    }

    /// Until the returned value is dropped, the call waits for the database.
    pub(crate) fn wait_for_database(self: &Arc<Self>) -> DatabaseWait {
        self.waiting_since.store(self.now().max(1), Relaxed);
        DatabaseWait(Arc::clone(self))
    }

    fn now(&self) -> u64 {
        nanos(self.started.elapsed())
    }

    /// Nanoseconds spent waiting for the database, up to now.
    fn in_database(&self) -> u64 {
        let present = match self.waiting_since.load(Relaxed) {
            0 => 0,
            since => self.now().saturating_sub(since),
        };
        self.database.load(Relaxed) + present
    }

    /// CPU time spent so far.
    pub fn cpu_spent(&self) -> Duration {
        Duration::from_nanos(self.spent.load(Relaxed))
    }

    /// Runs `work` until it is done or a limit is hit; then it is dropped with all that it holds.
    ///
    /// # Errors
    /// The limit.
    pub async fn limit<F: Future>(&self, work: F) -> Result<F::Output, LimitHit> {
        let mut work = pin!(work);
        let mut alarm = pin!(tokio::time::sleep_until(self.wall_end()));
        poll_fn(|context| {
            let before = thread_cpu();
            self.poll_started.store(before, Relaxed);
            let polled = work.as_mut().poll(context);
            let spent = thread_cpu().saturating_sub(before);
            let spent = self.spent.fetch_add(spent, Relaxed) + spent;
            if let Poll::Ready(output) = polled {
                return Poll::Ready(Ok(output));
            }
            if spent > self.cpu_limit.load(Relaxed) {
                return Poll::Ready(Err(self.cpu_hit()));
            }
            let end = self.wall_end();
            if alarm.deadline() != end {
                alarm.as_mut().reset(end);
            }
            alarm.as_mut().poll(context).map(|()| Err(self.wall_hit()))
        })
        .await
    }

    fn wall_end(&self) -> Instant {
        self.started + Duration::from_nanos(self.wall_limit.load(Relaxed))
    }

    fn cpu_hit(&self) -> LimitHit {
        if self.cpu_limit.load(Relaxed) < nanos(self.figures.cpu) {
            LimitHit::LockedCpu(millis(self.figures.locked_cpu))
        } else {
            LimitHit::Cpu(millis(self.figures.cpu))
        }
    }

    fn wall_hit(&self) -> LimitHit {
        let wall = nanos(self.figures.wall);
        if self.wall_limit.load(Relaxed) < wall {
            LimitHit::LockedWall(millis(self.figures.locked_wall))
        } else if self.in_database() > wall / 2 {
            LimitHit::Database(millis(self.figures.wall))
        } else {
            LimitHit::Wall(millis(self.figures.wall))
        }
    }
}

/// A wait for the database under way.
pub(crate) struct DatabaseWait(Arc<Meter>);

impl Drop for DatabaseWait {
    fn drop(&mut self) {
        let meter = &self.0;
        let since = meter.waiting_since.swap(0, Relaxed);
        meter
            .database
            .fetch_add(meter.now().saturating_sub(since), Relaxed);
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Nanoseconds that this thread has computed.
#[cfg(unix)]
fn thread_cpu() -> u64 {
    use rustix::time::{ClockId, clock_gettime};
    let time = clock_gettime(ClockId::ThreadCPUTime);
    // Both fields are positive on this clock.
    time.tv_sec.cast_unsigned() * 1_000_000_000 + time.tv_nsec.cast_unsigned()
}

/// Elsewhere the time on the wall must do: inside one poll the two differ only on a busy machine.
#[cfg(not(unix))]
fn thread_cpu() -> u64 {
    use std::sync::LazyLock;
    static START: LazyLock<std::time::Instant> = LazyLock::new(std::time::Instant::now);
    nanos(START.elapsed())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Limits {
        Limits {
            cpu_ms: 20,
            wall_ms: 60_000,
            locked_cpu_ms: 2,
            locked_wall_ms: 5,
            ..Limits::default()
        }
    }

    async fn spin_for_ever() {
        loop {
            std::hint::black_box((0..10_000).sum::<u64>());
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn computing_without_end_ends_at_the_cpu_limit() {
        let meter = Meter::new(&limits(), false);
        assert_eq!(meter.limit(spin_for_ever()).await, Err(LimitHit::Cpu(20)));
        assert!(meter.cpu_spent() >= Duration::from_millis(20));
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_without_end_ends_at_the_wall_limit() {
        let meter = Meter::new(&limits(), false);
        let waiting = meter.limit(std::future::pending::<()>());
        assert_eq!(waiting.await, Err(LimitHit::Wall(60_000)));
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_for_the_database_is_told_apart() {
        let meter = Arc::new(Meter::new(&limits(), false));
        let waiting = meter.limit(async {
            let _wait = meter.wait_for_database();
            std::future::pending::<()>().await;
        });
        assert_eq!(waiting.await, Err(LimitHit::Database(60_000)));
    }

    #[tokio::test]
    async fn who_holds_the_write_lock_has_less_of_both() {
        let meter = Meter::new(&limits(), false);
        let greedy = meter.limit(async {
            meter.write_lock_taken();
            spin_for_ever().await;
        });
        let hit = greedy.await.expect_err("a limit");
        assert!(matches!(
            hit,
            LimitHit::LockedCpu(2) | LimitHit::LockedWall(5)
        ));
    }

    #[tokio::test(start_paused = true)]
    async fn the_lock_shortens_a_wait_under_way() {
        let meter = Meter::new(&limits(), false);
        let waiting = meter.limit(async {
            tokio::task::yield_now().await;
            meter.write_lock_taken();
            std::future::pending::<()>().await;
        });
        assert_eq!(waiting.await, Err(LimitHit::LockedWall(5)));
    }

    #[tokio::test]
    async fn what_is_done_in_time_is_returned() {
        let meter = Meter::new(&limits(), false);
        assert_eq!(meter.limit(async { 7 }).await, Ok(7));
    }
}
