//! A proxy in front of the database that drops one response: the statement is executed, but the client does not learn
//! of it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The server's message that a SELECT with one row is complete (`CommandComplete`).
const DONE: &[u8] = b"SELECT 1\0";

/// The proxy. It listens until it is dropped.
#[derive(Debug)]
pub(crate) struct Cut {
    pub(crate) address: SocketAddr,
    state: Arc<State>,
    listening: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct State {
    armed: AtomicBool,
    cuts: AtomicU32,
}

impl Cut {
    pub(crate) async fn before(server: SocketAddr) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        let listening = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let state = Arc::clone(&shared);
                tokio::spawn(async move {
                    if let Ok(server) = TcpStream::connect(server).await {
                        pass_on(client, server, &state).await;
                    }
                });
            }
        });
        Self {
            address,
            state,
            listening,
        }
    }

    /// Drops the next response with one row, and closes its connection.
    pub(crate) fn lose_the_next_answer(&self) {
        self.state.armed.store(true, Ordering::SeqCst);
    }

    /// Number of dropped responses.
    pub(crate) fn cuts(&self) -> u32 {
        self.state.cuts.load(Ordering::SeqCst)
    }
}

impl Drop for Cut {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn pass_on(client: TcpStream, server: TcpStream, state: &State) {
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    // If either side ends its connection, the other one is closed, too, because both halves are dropped.
    tokio::select! {
        () = copy(from_client, to_server, |_| false) => {}
        () = copy(from_server, to_client, |bytes| {
            let lost = bytes.windows(DONE.len()).any(|window| window == DONE)
                && state.armed.swap(false, Ordering::SeqCst);
            state.cuts.fetch_add(u32::from(lost), Ordering::SeqCst);
            lost
        }) => {}
    }
}

async fn copy(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, ends: impl Fn(&[u8]) -> bool) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        let bytes = &buffer[..length];
        if ends(bytes) || to.write_all(bytes).await.is_err() {
            return;
        }
    }
}
