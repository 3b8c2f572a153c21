//! TLS handshake that returns the server's certificate even if it is not trusted.

use std::io::{self, Read as _, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::sync::Arc;
use std::time::Duration;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use time::OffsetDateTime;

use super::certificate::Certificate;
use crate::detached::spawn_detached;
use crate::outgoing::fault::plain;

/// Timeout of the connection, and of each read and write.
const TIMEOUT: Duration = Duration::from_secs(8);
/// `SSLRequest` of the PostgreSQL protocol: length 8, code 80877103.
/// <https://www.postgresql.org/docs/18/protocol-message-formats.html>
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

/// Protocol of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Https,
    PlainHttp,
    Postgres { is_local: bool },
}

#[derive(Debug)]
pub(super) struct Endpoint {
    host: String,
    port: u16,
    pub(super) kind: Kind,
    roots: Arc<RootCertStore>,
}

#[derive(Debug)]
pub(super) enum Seen {
    Certificate {
        found: Certificate,
        /// Why the certificate is not trusted; `None` if it is trusted.
        mistrust: Option<String>,
    },
    NoneNeeded(&'static str),
    Insecure(&'static str),
}

impl Endpoint {
    pub(super) fn new(host: &str, port: u16, kind: Kind, roots: Arc<RootCertStore>) -> Self {
        Self {
            host: host.to_owned(),
            port,
            kind,
            roots,
        }
    }

    pub(super) fn is_at(&self, other: &Self) -> bool {
        self.host == other.host && self.port == other.port
    }

    pub(super) fn address(&self) -> String {
        if self.host.is_empty() {
            "Unix socket".to_owned()
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

/// # Errors
/// The connection or the handshake failed; the text says why.
pub(super) async fn inspect(endpoint: Endpoint, now: OffsetDateTime) -> Result<Seen, String> {
    let seen = spawn_detached(move || connect(&endpoint, now)).await;
    seen.unwrap_or_else(|error| Err(plain(&error)))
}

fn connect(endpoint: &Endpoint, now: OffsetDateTime) -> Result<Seen, String> {
    match endpoint.kind {
        Kind::PlainHttp => {
            return Ok(Seen::NoneNeeded(
                "plain HTTP on this machine: no certificate",
            ));
        }
        _ if endpoint.host.is_empty() => {
            return Ok(Seen::NoneNeeded("Unix socket: no certificate"));
        }
        _ => {}
    }
    let mut stream = open(endpoint).map_err(|error| match error.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => "timed out".to_owned(),
        _ => format!("connection failed: {}", plain(&error)),
    })?;
    if let Kind::Postgres { is_local } = endpoint.kind {
        match request_tls(&mut stream) {
            Ok(b'S') => {}
            Ok(b'N') if is_local => {
                return Ok(Seen::NoneNeeded(
                    "server on this machine without TLS: no certificate",
                ));
            }
            Ok(b'N') => return Ok(Seen::Insecure("the server does not support TLS")),
            Ok(_) => return Err("not a PostgreSQL server".to_owned()),
            Err(error) => return Err(format!("no response: {}", plain(&error))),
        }
    }
    let chain = handshake(endpoint, &mut stream)?;
    let (leaf, intermediates) = chain
        .split_first()
        .ok_or("the server sent no certificate")?;
    let found = Certificate::parse(leaf).ok_or("the certificate cannot be parsed")?;
    let mistrust = verify(endpoint, leaf, intermediates, now).err();
    Ok(Seen::Certificate { found, mistrust })
}

fn open(endpoint: &Endpoint) -> io::Result<TcpStream> {
    let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for address in (endpoint.host.as_str(), endpoint.port).to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, TIMEOUT) {
            Ok(stream) => {
                stream.set_read_timeout(Some(TIMEOUT))?;
                stream.set_write_timeout(Some(TIMEOUT))?;
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn request_tls(stream: &mut TcpStream) -> io::Result<u8> {
    stream.write_all(&SSL_REQUEST)?;
    let mut answer = [0];
    stream.read_exact(&mut answer)?;
    Ok(answer[0])
}

fn handshake(
    endpoint: &Endpoint,
    stream: &mut TcpStream,
) -> Result<Vec<CertificateDer<'static>>, String> {
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Unverified(provider)))
        .with_no_client_auth();
    let name = server_name(endpoint)?;
    let mut connection =
        ClientConnection::new(Arc::new(config), name).map_err(|error| error.to_string())?;
    while connection.is_handshaking() {
        connection
            .complete_io(stream)
            .map_err(|error| format!("TLS handshake failed: {}", plain(&error)))?;
    }
    let chain = connection.peer_certificates().unwrap_or_default();
    Ok(chain.iter().map(|der| der.clone().into_owned()).collect())
}

fn server_name(endpoint: &Endpoint) -> Result<ServerName<'static>, String> {
    ServerName::try_from(endpoint.host.clone()).map_err(|error| error.to_string())
}

/// Verifies the certificate as clients do.
fn verify(
    endpoint: &Endpoint,
    leaf: &CertificateDer<'_>,
    intermediates: &[CertificateDer<'_>],
    now: OffsetDateTime,
) -> Result<(), String> {
    let provider = Arc::new(ring::default_provider());
    let verifier =
        WebPkiServerVerifier::builder_with_provider(endpoint.roots.clone(), provider).build();
    let verifier = verifier.map_err(|error| error.to_string())?;
    let seconds = u64::try_from(now.unix_timestamp()).unwrap_or_default();
    let now = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    let name = server_name(endpoint)?;
    verifier
        .verify_server_cert(leaf, intermediates, &name, &[], now)
        .map(|_| ())
        .map_err(|error| format!("not trusted: {error}"))
}

/// Accepts every certificate, so that it can be inspected. No data is sent on such a connection.
#[derive(Debug)]
struct Unverified(Arc<CryptoProvider>);

impl ServerCertVerifier for Unverified {
    fn verify_server_cert(
        &self,
        _leaf: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
