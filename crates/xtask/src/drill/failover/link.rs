//! A TCP proxy that can be cut, as a network can: bytes and new connections then wait, and nobody is told.

use std::sync::Arc;

use hallpass_platform::Error;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};

use super::isolation::Isolation;

const BUFFER_BYTES: usize = 16 * 1024;

/// A loopback port that leads to another one. Dropping it closes all its connections.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) port: u16,
    is_open: watch::Sender<bool>,
    accepting: AbortHandle,
}

impl Link {
    /// Starts to forward connections to a port.
    ///
    /// # Errors
    /// No port can be bound.
    pub(super) async fn to(target: u16, isolation: &Arc<Isolation>) -> Result<Self, Error> {
        let failed = || Error::system("listening for connections");
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .map_err(failed())?;
        let port = listener.local_addr().map_err(failed())?.port();
        let (is_open, gate) = watch::channel(true);
        let accepting = tokio::spawn(accept(listener, target, gate, Arc::clone(isolation)));
        let accepting = accepting.abort_handle();
        Ok(Self {
            port,
            is_open,
            accepting,
        })
    }

    /// Stops forwarding. Connections stay open.
    pub(super) fn cut(&self) {
        self.is_open.send_replace(false);
    }

    /// Forwards what has waited, and everything else.
    pub(super) fn heal(&self) {
        self.is_open.send_replace(true);
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Connections end with this task, which owns them.
async fn accept(
    listener: TcpListener,
    target: u16,
    gate: watch::Receiver<bool>,
    isolation: Arc<Isolation>,
) {
    let mut connections = JoinSet::new();
    loop {
        if let Ok((client, from)) = listener.accept().await {
            let (gate, isolation) = (gate.clone(), Arc::clone(&isolation));
            connections.spawn(async move {
                isolation.pass(from.port()).await;
                forward(client, target, gate).await;
            });
        }
        while connections.try_join_next().is_some() {}
    }
}

/// Ends, and so closes both connections, when one side has closed its connection.
async fn forward(mut client: TcpStream, target: u16, mut gate: watch::Receiver<bool>) {
    if gate.wait_for(|is_open| *is_open).await.is_err() {
        return;
    }
    let Ok(mut server) = TcpStream::connect(("127.0.0.1", target)).await else {
        return;
    };
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = server.split();
    tokio::select! {
        () = copy(&mut from_client, &mut to_server, gate.clone()) => {}
        () = copy(&mut from_server, &mut to_client, gate) => {}
    }
}

async fn copy(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    mut gate: watch::Receiver<bool>,
) {
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        let read = from.read(&mut buffer).await;
        // The end of a connection does not pass a cut link, either.
        if gate.wait_for(|is_open| *is_open).await.is_err() {
            return;
        }
        match read {
            Ok(length) if length > 0 && to.write_all(&buffer[..length]).await.is_ok() => {}
            _ => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn a_cut_link_forwards_nothing_until_it_is_healed() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let link = Link::to(listener.local_addr().unwrap().port(), &Arc::default())
            .await
            .unwrap();
        let mut client = TcpStream::connect(("127.0.0.1", link.port)).await.unwrap();
        let (mut server, _) = listener.accept().await.unwrap();
        let mut byte = [0];
        client.write_all(b"a").await.unwrap();
        server.read_exact(&mut byte).await.unwrap();
        link.cut();
        client.write_all(b"b").await.unwrap();
        let wait = Duration::from_millis(200);
        let nothing = tokio::time::timeout(wait, server.read_exact(&mut byte)).await;
        assert!(nothing.is_err());
        link.heal();
        server.read_exact(&mut byte).await.unwrap();
        assert_eq!(byte, *b"b");
        drop(server);
        assert_eq!(client.read(&mut byte).await.unwrap(), 0);
    }
}
