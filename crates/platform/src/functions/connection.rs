//! Connections to a function on which a failed write does not hide the response.
//!
//! A function may respond and close its connection while the request body is still being sent. hyper then reports the
//! failed write, although the response has arrived and could be read. Therefore a failed write is ignored here, and the
//! result of the next read counts: the response, or the end of the connection.

use std::io;
use std::io::IoSlice;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::Bytes;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;
use tower::ServiceExt as _;
use tower::util::MapResponse;

/// Body of a request to a function, and of its response.
pub(crate) type Body = UnsyncBoxBody<Bytes, Box<dyn std::error::Error + Send + Sync>>;

type Connector = MapResponse<HttpConnector, fn(TokioIo<TcpStream>) -> FunctionConnection>;

/// HTTP client for the process of one function.
pub(crate) type FunctionClient = Client<Connector, Body>;

pub(super) fn client() -> FunctionClient {
    let mut connector = HttpConnector::new();
    // Without TCP_NODELAY, a body that is sent after its headers would wait for the function's acknowledgement.
    connector.set_nodelay(true);
    let connector = connector.map_response(FunctionConnection::new as fn(_) -> _);
    Client::builder(TokioExecutor::new()).build(connector)
}

/// A connection to the process of a function.
#[derive(Debug)]
pub(crate) struct FunctionConnection {
    stream: TokioIo<TcpStream>,
    /// Whether a write has failed.
    is_read_only: bool,
}

impl FunctionConnection {
    fn new(stream: TokioIo<TcpStream>) -> Self {
        Self {
            stream,
            is_read_only: false,
        }
    }

    /// The number of bytes to report as written.
    fn written(&mut self, outcome: io::Result<usize>, offered: usize) -> usize {
        outcome.unwrap_or_else(|_| {
            // The function has closed the connection. The next read finds that out, so it is not used for another
            // request.
            self.is_read_only = true;
            offered
        })
    }
}

impl Connection for FunctionConnection {
    fn connected(&self) -> Connected {
        self.stream.connected()
    }
}

impl Read for FunctionConnection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl Write for FunctionConnection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.is_read_only {
            return Poll::Ready(Ok(bytes.len()));
        }
        let outcome = ready!(Pin::new(&mut self.stream).poll_write(cx, bytes));
        Poll::Ready(Ok(self.written(outcome, bytes.len())))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let offered = slices.iter().map(|slice| slice.len()).sum();
        if self.is_read_only {
            return Poll::Ready(Ok(offered));
        }
        let outcome = ready!(Pin::new(&mut self.stream).poll_write_vectored(cx, slices));
        Poll::Ready(Ok(self.written(outcome, offered)))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.is_read_only {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
