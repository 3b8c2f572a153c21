//! The public port, on both addresses of localhost, because browsers try either.

use std::convert::Infallible;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::Gateway;
use crate::Error;

/// Time that running requests have to end after the port is closed.
const GRACE: Duration = Duration::from_secs(2);

/// The bound port. Connections wait in the queue of the port until it is served.
#[derive(Debug)]
pub struct Listeners {
    pub(crate) port: u16,
    sockets: Vec<TcpListener>,
}

/// The port that is being served.
#[derive(Debug)]
pub(crate) struct Serving {
    closing: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

/// Binds the port on 127.0.0.1 and, if the machine has IPv6, on `[::1]`. Port 0 stands for any free port.
///
/// # Errors
/// The port is in use, or cannot be bound.
pub async fn bind(port: u16) -> Result<Listeners, Error> {
    let taken = |port| {
        move |error: std::io::Error| match error.kind() {
            ErrorKind::AddrInUse => Error::PortInUse { port },
            _ => Error::System {
                doing: format!("listening on port {port}"),
                source: error,
            },
        }
    };
    let any = port == 0;
    let first = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(taken(port))?;
    let port = first.local_addr().map_err(taken(port))?.port();
    let mut sockets = vec![first];
    match TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await {
        Ok(second) => sockets.push(second),
        // If another server uses the port on the other address, a browser would reach that server with some of its
        // connections.
        Err(error) if error.kind() == ErrorKind::AddrInUse && !any => {
            return Err(taken(port)(error));
        }
        Err(_) => {}
    }
    Ok(Listeners { port, sockets })
}

impl Listeners {
    /// Serves requests until the port is closed.
    pub(crate) fn serve(self, gateway: &Arc<Gateway>) -> Serving {
        let closing = watch::Sender::new(false);
        let tasks = self
            .sockets
            .into_iter()
            .map(|socket| tokio::spawn(accept(socket, Arc::clone(gateway), closing.subscribe())))
            .collect();
        Serving { closing, tasks }
    }
}

impl Serving {
    /// Closes the port and waits for running requests, for at most [`GRACE`].
    pub(crate) async fn close(&mut self) {
        self.closing.send_replace(true);
        for task in self.tasks.drain(..) {
            let _panicked = task.await;
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

async fn accept(socket: TcpListener, gateway: Arc<Gateway>, mut closing: watch::Receiver<bool>) {
    let graceful = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = socket.accept() => accepted,
            _ = closing.wait_for(|closing| *closing) => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let _best_effort = stream.set_nodelay(true);
                tokio::spawn(serve(
                    stream,
                    peer,
                    Arc::clone(&gateway),
                    graceful.watcher(),
                ));
            }
            // Accepting can fail for a short time, for example if there are no free file descriptors.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
    drop(socket);
    let _cut_off = tokio::time::timeout(GRACE, graceful.shutdown()).await;
}

async fn serve(
    stream: tokio::net::TcpStream,
    peer: SocketAddr,
    gateway: Arc<Gateway>,
    watcher: Watcher,
) {
    let service = service_fn(move |request| {
        let gateway = Arc::clone(&gateway);
        async move { Ok::<_, Infallible>(gateway.answer(request, peer).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service);
    let _client_went_away = watcher.watch(connection).await;
}
