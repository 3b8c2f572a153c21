//! Opens connections to other servers, with TLS if the URL's scheme is `https`.

use std::sync::{Arc, LazyLock};

use hallpass_core::config::Endpoint;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Trusts the public CAs that are compiled in, as database connections do. Created when it is first used.
static TLS: LazyLock<Option<TlsConnector>> = LazyLock::new(|| {
    let roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    let builder = ClientConfig::builder_with_provider(Arc::new(default_provider()));
    let config = builder.with_safe_default_protocol_versions().ok()?;
    let config = config.with_root_certificates(roots).with_no_client_auth();
    Some(TlsConnector::from(Arc::new(config)))
});

/// Common type of plain and TLS connections, so that the HTTP client is not compiled twice into every function.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// Connects. With TLS, the server must present a valid certificate for its host name.
pub(super) async fn connect(to: &Endpoint) -> Result<Box<dyn Stream>, String> {
    let stream = TcpStream::connect((to.host(), to.port()))
        .await
        .map_err(|error| format!("connection failed: {error}"))?;
    if !to.is_tls() {
        return Ok(Box::new(stream));
    }
    let name = ServerName::try_from(to.host().to_owned())
        .map_err(|_| "the host is not a valid TLS server name".to_owned())?;
    let connector = TLS
        .as_ref()
        .ok_or_else(|| "TLS is not available".to_owned())?;
    let stream = connector.connect(name, stream).await;
    Ok(Box::new(stream.map_err(|error| {
        format!("TLS handshake failed: {error}")
    })?))
}
