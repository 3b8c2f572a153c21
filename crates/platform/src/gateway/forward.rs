//! Forwards a request to a function and returns its response, with the headers that Vercel sets.

use std::error::Error as StdError;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};

use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};
use hyper::header::{
    CONNECTION, FORWARDED, HOST, HeaderName, HeaderValue, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use hyper::{HeaderMap, Request, Response, Uri};
use hyper_util::client::legacy::Error as ClientError;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::Gateway;
use super::answers::Problem;
use super::lent::Lent;
use super::unread::Discarding;
use crate::functions::{Assigned, Body};

/// 4.5 MB in bytes: the number of bytes whose base64 form has 6 MiB.
const LARGEST_BODY: usize = 6 * 1024 * 1024 * 3 / 4;

/// How often a request is repeated that cannot have reached an instance.
const REPEATS: usize = 2;

/// Marks a response that comes from a function. Headers of such a response take priority.
#[derive(Clone)]
pub(super) struct FromFunction;

/// What the platform adds to one request.
#[derive(Clone, Copy)]
pub(super) struct Forwarding<'r> {
    pub(super) name: &'r str,
    pub(super) added_query: &'r str,
    pub(super) id: &'r str,
    pub(super) peer: SocketAddr,
}

impl Gateway {
    pub(super) async fn forward(
        &self,
        request: Request<Discarding>,
        forwarding: Forwarding<'_>,
    ) -> Result<Response<Body>, Problem> {
        if request.body().size_hint().lower() > LARGEST_BODY as u64 {
            return Err(Problem::request_too_large());
        }
        let (mut parts, body) = request.into_parts();
        set_headers(&mut parts.headers, &parts.uri, forwarding);
        self.set_place(&mut parts.headers, forwarding.peer);
        parts.version = hyper::Version::HTTP_11;
        parts.extensions.clear();
        let request = Request::from_parts(parts, Lent::new(body));
        let answer = self.ask(&request, forwarding);
        let mut response = match tokio::time::timeout(self.function_timeout, answer).await {
            Ok(outcome) => outcome?,
            Err(_) => return Err(Problem::timeout()),
        };
        if response.body().size_hint().lower() > LARGEST_BODY as u64 {
            return Err(Problem::response_too_large());
        }
        remove_connection_headers(response.headers_mut());
        response.extensions_mut().insert(FromFunction);
        Ok(response.map(|body| body.map_err(Into::into).boxed_unsync()))
    }
}

impl Gateway {
    /// Sends the request to the instance whose turn it is. If it cannot have reached that instance, which has just
    /// ended, it is sent to another one.
    async fn ask(
        &self,
        request: &Request<Lent>,
        forwarding: Forwarding<'_>,
    ) -> Result<Response<Incoming>, Problem> {
        let mut repeats_left = REPEATS;
        loop {
            let assigned = self.functions.next(forwarding.name).await;
            let assigned = assigned.map_err(|error| Problem::not_started(&error))?;
            match send(request, &assigned, forwarding.added_query).await? {
                Ok(response) => {
                    // A function that has received SIGTERM closes its connections.
                    if is_closing(response.headers()) {
                        assigned.retire();
                    }
                    return Ok(response);
                }
                Err(error) if is_too_large(&error) => return Err(Problem::request_too_large()),
                Err(error) if may_repeat(request, &error) && repeats_left > 0 => {
                    assigned.retire();
                    repeats_left -= 1;
                }
                Err(error) => return Err(Problem::no_response(chain(&error))),
            }
        }
    }
}

async fn send(
    request: &Request<Lent>,
    assigned: &Assigned,
    added_query: &str,
) -> Result<Result<Response<Incoming>, ClientError>, Problem> {
    let mut sent = Request::new(Limited::new(request.body().clone(), LARGEST_BODY).boxed_unsync());
    *sent.method_mut() = request.method().clone();
    *sent.uri_mut() = target(request.uri(), assigned.port(), added_query)?;
    *sent.headers_mut() = request.headers().clone();
    Ok(assigned.client().request(sent).await)
}

