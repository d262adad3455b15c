//! TCP connections that can be cut from outside, for faults, and that end with the playground.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use futures_util::task::AtomicWaker;
use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// The switch of one connection.
#[derive(Debug, Default)]
pub(crate) struct Control {
    cut: AtomicBool,
    reader: AtomicWaker,
    writer: AtomicWaker,
}

impl Control {
    /// Cuts the connection: the other side sees a reset.
    pub(crate) fn cut(&self) {
        self.cut.store(true, Ordering::SeqCst);
        self.reader.wake();
        self.writer.wake();
    }

    fn is_cut(&self) -> bool {
        self.cut.load(Ordering::SeqCst)
    }
}

/// The peer of a request.
#[derive(Clone, Debug)]
pub(crate) struct Peer(pub Arc<Control>);

impl Connected<IncomingStream<'_, LoopbackListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, LoopbackListener>) -> Self {
        Self(stream.io().control.clone())
    }
}

/// All connections that may still be open.
#[derive(Clone, Debug, Default)]
pub(crate) struct Open(Arc<Mutex<Vec<Weak<Control>>>>);

impl Open {
    fn add(&self, control: &Arc<Control>) {
        let mut open = self.0.lock();
        if open.len() == open.capacity() {
            // Grows only by connections that live.
            open.retain(|known| known.strong_count() > 0);
        }
        open.push(Arc::downgrade(control));
    }

    /// Cuts every connection.
    pub(crate) fn cut_all(&self) {
        let open = std::mem::take(&mut *self.0.lock());
        open.iter()
            .filter_map(Weak::upgrade)
            .for_each(|control| control.cut());
    }
}

pub(crate) struct LoopbackListener {
    listener: TcpListener,
    open: Open,
}

impl LoopbackListener {
    pub(crate) fn new(listener: TcpListener, open: Open) -> Self {
        Self { listener, open }
    }
}

impl Listener for LoopbackListener {
    type Io = Wire;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Wire, SocketAddr) {
        loop {
            match self.listener.accept().await {
                Ok((stream, address)) => {
                    // Small frames must not wait for each other; without it a press costs 40 ms.
                    if let Err(error) = stream.set_nodelay(true) {
                        tracing::debug!(%error, "cannot set TCP_NODELAY");
                    }
                    let control = Arc::new(Control::default());
                    self.open.add(&control);
                    return (Wire { stream, control }, address);
                }
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// A TCP stream with a switch.
pub(crate) struct Wire {
    stream: TcpStream,
    control: Arc<Control>,
}

impl Wire {
    fn refuse(&self) -> io::Error {
        // Without lingering, closing the socket sends a reset instead of a FIN.
        if let Err(error) = self.stream.set_zero_linger() {
            tracing::debug!(%error, "cannot reset a connection");
        }
        io::Error::from(io::ErrorKind::ConnectionReset)
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.control.reader.register(cx.waker());
        if self.control.is_cut() {
            return Poll::Ready(Err(self.refuse()));
        }
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.control.writer.register(cx.waker());
        if self.control.is_cut() {
            return Poll::Ready(Err(self.refuse()));
        }
        Pin::new(&mut self.stream).poll_write(cx, data)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.control.is_cut() {
            return Poll::Ready(Err(self.refuse()));
        }
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.control.is_cut() {
            return Poll::Ready(Err(self.refuse()));
        }
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.control.writer.register(cx.waker());
        if self.control.is_cut() {
            return Poll::Ready(Err(self.refuse()));
        }
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }
}
