//! The gateway: one HTTP port in front of static files and functions, like Vercel's edge.

mod answers;
mod forward;
mod lent;
mod listen;
mod request_id;
mod unread;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::header::HeaderValue;
use hyper::{Request, Response};

use crate::functions::{Body, Functions};
use crate::routes::{Destination, Routes, StaticFile};
use answers::Problem;
pub(crate) use listen::Serving;
pub use listen::{Listeners, bind};
use unread::Discarding;

/// Country and city of client addresses that the gateway can locate.
pub(crate) type Places = BTreeMap<IpAddr, (String, String)>;

/// State that is shared by all requests.
#[derive(Debug)]
pub(crate) struct Gateway {
    pub(crate) routes: Routes,
    pub(crate) functions: Functions,
    pub(crate) places: Places,
    /// Maximum time until the response of a function begins.
    pub(crate) function_timeout: Duration,
}

impl Gateway {
    /// Responds to one request.
    async fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
        peer: SocketAddr,
    ) -> Response<Body> {
        let id = request_id::fresh();
        let path = request.uri().path().to_owned();
        let request = request.map(Discarding::new);
        let mut response = match self.routes.resolve(&path) {
            Destination::Redirect { to, permanent } => {
                // As on Vercel, the headers of `vercel.json` are not added to a redirect.
                let mut response = answers::redirect(&to, permanent);
                name(&mut response, &id);
                return response;
            }
            Destination::File(file) => {
                match StaticFile::read(&file, request.method(), request.headers()).await {
                    Ok(file) => answers::file(file),
                    Err(_) => answers::problem(&Problem::not_found(), &id),
                }
            }
            Destination::Function { name, added_query } => {
                let forwarding = forward::Forwarding {
                    name: &name,
                    added_query: &added_query,
                    id: &id,
                    peer,
                };
                match self.forward(request, forwarding).await {
                    Ok(response) => response,
                    Err(problem) => answers::problem(&problem, &id),
                }
            }
            Destination::NotFound => answers::problem(&Problem::not_found(), &id),
        };
        for (name, value) in self.routes.headers_for(&path) {
            // A header that a function sets takes priority over the configuration file
            // (<https://vercel.com/kb/guide/set-cache-control-headers>). The default headers of a static file do not.
            let own = response
                .extensions()
                .get::<forward::FromFunction>()
                .is_some();
            if !own || !response.headers().contains_key(&name) {
                response.headers_mut().insert(name, value);
            }
        }
        name(&mut response, &id);
        response
    }
}

fn name(response: &mut Response<Body>, id: &str) {
    if let Ok(id) = HeaderValue::from_str(id) {
        response.headers_mut().insert("x-vercel-id", id);
    }
}
