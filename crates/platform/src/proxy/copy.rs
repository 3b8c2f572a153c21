//! Copies bytes between the two sides of a connection.

use std::sync::atomic::Ordering;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::watch;

use super::Loss;
use super::control::{Control, Direction};

/// The server's message that a SELECT with one row is complete (`CommandComplete`).
const ONE_ROW: &[u8] = b"SELECT 1\0";

/// Copies in both directions until a side ends its connection or the connection is cut. The other side is then closed.
pub(super) async fn both_ways(
    number: u64,
    client: TcpStream,
    server: TcpStream,
    control: watch::Receiver<Control>,
    loss: &Loss,
) {
    for stream in [&client, &server] {
        let _best_effort = stream.set_nodelay(true);
    }
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let one_way = |direction| OneWay {
        number,
        direction,
        control: control.clone(),
    };
    let mut cut = control.clone();
    tokio::select! {
        () = one_way(Direction::ToServer).copy(from_client, to_server, |_| false) => {}
        () = one_way(Direction::ToClient).copy(from_server, to_client, |bytes| {
            let is_lost = bytes.windows(ONE_ROW.len()).any(|window| window == ONE_ROW)
                && loss.is_armed.swap(false, Ordering::SeqCst);
            loss.count.fetch_add(u32::from(is_lost), Ordering::SeqCst);
            is_lost
        }) => {}
        _ = cut.wait_for(|control| control.is_cut(number)) => {}
    }
}

struct OneWay {
    number: u64,
    direction: Direction,
    control: watch::Receiver<Control>,
}

impl OneWay {
    async fn copy(
        mut self,
        mut from: OwnedReadHalf,
        mut to: OwnedWriteHalf,
        ends: impl Fn(&[u8]) -> bool,
    ) {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            if !self.until_heard().await {
                return;
            }
            let length = tokio::select! {
                read = from.read(&mut buffer) => match read {
                    Ok(length @ 1..) => length,
                    _ => return,
                },
                changed = self.control.changed() => match changed {
                    Ok(()) => continue,
                    Err(_) => return,
                },
            };
            let delay = self.control.borrow().delay_of(self.direction);
            if !delay.is_zero() {
                tokio::time::sleep(delay).await;
            }
            // A silence that began meanwhile holds these bytes back as well.
            let bytes = &buffer[..length];
            if !self.until_heard().await || ends(bytes) || to.write_all(bytes).await.is_err() {
                return;
            }
        }
    }

    /// Waits for the end of a silence. Returns whether the proxy still exists.
    async fn until_heard(&mut self) -> bool {
        let (number, direction) = (self.number, self.direction);
        self.control
            .wait_for(|control| !control.is_silent(number, direction))
            .await
            .is_ok()
    }
}
