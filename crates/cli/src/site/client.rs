//! HTTP client for a deployment. It measures response times.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use serde_json::Value;
use ureq::http::{HeaderMap, HeaderValue};
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, Body};

use super::origin::Origin;
use crate::cli::SiteOptions;
use crate::detached::spawn_detached;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::outgoing::fault::Fault;

/// Maximum time to wait for a response. It is longer than the deadline of the functions (8 s).
const TIMEOUT: Duration = Duration::from_secs(15);
/// Maximum size of a response body in bytes.
const BODY_MAX: u64 = 8 << 20;
/// Header that bypasses deployment protection.
/// <https://vercel.com/docs/deployment-protection/methods-to-bypass-deployment-protection/protection-bypass-automation>
const BYPASS_HEADER: &str = "x-vercel-protection-bypass";
const BYPASS_VARIABLE: &str = "VERCEL_AUTOMATION_BYPASS_SECRET";

#[derive(Clone, Debug)]
pub(crate) struct Site {
    agent: Agent,
    pub(crate) origin: Origin,
    bypass: Option<HeaderValue>,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
    /// `Value::Null` if the body is not JSON.
    pub(crate) body: Value,
    pub(crate) milliseconds: u64,
}

#[derive(Clone, Debug)]
pub(crate) struct Request {
    path: String,
    token: Option<String>,
    body: Option<Value>,
}

impl Request {
    pub(crate) fn get(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            token: None,
            body: None,
        }
    }

    pub(crate) fn post(path: &str, body: Value) -> Self {
        Self {
            body: Some(body),
            ..Self::get(path)
        }
    }

    pub(crate) fn by(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }
}

impl Site {
    /// Creates a client for the deployment that the command line names.
    ///
    /// # Errors
    /// As [`Site::new`].
    pub(crate) fn named(environment: &Environment, options: &SiteOptions) -> Result<Self, Failure> {
        Self::new(environment, &options.url, options.ca_cert.as_deref())
    }

    /// # Errors
    /// The URL is invalid, the CA file cannot be read, or the bypass secret is invalid.
    pub(crate) fn new(
        environment: &Environment,
        url: &str,
        ca_file: Option<&Path>,
    ) -> Result<Self, Failure> {
        let origin = Origin::parse(url)?;
        let bypass = environment
            .get(BYPASS_VARIABLE)
            .map(|secret| HeaderValue::from_str(secret.trim()))
            .transpose()
            .map_err(|_| {
                Failure::configuration(format!(
                    "{BYPASS_VARIABLE} contains characters that a header cannot contain"
                ))
            })?;
        let roots = match ca_file {
            None => RootCerts::WebPki,
            Some(path) => {
                let list = authorities(path)?.into_iter();
                let list = list.map(|der| Certificate::from_der(der.as_ref()).to_owned());
                RootCerts::Specific(Arc::new(list.collect()))
            }
        };
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(TIMEOUT))
            // Passwords and the bypass secret must not be sent to another host.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .tls_config(TlsConfig::builder().root_certs(roots).build())
            .user_agent(concat!("hallpass/", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(Self {
            agent: config.into(),
            origin,
            bypass,
        })
    }

    /// # Errors
    /// There is no response; the [`Fault`] says why.
    pub(crate) async fn send(&self, request: Request) -> Result<Answer, Fault> {
        let site = self.clone();
        let answer = spawn_detached(move || site.exchange(request)).await;
        answer.unwrap_or_else(|error| Err(Fault::Connection(crate::outgoing::fault::plain(&error))))
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Answer, Fault> {
        self.send(Request::get(path)).await
    }

    fn exchange(&self, request: Request) -> Result<Answer, Fault> {
        let url = format!("{}{}", self.origin.text, request.path);
        let method = if request.body.is_some() {
            "POST"
        } else {
            "GET"
        };
        let mut head = ureq::http::Request::builder().method(method).uri(url);
        if let Some(bypass) = &self.bypass {
            head = head.header(BYPASS_HEADER, bypass);
        }
        if let Some(token) = request.token {
            head = head.header("authorization", format!("Bearer {token}"));
        }
        if request.body.is_some() {
            head = head.header("content-type", "application/json");
        }
        let body = request
            .body
            .map(|body| body.to_string())
            .unwrap_or_default();
        let head = head.body(body);
        let head = head.map_err(|error| Fault::Protocol(error.to_string()))?;
        let began = Instant::now();
        let (parts, body) = self.agent.run(head)?.into_parts();
        let bytes = read(body)?;
        Ok(Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
            bytes,
            milliseconds: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        })
    }
}

fn read(mut body: Body) -> Result<Vec<u8>, Fault> {
    Ok(body.with_config().limit(BODY_MAX).read_to_vec()?)
}

/// Reads the certificates of a PEM file.
///
/// # Errors
/// The file cannot be read, or contains no certificate.
pub(crate) fn authorities(path: &Path) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let shown = path.display();
    let text = std::fs::read(path)
        .map_err(|error| Failure::configuration(format!("cannot read {shown}")).because(error))?;
    let list: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    match list {
        Ok(list) if !list.is_empty() => Ok(list),
        _ => Err(Failure::configuration(format!(
            "{shown} contains no certificate in PEM format"
        ))),
    }
}

impl Answer {
    /// A string in the body; empty if it is missing.
    pub(crate) fn text(&self, pointer: &str) -> &str {
        let value = self.body.pointer(pointer).and_then(Value::as_str);
        value.unwrap_or_default()
    }

    /// A header; empty if it is missing or not text.
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    }

    /// The status and, if the response is a problem, its code.
    pub(crate) fn outcome(&self) -> String {
        let code = self.text("/code");
        match (code, self.header("x-vercel-error")) {
            ("", "") => self.status.to_string(),
            ("", code) | (code, _) => format!("{} {code}", self.status),
        }
    }
}
