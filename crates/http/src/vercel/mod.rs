//! Adapter to Vercel's runtime, the only module that uses it. The runtime's own axum layer is not used: it drops the
//! state of the request and reads bodies without a limit.

mod body;
mod linger;

use std::fmt;
use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, header};
use hallpass_core::{AppContext, Config};
use tokio::sync::oneshot;
use vercel_runtime::{AppState, LogContext, service_fn};

use self::linger::Linger;
use crate::telemetry::log;
use crate::{App, Service, fetch_range};

/// Time limit for closing the pool after SIGTERM.
const CLOSE_LIMIT: Duration = Duration::from_millis(400);

/// Why a function did not start, or stopped, in one line.
pub struct Error(String);

impl fmt::Debug for Error {
    /// `main` prints this.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

/// Runs a function until the platform ends it.
///
/// # Errors
/// A missing or invalid variable, an incompatible pooler or a port in use.
pub async fn run(name: &'static str, router: Router<App>) -> Result<(), Error> {
    let (app, linger) = start()?;
    warm(app.clone(), linger.clone());
    serve(name, router, app, linger).await
}

/// Runs a function that never connects to the database.
///
/// # Errors
/// As [`run`].
pub async fn run_without_database(name: &'static str, router: Router<App>) -> Result<(), Error> {
    let (app, linger) = start()?;
    serve(name, router, app, linger).await
}

fn start() -> Result<(App, Linger), Error> {
    log::start();
    let config = Config::from_env()
        .and_then(|config| config.require_url().map(|()| config))
        .map_err(|error| Error(error.to_string()))?;
    let app = AppContext::new(config, fetch_range);
    let linger = Linger::new(app.clone());
    Ok((app, linger))
}

async fn serve(
    name: &'static str,
    router: Router<App>,
    app: App,
    linger: Linger,
) -> Result<(), Error> {
    let service = Arc::new(Service::new(name, router, app.clone()));
    let ending = linger.clone();
    let handler = service_fn(move |request: vercel_runtime::Request, state: AppState| {
        let (service, linger) = (Arc::clone(&service), linger.clone());
        async move {
            let sent = guard(&state, &linger, &service);
            let channel = channel(&state, request.headers());
            let answer = service.answer(request.map(Body::new));
            let mut response = log::CHANNEL.scope(channel.clone(), answer).await;
            if linger.is_ending() {
                // The platform must not send further requests over this connection.
                let close = HeaderValue::from_static("close");
                response.headers_mut().insert(header::CONNECTION, close);
            }
            Ok::<_, vercel_runtime::Error>(body::streamed(response, channel, sent))
        }
    });
    let result = vercel_runtime::run(handler).await;
    if result.is_ok() {
        ending.until_answered().await;
    }
    app.db.close(CLOSE_LIMIT).await;
    result.map_err(|error| Error(format!("the function could not serve: {error}")))
}

/// Connects while the runtime starts. An incompatible pooler ends the process before it serves a request. If no request
/// follows, the connection is closed.
fn warm(app: App, linger: Linger) {
    tokio::spawn(async move {
        if let Err(mismatch) = app.db.warm().await {
            let _ = writeln!(std::io::stderr(), "Error: {mismatch}");
            std::process::exit(1);
        }
        linger.until_quiet().await;
    });
}

/// Log channel of the runtime, if this request has one.
fn channel(state: &AppState, headers: &HeaderMap) -> Option<LogContext> {
    let has = |name: &str| headers.contains_key(name);
    (has("x-vercel-internal-invocation-id") && has("x-vercel-internal-request-id"))
        .then(|| state.log_context.clone())
}

/// Keeps the process alive until the response has been delivered and its trace is sent: on SIGTERM the runtime waits
/// for registered work only, not for handlers.
fn guard(state: &AppState, linger: &Linger, service: &Arc<Service>) -> oneshot::Sender<()> {
    let (sent, answered) = oneshot::channel();
    linger.begin();
    let (linger, service) = (linger.clone(), Arc::clone(service));
    state.wait_until(async move {
        // An error means that the response was dropped, which ends the wait as well.
        let _ = answered.await;
        linger.answered();
        service.send_traces().await;
        linger.until_quiet().await;
    });
    sent
}