/// Whether no byte of the request can have been processed: the instance does not listen any more.
fn may_repeat(request: &Request<Lent>, error: &ClientError) -> bool {
    let is_refused = causes(error)
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::ConnectionRefused);
    error.is_connect() && is_refused && request.body().is_untouched()
}

fn is_closing(headers: &HeaderMap) -> bool {
    headers
        .get(CONNECTION)
        .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"close"))
}

impl Gateway {
    /// Vercel percent-encodes the city, because header values cannot contain all letters.
    fn set_place(&self, headers: &mut HeaderMap, peer: SocketAddr) {
        let Some((country, city)) = self.places.get(&peer.ip().to_canonical()) else {
            return;
        };
        let city = utf8_percent_encode(city, NON_ALPHANUMERIC).to_string();
        for (name, value) in [
            ("x-vercel-ip-country", country),
            ("x-vercel-ip-city", &city),
        ] {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
    }
}

fn target(original: &Uri, port: u16, added_query: &str) -> Result<Uri, Problem> {
    let query = match (original.query(), added_query) {
        (None, "") => String::new(),
        (None, added) => format!("?{added}"),
        (Some(query), "") => format!("?{query}"),
        (Some(query), added) => format!("?{query}&{added}"),
    };
    let target = format!("http://127.0.0.1:{port}{}{query}", original.path());
    target.parse().map_err(|_| Problem::not_found())
}

/// The number of a request in this process. The runtime requires one.
fn next_number() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed) + 1
}

fn set_headers(headers: &mut HeaderMap, uri: &Uri, forwarding: Forwarding<'_>) {
    remove_connection_headers(headers);
    // A client must not be able to set headers that tell the function who the client is.
    let claimed: Vec<HeaderName> = headers
        .keys()
        .filter(|name| is_ours(name))
        .cloned()
        .collect();
    for name in claimed {
        headers.remove(name);
    }
    // If the request line contains the host, it takes priority over the `Host` header (RFC 9112 section 3.2.2).
    if let Some(host) = uri
        .authority()
        .and_then(|host| HeaderValue::from_str(host.as_str()).ok())
    {
        headers.insert(HOST, host);
    }
    let client = forwarding.peer.ip().to_canonical().to_string();
    let host = headers.get(HOST).cloned();
    let own = [
        ("x-real-ip", client.as_str()),
        ("x-forwarded-for", &client),
        ("x-vercel-forwarded-for", &client),
        ("x-forwarded-proto", "http"),
        ("x-vercel-id", forwarding.id),
        ("x-vercel-internal-invocation-id", forwarding.id),
        ("x-vercel-internal-request-id", &next_number().to_string()),
    ];
    for (name, value) in own {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    if let Some(host) = host {
        headers.insert(HeaderName::from_static("x-forwarded-host"), host.clone());
        headers.insert(HeaderName::from_static("x-vercel-deployment-url"), host);
    }
}

fn is_ours(name: &HeaderName) -> bool {
    *name == FORWARDED
        || name == "x-real-ip"
        || name.as_str().starts_with("x-vercel-")
        || name.as_str().starts_with("x-forwarded-")
}

/// Headers that concern a single connection must not be forwarded (RFC 9110 section 7.6.1).
fn remove_connection_headers(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    let always = [CONNECTION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE];
    for name in named.into_iter().chain(always) {
        headers.remove(name);
    }
    headers.remove("keep-alive");
    headers.remove("proxy-connection");
}

fn is_too_large(error: &(dyn StdError + 'static)) -> bool {
    causes(error).any(<dyn StdError>::is::<LengthLimitError>)
}

fn chain(error: &(dyn StdError + 'static)) -> String {
    causes(error)
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

fn causes<'e>(
    error: &'e (dyn StdError + 'static),
) -> impl Iterator<Item = &'e (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&cause| cause.source())
}
