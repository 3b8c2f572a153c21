//! A TCP proxy that stands for a faulty network: it delays, falls silent, and cuts connections.
//!
//! While a connection is silent, the proxy reads nothing from the affected side. The kernel acknowledges what arrives,
//! as a hung connection pooler does, so keepalive and TCP timeouts do not notice anything.

mod control;
mod copy;

use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::Error;
use control::Control;
pub use control::Direction;

/// The proxy. It listens on 127.0.0.1 until it is dropped, which closes its connections.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    control: watch::Sender<Control>,
    loss: Arc<Loss>,
    listening: JoinHandle<()>,
}

/// Decides when a new connection may continue: the future ends then. Its argument is the client's port.
type Admission = Arc<dyn Fn(u16) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// The answer that is lost next.
#[derive(Debug, Default)]
struct Loss {
    is_armed: AtomicBool,
    count: AtomicU32,
}

impl Proxy {
    /// Starts a proxy in front of a server.
    ///
    /// # Errors
    /// No port can be bound.
    pub async fn before(server: SocketAddr) -> Result<Self, Error> {
        Self::admitting(server, |_| std::future::ready(())).await
    }

    /// As [`Proxy::before`], but a new connection waits until the future ends that `admit` makes for the client's port.
    ///
    /// # Errors
    /// No port can be bound.
    pub async fn admitting<F: Future<Output = ()> + Send + 'static>(
        server: SocketAddr,
        admit: impl Fn(u16) -> F + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        let failed = Error::system("starting a proxy");
        let bound = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let bound = bound.and_then(|listener| Ok((listener.local_addr()?.port(), listener)));
        let (port, listener) = bound.map_err(failed)?;
        let control = watch::Sender::new(Control::new(server));
        let loss = Arc::<Loss>::default();
        let admission: Admission = Arc::new(move |port| Box::pin(admit(port)));
        let listening = tokio::spawn(listen(
            listener,
            control.clone(),
            Arc::clone(&loss),
            admission,
        ));
        Ok(Self {
            port,
            control,
            loss,
            listening,
        })
    }

    /// The port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// This URL with the address of the proxy in place of the server's port.
    #[must_use]
    pub fn in_url(&self, url: &str) -> String {
        let server = self.control.borrow().server().to_string();
        url.replace(&server, &format!("127.0.0.1:{}", self.port))
    }

    /// Connects new connections to another server.
    pub fn point_to(&self, server: SocketAddr) {
        self.control.send_modify(|control| control.point_to(server));
    }

    /// Delays whatever arrives from now on in this direction.
    pub fn delay(&self, direction: Direction, delay: Duration) {
        self.control
            .send_modify(|control| control.delay(direction, delay));
    }

    /// Silences the open connections, in this direction. New connections work.
    pub fn silence_open(&self, direction: Direction) {
        self.control
            .send_modify(|control| control.silence_open(direction));
    }

    /// Silences all connections, including new ones, which are accepted.
    pub fn silence_all(&self) {
        self.control.send_modify(Control::silence_all);
    }

    /// Lets new connections work after [`Proxy::silence_all`]. Those that are open stay silent, as after a change of
    /// routes.
    pub fn admit_new(&self) {
        self.control.send_modify(Control::admit_new);
    }

    /// Ends every silence. What was sent meanwhile arrives.
    pub fn restore(&self) {
        self.control.send_modify(Control::restore);
    }

    /// Closes the open connections.
    pub fn cut_open(&self) {
        self.control.send_modify(Control::cut_open);
    }

    /// Drops the next answer that contains one row, and closes its connection: the statement is executed, but the
    /// client does not learn of it.
    pub fn lose_the_next_answer(&self) {
        self.loss.is_armed.store(true, Ordering::SeqCst);
    }

    /// Number of answers that were dropped.
    #[must_use]
    pub fn lost_answers(&self) -> u32 {
        self.loss.count.load(Ordering::SeqCst)
    }

    /// Number of connections so far.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.control.borrow().connections()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.listening.abort();
        self.cut_open();
    }
}

async fn listen(
    listener: TcpListener,
    control: watch::Sender<Control>,
    loss: Arc<Loss>,
    admission: Admission,
) {
    loop {
        // Accepting can fail for a short time, for example if there are no free file descriptors.
        let Ok((client, from)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let mut number = 0;
        control.send_modify(|control| number = control.count());
        let (control, loss) = (control.subscribe(), Arc::clone(&loss));
        let admitted = admission(from.port());
        tokio::spawn(async move {
            admitted.await;
            let server = control.borrow().server();
            if let Ok(server) = TcpStream::connect(server).await {
                copy::both_ways(number, client, server, control, &loss).await;
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    async fn nothing_arrives(server: &mut TcpStream) -> bool {
        let wait = Duration::from_millis(200);
        let read = tokio::time::timeout(wait, server.read_u8());
        read.await.is_err()
    }

    #[tokio::test]
    async fn nothing_passes_before_a_connection_is_admitted_or_during_a_silence() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let (admit, admitted) = watch::channel(false);
        let proxy = Proxy::admitting(listener.local_addr().unwrap(), move |_| {
            let mut admitted = admitted.clone();
            async move { drop(admitted.wait_for(|is_admitted| *is_admitted).await) }
        });
        let proxy = proxy.await.unwrap();
        let mut client = TcpStream::connect((Ipv4Addr::LOCALHOST, proxy.port()))
            .await
            .unwrap();
        client.write_all(b"a").await.unwrap();
        let accepted = tokio::time::timeout(Duration::from_millis(200), listener.accept());
        assert!(accepted.await.is_err());

        admit.send_replace(true);
        let (mut server, _) = listener.accept().await.unwrap();
        assert_eq!(server.read_u8().await.unwrap(), b'a');

        proxy.silence_all();
        client.write_all(b"b").await.unwrap();
        assert!(nothing_arrives(&mut server).await);
        proxy.restore();
        assert_eq!(server.read_u8().await.unwrap(), b'b');
        drop(server);
        assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
    }
}
