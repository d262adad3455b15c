//! Threads for guests that compute for long, so that nobody else waits behind them.
//!
//! A call begins on the thread that asked for it, and an ordinary one ends there before anybody
//! notices. One that has used up its share by the time it gives the thread back goes on here: these
//! threads take turns with the host's own at the kernel's discretion, and wait for each other only.

use std::future::poll_fn;
use std::sync::OnceLock;
use std::task::Poll;
use std::thread;

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

/// The threads. They begin with the first call that is long.
#[derive(Default)]
pub(crate) struct Aside {
    /// `None` if the system gives no threads; then all is done where it began.
    runtime: OnceLock<Option<Runtime>>,
}

impl Aside {
    /// Runs `work` here, and from the first wait on at which it `is_long` aside.
    pub async fn run<F>(&self, work: F, is_long: impl Fn() -> bool) -> F::Output
    where
        F: Future<Output: Send> + Send + 'static,
    {
        let mut work = Box::pin(work);
        let begun = poll_fn(|context| match work.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if is_long() => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        });
        if let Some(output) = begun.await {
            return output;
        }
        let Some(runtime) = self.runtime() else {
            return work.await;
        };
        let mut going_on = AbortOnDrop(runtime.spawn(work));
        match (&mut going_on.0).await {
            Ok(output) => output,
            // It is not cancelled before it is dropped.
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        }
    }

    fn runtime(&self) -> Option<&Runtime> {
        let build = || {
            let threads = thread::available_parallelism().map_or(1, Into::into);
            let mut builder = Builder::new_multi_thread();
            builder.worker_threads(threads).enable_time();
            let built = builder.thread_name("muster-aside").build();
            built
                .inspect_err(|error| {
                    tracing::error!(%error, "there are no threads for plugins that compute for long");
                })
                .ok()
        };
        self.runtime.get_or_init(build).as_ref()
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take().flatten() {
            // Waiting for it is not allowed where this may happen; nobody waits for its work any more.
            runtime.shutdown_background();
        }
    }
}

struct AbortOnDrop<T>(JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::thread::ThreadId;

    use tokio::task::yield_now;

    use super::*;

    /// Where work runs before and after it gives its thread back.
    async fn places() -> [ThreadId; 2] {
        let before = thread::current().id();
        yield_now().await;
        [before, thread::current().id()]
    }

    #[tokio::test]
    async fn what_is_short_stays_where_it_began() {
        let here = thread::current().id();
        assert_eq!(Aside::default().run(places(), || false).await, [here; 2]);
    }

    #[tokio::test]
    async fn what_is_long_goes_on_aside() {
        let here = thread::current().id();
        let [before, after] = Aside::default().run(places(), || true).await;
        assert_eq!(before, here);
        assert_ne!(after, here);
    }

    #[tokio::test]
    async fn what_nobody_waits_for_any_more_is_dropped() {
        let (aside, held) = (Aside::default(), Arc::new(()));
        let (dropped, holds) = (Arc::downgrade(&held), Arc::clone(&held));
        let mut work = Box::pin(aside.run(
            async move {
                let _held = holds;
                std::future::pending::<()>().await;
            },
            || true,
        ));
        drop(held);
        // It has gone aside once it was looked at.
        assert!(futures_util::FutureExt::now_or_never(&mut work).is_none());
        drop(work);
        while dropped.upgrade().is_some() {
            yield_now().await;
        }
    }
}
