//! Why a deployment did not respond, and what to do about it.

use std::error::Error;
use std::{fmt, io};

use crate::failure::{Exit, Failure};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The host name does not resolve.
    Name,
    /// Connection refused or lost, or network unavailable, with the message of the operating system.
    Connection(String),
    /// The TLS handshake failed, or the certificate is not trusted, with the reason.
    Tls(String),
    Timeout,
    /// The response is not valid HTTP.
    Protocol(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name => f.write_str("host name not found"),
            Self::Connection(why) => write!(f, "connection failed: {why}"),
            Self::Tls(why) => write!(f, "TLS: {why}"),
            Self::Timeout => f.write_str("timed out"),
            Self::Protocol(why) => write!(f, "invalid HTTP response: {why}"),
        }
    }
}

impl From<ureq::Error> for Fault {
    fn from(error: ureq::Error) -> Self {
        if let Some(tls) = tls_error(&error) {
            return Self::Tls(tls.to_string());
        }
        match error {
            ureq::Error::HostNotFound => Self::Name,
            ureq::Error::Timeout(_) => Self::Timeout,
            ureq::Error::Tls(why) => Self::Tls(why.to_owned()),
            ureq::Error::Io(error) => Self::Connection(plain(&error)),
            ureq::Error::ConnectionFailed => Self::Connection("connection refused".to_owned()),
            other => Self::Protocol(other.to_string()),
        }
    }
}

/// The message of the operating system, without the error number.
pub(crate) fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    let (text, _) = text.split_once(" (os error").unwrap_or((&text, ""));
    text.to_lowercase()
}

/// The TLS error among the sources of an error, if there is one.
fn tls_error(error: &ureq::Error) -> Option<rustls::Error> {
    if let ureq::Error::Rustls(error) = error {
        return Some(error.clone());
    }
    let ureq::Error::Io(error) = error else {
        return None;
    };
    let inner = error.get_ref()? as &(dyn Error + 'static);
    let mut next: Option<&(dyn Error + 'static)> = Some(inner);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<rustls::Error>() {
            return Some(found.clone());
        }
        next = error.source();
    }
    None
}

impl Fault {
    /// Converts the fault to the error of a command that needs a response.
    pub(crate) fn failure(&self, url: &str) -> Failure {
        let (code, next) = match self {
            Self::Name => ("unreachable", "check the spelling of the URL"),
            Self::Connection(_) | Self::Timeout => (
                "unreachable",
                "check that the deployment is running: `vercel inspect URL`, or locally `cargo dev`",
            ),
            Self::Tls(_) => (
                "tls_failed",
                "inspect the certificate with `hallpass certs URL`; for a private CA, pass `--ca-cert FILE`",
            ),
            Self::Protocol(_) => (
                "not_hallpass",
                "check the host name and the port of the URL",
            ),
        };
        Failure::new(Exit::Unreachable, code, format!("cannot reach {url}"))
            .because(self)
            .next(next)
    }
}
