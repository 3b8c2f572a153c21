//! An HTTP client that shows exactly what was answered: no redirects, no cookies, one connection a request.

use std::net::Ipv4Addr;

use http_body_util::Full;
use hyper::Request;
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::Answer;

/// Sends the request.
pub async fn send<B: Into<Bytes>>(request: Request<B>) -> Answer {
    send_by(HttpConnector::new(), request).await
}

/// Sends the request from this loopback address, as another client.
pub async fn send_from<B: Into<Bytes>>(from: Ipv4Addr, request: Request<B>) -> Answer {
    let mut connector = HttpConnector::new();
    connector.set_local_address(Some(from.into()));
    send_by(connector, request).await
}

async fn send_by<B: Into<Bytes>>(connector: HttpConnector, request: Request<B>) -> Answer {
    let client = Client::builder(TokioExecutor::new()).build::<_, Full<Bytes>>(connector);
    let request = request.map(|body| Full::new(body.into()));
    Answer::read(client.request(request).await.unwrap()).await
}

/// A GET request without further headers.
pub async fn get(url: &str) -> Answer {
    get_with(url, &[]).await
}

/// A GET request with these headers.
pub async fn get_with(url: &str, headers: &[(&str, &str)]) -> Answer {
    let request = headers
        .iter()
        .fold(Request::get(url), |request, (name, value)| {
            request.header(*name, *value)
        });
    send(request.body("").unwrap()).await
}
