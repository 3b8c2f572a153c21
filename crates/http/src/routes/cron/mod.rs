//! GET /api/cron: what the platform's timer calls once a day.

mod alert;

use std::time::Duration;

use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::routing::get;
use axum::{Json, Router};
use hallpass_core::monitoring::{self, Breach, Memory};
use hallpass_core::retention::scheduled::{self, Budget, Purged};
use serde::Serialize;
use utoipa::ToSchema;

pub(crate) use alert::AlertState;

use crate::App;
use crate::extract::require_preshared;
use crate::request::Request;
use crate::respond::{Problem, ProblemBody};
use crate::telemetry::memory;

/// A second for each of the three kinds: with telling, a run stays well within the 8 s of a request.
const BUDGET: Budget = Budget {
    batch: 5_000,
    time: Duration::from_secs(1),
};

/// The routes of the function.
pub fn router() -> Router<App> {
    Router::new().route("/api/cron", get(run_daily))
}

/// Somebody who shows `CRON_SECRET`.
pub(crate) struct Timer;

impl FromRequestParts<App> for Timer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let secret = app.config.monitoring.cron_secret.as_ref();
        require_preshared(parts, secret, "CRON_SECRET").map(|()| Self)
    }
}

/// What a run did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DailyBody {
    /// What was deleted. What is not done, the next run goes on with.
    purged: Purged,
    /// Thresholds that are passed now.
    breaches: Vec<Breach>,
    /// What came of telling the webhook.
    alert: AlertState,
}

/// Do the daily work
///
/// For the platform's timer. Tells a webhook of thresholds that are passed, and deletes sessions that ended long ago,
/// stale throttle counters and old audit events, as far as the time of a request allows. Where one fails, the other is
/// done all the same. May be called at any time, and twice at once.
#[utoipa::path(
    get, path = "/api/cron", tag = "system", operation_id = "runDaily", security(("cron" = [])),
    responses(
        (status = 200, description = "What was done", body = DailyBody),
        (status = 401, description = "`unauthenticated`: not the secret, or none is set", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`unavailable`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn run_daily(
    State(app): State<App>,
    _: Timer,
    request: Request,
) -> Result<Json<DailyBody>, Problem> {
    // Neither keeps the other from being done. Looking comes first: deleting may wait until the request's time is over.
    let looked = look_and_tell(&app).await;
    let purged = scheduled::purge(&app, BUDGET, request.client()).await;
    let ((breaches, alert), purged) = (looked?, purged?);
    log(&purged, breaches.len(), alert);
    Ok(Json(DailyBody {
        purged,
        breaches,
        alert,
    }))
}

async fn look_and_tell(app: &App) -> Result<(Vec<Breach>, AlertState), Problem> {
    let memory::Memory { used, total } = memory::now();
    let breaches = monitoring::check(app, Memory { used, total }).await?;
    for breach in &breaches {
        let Breach {
            kind,
            value,
            threshold,
            unit,
            detail,
        } = breach;
        tracing::warn!(
            event = "threshold_passed",
            kind,
            value,
            threshold,
            unit,
            detail,
            "threshold passed"
        );
    }
    let alert = alert::tell(app, &breaches).await?;
    Ok((breaches, alert))
}

fn log(purged: &Purged, breaches: usize, alert: AlertState) {
    let Purged {
        sessions,
        throttle_counters,
        audit_events,
    } = purged;
    tracing::info!(
        event = "daily",
        sessions = sessions.purged,
        throttle_counters = throttle_counters.purged,
        audit_events = audit_events.purged,
        is_done = sessions.is_done && throttle_counters.is_done && audit_events.is_done,
        breaches,
        alert = ?alert,
        "daily work"
    );
}
