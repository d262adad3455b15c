//! What stands behind one instance of a plugin: the call's state, a WASI with nothing in it, and the
//! limits of its memory.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use muster_core::clock::Timestamp;
use parking_lot::Mutex;
use tokio::io::AsyncWrite;
use wasmtime::ResourceLimiter;
use wasmtime::component::ResourceTable;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::clocks::HostWallClock;
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

use crate::settings::Limits;
use crate::state::{CallState, printable};

/// The data of one instance's store.
pub(crate) struct Guest {
    /// `None` while the plugin describes itself: then it may do nothing.
    pub state: Option<CallState>,
    pub memory: MemoryLimit,
    wasi: WasiCtx,
    table: ResourceTable,
}

impl Guest {
    pub fn new(state: Option<CallState>, limits: &Limits, now: Timestamp, output: &Output) -> Self {
        let wasi = WasiCtx::builder()
            .stdout(output.clone())
            .stderr(output.clone())
            .wall_clock(Frozen(now))
            .allow_tcp(false)
            .allow_udp(false)
            .build();
        Self {
            state,
            memory: MemoryLimit {
                left: limits.memory_bytes,
                refused: false,
            },
            wasi,
            table: ResourceTable::new(),
        }
    }
}

impl WasiView for Guest {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.wasi,
            table: &mut self.table,
        }
    }
}

/// Wall clock of one call: it shows what `context.now` says, all through the call.
struct Frozen(Timestamp);

impl HostWallClock for Frozen {
    fn resolution(&self) -> Duration {
        Duration::from_millis(1)
    }

    fn now(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.as_ms()).unwrap_or(0))
    }
}

/// Memory of all linear memories of one instance together.
pub(crate) struct MemoryLimit {
    left: usize,
    /// Whether it asked for more than it may have. The guest itself only aborts.
    pub refused: bool,
}

impl ResourceLimiter for MemoryLimit {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let more = desired.saturating_sub(current);
        let fits = more <= self.left;
        if fits {
            self.left -= more;
        } else {
            self.refused = true;
        }
        Ok(fits)
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(maximum.is_none_or(|maximum| desired <= maximum))
    }
}

/// Standard output and error of one call, up to a limit: a crash is explained there. What is longer is
/// dropped without an error, which would crash a guest that only prints too much.
#[derive(Clone)]
pub(crate) struct Output {
    kept: Arc<Mutex<Vec<u8>>>,
    limit: usize,
}

/// What a stream takes at once.
const PERMIT: usize = 4096;

impl Output {
    pub fn new(limits: &Limits) -> Self {
        Self {
            kept: Arc::default(),
            limit: limits.output_bytes,
        }
    }

    /// What was printed, as it is; empty if nothing was.
    pub fn text(&self) -> String {
        let kept = self.kept.lock();
        String::from_utf8_lossy(&kept).trim().to_owned()
    }

    /// What was printed, fit for a sentence.
    pub fn printable(&self) -> String {
        printable(&self.text(), self.limit)
    }

    fn keep(&self, bytes: &[u8]) {
        let mut kept = self.kept.lock();
        let room = self.limit.saturating_sub(kept.len());
        kept.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }
}

impl IsTerminal for Output {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Output {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

#[async_trait::async_trait]
impl Pollable for Output {
    async fn ready(&mut self) {}
}

impl OutputStream for Output {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.keep(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(PERMIT)
    }
}

impl AsyncWrite for Output {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.keep(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_is_kept_up_to_its_limit() {
        let limits = Limits {
            output_bytes: 8,
            ..Limits::default()
        };
        let mut output = Output::new(&limits);
        output.write(Bytes::from_static(b"hello ")).expect("taken");
        output.write(Bytes::from_static(b"world")).expect("taken");
        assert_eq!(output.text(), "hello wo");
    }

    #[test]
    fn all_memories_share_one_limit() {
        let mut memory = MemoryLimit {
            left: 100,
            refused: false,
        };
        assert!(memory.memory_growing(0, 60, None).expect("judged"));
        assert!(!memory.memory_growing(0, 60, None).expect("judged"));
        assert!(memory.refused);
        assert!(memory.memory_growing(60, 100, None).expect("judged"));
    }
}
