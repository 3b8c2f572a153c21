//! A connection to another server, with TLS wherever it is not this machine.

use std::sync::{Arc, LazyLock};

use axum::body::Bytes;
use axum::http::{Request, StatusCode};
use hallpass_core::config::Endpoint;
use http_body_util::Full;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Public CAs, compiled in, as for the database's connection. Made at the first use.
static TLS: LazyLock<Option<TlsConnector>> = LazyLock::new(|| {
    let roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    let builder = ClientConfig::builder_with_provider(Arc::new(default_provider()));
    let config = builder.with_safe_default_protocol_versions().ok()?;
    let config = config.with_root_certificates(roots).with_no_client_auth();
    Some(TlsConnector::from(Arc::new(config)))
});

/// A connection that takes requests.
pub(super) struct Connection {
    sender: SendRequest<Full<Bytes>>,
    driver: JoinHandle<()>,
}

impl Drop for Connection {
    /// The answer's body is of no interest, however long it is.
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl Connection {
    pub(super) async fn send(
        &mut self,
        request: Request<Full<Bytes>>,
    ) -> Result<StatusCode, String> {
        let answer = self.sender.send_request(request).await;
        answer
            .map(|answer| answer.status())
            .map_err(|error| format!("no answer: {error}"))
    }
}

/// Connects and, where it is to be, agrees on TLS with a server that proves its name.
pub(super) async fn connect(to: &Endpoint) -> Result<Connection, String> {
    let stream = TcpStream::connect((to.host.as_str(), to.port))
        .await
        .map_err(|error| format!("no connection: {error}"))?;
    if !to.is_tls {
        return open(stream).await;
    }
    let name = ServerName::try_from(to.host.clone())
        .map_err(|_| "no name that a certificate could have".to_owned())?;
    let connector = TLS.as_ref().ok_or_else(|| "no TLS".to_owned())?;
    let stream = connector.connect(name, stream).await;
    open(stream.map_err(|error| format!("no TLS: {error}"))?).await
}

async fn open<S>(stream: S) -> Result<Connection, String>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin + 'static,
{
    let (sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|error| format!("no HTTP: {error}"))?;
    let driver = tokio::spawn(async move {
        // What goes wrong here, the request's answer says.
        let _ = connection.await;
    });
    Ok(Connection { sender, driver })
}
