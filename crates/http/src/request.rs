//! Context of a request: its id, the client, and the user once the request is authenticated.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use hallpass_core::{Client, Config, Geolocation};
use uuid::Uuid;

use crate::App;

/// Longest request id that is adopted from the platform.
const ID_MAX: usize = 128;

/// Context of a request. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Request(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    client: Client,
    who: OnceLock<Who>,
}

/// User and session of an authenticated request, for the log.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Who {
    pub(crate) user_id: Uuid,
    pub(crate) session_id: Uuid,
}

impl Request {
    pub(crate) fn new(headers: &HeaderMap, config: &Config) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        // Only the platform's own headers are trusted, and only on the platform, which sets them.
        let ip = text("x-real-ip")
            .or_else(|| text("x-vercel-forwarded-for"))
            .filter(|_| config.on_platform);
        let ip = ip.and_then(|ip| ip.split(',').next()?.trim().parse::<IpAddr>().ok());
        let place = text("x-vercel-ip-country")
            .filter(|_| config.on_platform)
            .and_then(|country| Geolocation::new(country, text("x-vercel-ip-city")));
        let id = text("x-vercel-id").filter(|id| config.on_platform && is_plain(id));
        let id = id.map_or_else(|| Uuid::now_v7().to_string(), str::to_owned);
        let user_agent = headers
            .get("user-agent")
            .map(|agent| String::from_utf8_lossy(agent.as_bytes()));
        let client = Client::new(ip, user_agent.as_deref(), id).at(place);
        Self(Arc::new(Inner {
            client,
            who: OnceLock::new(),
        }))
    }

    pub(crate) fn id(&self) -> &str {
        &self.0.client.request_id
    }

    pub(crate) fn client(&self) -> &Client {
        &self.0.client
    }

    /// Records the user and the session of the request.
    pub(crate) fn is_from(&self, user_id: Uuid, session_id: Uuid) {
        let _ = self.0.who.set(Who {
            user_id,
            session_id,
        });
    }

    pub(crate) fn who(&self) -> Option<Who> {
        self.0.who.get().copied()
    }
}

fn is_plain(id: &str) -> bool {
    !id.is_empty() && id.len() <= ID_MAX && id.bytes().all(|byte| byte.is_ascii_graphic())
}

impl FromRequestParts<App> for Request {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(parts
            .extensions
            .get::<Self>()
            .cloned()
            .unwrap_or_else(|| Self::new(&parts.headers, &app.config)))
    }
}
