//! Wraps every handler: request id, cross-site check, deadline, panics, problems, log line.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, Request as HttpRequest};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use axum::middleware::{self, Next};
use futures_util::FutureExt as _;
use hallpass_core::db;
use tower::ServiceExt as _;
use tracing::Instrument as _;

use crate::App;
use crate::clock;
use crate::extract::{cross_site, unread_body};
use crate::request::Request;
use crate::respond::{PROBLEM_JSON, Problem};
use crate::telemetry::log::{self, Line};
use crate::telemetry::traces::{Parent, Span, Traces};

/// Time limit of a request, after which the response is 503.
pub(crate) const DEADLINE: Duration = Duration::from_secs(8);
/// A browser that opens a response of the API as a page must execute nothing (ASVS 3.2.1, 3.4.3).
const POLICY: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

/// A serverless function: its name, its routes and their state. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Service {
    name: &'static str,
    app: App,
    router: Router,
    /// None if no receiver of traces is configured.
    traces: Option<Arc<Traces>>,
}

impl Service {
    /// Wraps the routes of a function.
    #[must_use]
    pub fn new(name: &'static str, router: Router<App>, app: App) -> Self {
        let router = router
            .route_layer(middleware::from_fn(note_route))
            .with_state(app.clone());
        let otlp = app.config.otlp.clone();
        let traces = otlp.map(|otlp| Arc::new(Traces::new(otlp, name)));
        Self {
            name,
            app,
            router,
            traces,
        }
    }

    /// State of the routes.
    #[must_use]
    pub const fn app(&self) -> &App {
        &self.app
    }

    /// Sends the recorded spans to their receiver, if there is one, and returns when they are delivered or lost. Call
    /// it after the response, never before: it waits for the receiver.
    pub async fn send_traces(&self) {
        if let Some(traces) = &self.traces {
            traces.send().await;
        }
    }

    /// Answers a request. Never fails: a panic is answered with 500, a request past its deadline with 503.
    pub async fn answer(&self, mut request: HttpRequest) -> Response<Body> {
        let started = Instant::now();
        let method = request.method().clone();
        let context = Request::new(request.headers(), &self.app.config);
        let traced = self
            .traces
            .as_ref()
            .map(|traces| (traces, Parent::of(request.headers()), clock::now()));
        request.extensions_mut().insert(context.clone());
        let request = request.map(unread_body::discarding);
        let span = tracing::info_span!("request", request_id = context.id());
        let handled = self.handle(&method, request).instrument(span);
        let handled = AssertUnwindSafe(handled).catch_unwind();
        let (outcome, stats) = db::measure(tokio::time::timeout(DEADLINE, handled)).await;
        let mut response = match outcome {
            Ok(Ok(response)) => response,
            Ok(Err(panic)) => problem(Problem {
                cause: Some(format!("panic: {}", log::panic_text(panic.as_ref()))),
                ..Problem::of_status(StatusCode::INTERNAL_SERVER_ERROR)
            }),
            Err(_) => problem(Problem {
                retry_after: Some(2),
                ..Problem::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "deadline",
                    "the request took longer than 8 seconds; retry later",
                )
            }),
        };
        let failure = Problem::taken_from(&mut response);
        if let Some(failure) = &failure {
            replace_body(&mut response, failure.respond(context.id()));
        }
        finish(&mut response, context.id());
        let route = response.extensions().get::<Route>();
        let line = Line {
            function: self.name,
            method: &method,
            // A path without a route is not logged: the client chooses its text and its length.
            route: route.map_or("unmatched", |route| route.0.as_str()),
            status: response.status(),
            duration: started.elapsed(),
            stats,
            code: failure.as_ref().map(|failure| failure.code),
            cause: failure
                .as_ref()
                .and_then(|failure| failure.cause.as_deref()),
        };
        if let Some((traces, parent, at)) = traced {
            traces.record(Span::new(parent, at, context.id(), &line));
        }
        line.write(&context);
        response
    }

    async fn handle(&self, method: &Method, request: HttpRequest) -> Response<Body> {
        if let Err(problem) = cross_site::check(method, request.headers(), &self.app.config.origins)
        {
            return self::problem(problem);
        }
        // The error type of a router is Infallible.
        self.router
            .clone()
            .oneshot(request)
            .await
            .unwrap_or_else(|never| match never {})
    }
}

/// Template of the matched route, for the log.
#[derive(Clone, Debug)]
struct Route(MatchedPath);

async fn note_route(
    route: Option<MatchedPath>,
    request: HttpRequest,
    next: Next,
) -> Response<Body> {
    let mut response = next.run(request).await;
    if let Some(route) = route {
        response.extensions_mut().insert(Route(route));
    }
    response
}

impl Problem {
    /// The problem of the handler, or the problem for a status that the router itself returned.
    fn taken_from(response: &mut Response<Body>) -> Option<Self> {
        let left = response.extensions_mut().remove::<Self>();
        let status = response.status();
        let has_body = response
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|value| value == PROBLEM_JSON);
        let is_error = status.is_client_error() || status.is_server_error();
        // Health answers 503 with its own body.
        let is_bare =
            is_error && !has_body && !response.headers().contains_key(header::CONTENT_TYPE);
        left.or_else(|| is_bare.then(|| Self::of_status(status)))
    }
}

fn problem(problem: Problem) -> Response<Body> {
    axum::response::IntoResponse::into_response(problem)
}

/// Adds the body and the headers of the problem, and keeps headers of the handler: cookies, Allow.
fn replace_body(response: &mut Response<Body>, problem: Response<Body>) {
    let (parts, body) = problem.into_parts();
    *response.body_mut() = body;
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response.headers_mut().extend(parts.headers);
}

/// Adds the headers of every response.
fn finish(response: &mut Response<Body>, request_id: &str) {
    let headers: &mut HeaderMap = response.headers_mut();
    // JWKS, issuer metadata and openapi.json set their own.
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(POLICY),
    );
    if let Ok(id) = HeaderValue::try_from(request_id) {
        headers.insert("x-request-id", id);
    }
}
