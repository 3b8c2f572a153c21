//! The functions, with the same service around them as in the binaries.

use std::sync::LazyLock;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use hallpass_core::AppContext;
use hallpass_core::tokens::access;
use hallpass_http::{Service, fetch_range, routes};
use serde_json::Value;
use time::OffsetDateTime;
use tokio::runtime::Runtime;
use uuid::Uuid;

/// The functions, and the single-threaded runtime on which they run.
#[derive(Debug)]
pub struct Functions {
    runtime: Runtime,
    services: Vec<(&'static str, Service)>,
    pub hallpass: AppContext,
}

/// A response whose body has been read completely.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

static FUNCTIONS: LazyLock<Functions> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap_or_else(|error| panic!("{error}"));
    let hallpass = {
        let _entered = runtime.enter();
        AppContext::new(super::config(), fetch_range)
    };
    let services =
        routes::all().map(|(name, router)| (name, Service::new(name, router, hallpass.clone())));
    Functions {
        runtime,
        services: services.into(),
        hallpass,
    }
});

impl Functions {
    pub fn get() -> &'static Self {
        &FUNCTIONS
    }

    /// Sends a request to a function. Panics if the response breaks a rule that holds for every response.
    pub fn answer(&self, function: &str, request: Request<Body>) -> Answer {
        let service = self.services.iter().find(|(name, _)| *name == function);
        let (_, service) = service.unwrap_or_else(|| panic!("no function {function}"));
        let answer = self.runtime.block_on(async {
            let (parts, body) = service.answer(request).await.into_parts();
            let body = to_bytes(body, usize::MAX).await;
            Answer {
                status: parts.status.as_u16(),
                headers: parts.headers,
                body: body.unwrap_or_else(|error| panic!("{error}")).to_vec(),
            }
        });
        answer.check();
        answer
    }

    /// `Authorization` header of a signed-in user: the access token is valid, but its session is in no database.
    pub fn bearer(&self) -> String {
        let now = OffsetDateTime::now_utc();
        let user = Uuid::from_u128(1);
        let token = access::encode(&self.hallpass.keys, user, 0, user, &[], now);
        let token = token.unwrap_or_else(|error| panic!("{error}"));
        format!("Bearer {}", token.expose())
    }
}

impl Answer {
    /// No input causes a 500, and every refusal is a problem document (RFC 9457).
    fn check(&self) {
        assert_ne!(self.status, 500, "{self:?}");
        assert!(self.headers.contains_key("x-request-id"), "{self:?}");
        assert!(self.headers.contains_key("cache-control"), "{self:?}");
        if StatusCode::from_u16(self.status).is_ok_and(|status| status.as_u16() >= 400) {
            assert_eq!(self.headers["content-type"], "application/problem+json");
            assert_eq!(self.json()["status"], self.status, "{self:?}");
            assert!(self.json()["code"].is_string(), "{self:?}");
        }
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// Whether the request was accepted by every parser and failed only because there is no database.
    pub fn was_accepted(&self) -> bool {
        self.status == 503 && self.code() == "unavailable"
    }

    /// Panics unless the status is one of these.
    pub fn expect_any(&self, statuses: &[u16]) {
        assert!(statuses.contains(&self.status), "{self:?}");
    }
}
