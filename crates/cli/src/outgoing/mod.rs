//! HTTP requests to URLs that the operator's variables contain.

pub(crate) mod fault;

use std::time::Duration;

use hallpass_core::config::Endpoint;
use hallpass_core::passwords::RangeAnswer;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body};

use crate::detached::spawn_detached;
use fault::{Fault, plain};

const TIMEOUT: Duration = Duration::from_secs(10);
/// Maximum size of a response body in bytes.
const BODY_MAX: u64 = 512 * 1024;

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

/// Fetches a range of hashes of leaked passwords. Does not follow redirects.
pub(crate) fn fetch_range(from: Endpoint) -> RangeAnswer {
    Box::pin(async move {
        let headers = vec![("add-padding", "true".to_owned())];
        let answer = send("GET", from, headers, String::new()).await;
        match answer.map_err(|fault| fault.to_string())? {
            Answer { status: 200, body } => Ok(body),
            Answer { status, .. } => Err(format!("responded with {status}")),
        }
    })
}

/// Sends one request. Does not follow redirects.
///
/// # Errors
/// There is no response; the [`Fault`] says why.
pub(crate) async fn send(
    method: &'static str,
    to: Endpoint,
    headers: Vec<(&'static str, String)>,
    body: String,
) -> Result<Answer, Fault> {
    let answer = spawn_detached(move || exchange(method, &to, headers, body)).await;
    answer.unwrap_or_else(|error| Err(Fault::Connection(plain(&error))))
}

fn exchange(
    method: &str,
    to: &Endpoint,
    headers: Vec<(&'static str, String)>,
    body: String,
) -> Result<Answer, Fault> {
    let tls = TlsConfig::builder().root_certs(RootCerts::WebPki).build();
    let agent: Agent = Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(TIMEOUT))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .tls_config(tls)
        .user_agent(concat!("hallpass/", env!("CARGO_PKG_VERSION")))
        .build()
        .into();
    let request = ureq::http::Request::builder().method(method).uri(to.url());
    let request = headers
        .into_iter()
        .fold(request, |request, (name, value)| {
            request.header(name, value)
        })
        .body(body)
        .map_err(|error| Fault::Protocol(error.to_string()))?;
    let (parts, body) = agent.run(request)?.into_parts();
    let read = |mut body: Body| body.with_config().limit(BODY_MAX).read_to_vec();
    Ok(Answer {
        status: parts.status.as_u16(),
        body: String::from_utf8_lossy(&read(body)?).into_owned(),
    })
}
