//! GET /api/cron, which the platform's scheduler calls once a day.

mod alert;

use std::time::Duration;

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use hallpass_core::monitoring::{self, ExceededThreshold, Memory};
use hallpass_core::retention::scheduled::{self, Budget, Purged};
use serde::Serialize;
use utoipa::ToSchema;

pub(crate) use alert::AlertOutcome;

use crate::App;
use crate::extract::require_preshared;
use crate::request::Request;
use crate::respond::Problem;
use crate::respond::documented::{Problems, Unavailable, WrongSecret};
use crate::telemetry::memory;

/// A run deletes three kinds of rows and spends at most one second on each, so that together with the alert it stays
/// within the 8 s of a request.
const BUDGET: Budget = Budget {
    batch: 5_000,
    time: Duration::from_secs(1),
};

endpoints! {
    /// The routes of the function.
    pub fn router = [self::run_daily_tasks]
}

/// The platform's scheduler, authenticated by `CRON_SECRET`.
pub(crate) struct Scheduler;

impl FromRequestParts<App> for Scheduler {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let secret = app.config.monitoring.cron_secret.as_ref();
        require_preshared(parts, secret, "CRON_SECRET").map(|()| Self)
    }
}

/// Result of the daily tasks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DailyTasksResult {
    /// Deleted rows. The next run continues where this run ran out of time.
    purged: Purged,
    /// Thresholds that are exceeded at the moment.
    breaches: Vec<ExceededThreshold>,
    /// Whether the alert webhook was called, and the result.
    alert: AlertOutcome,
}

/// Run the daily tasks
///
/// Called by the platform's scheduler. Sends an alert to the webhook if thresholds are exceeded, and deletes sessions
/// that ended long ago, expired rate-limit counters and old audit events, as far as the time limit of a request allows.
/// A failure of one task does not prevent the other. Can be called at any time, also concurrently.
#[utoipa::path(
    get, path = "/api/cron", tag = "system", operation_id = "runDailyTasks", security(("cron" = [])),
    responses(
        (status = 200, description = "The result of both tasks.", body = DailyTasksResult),
        Problems<(WrongSecret, Unavailable)>,
    )
)]
pub(crate) async fn run_daily_tasks(
    State(app): State<App>,
    _: Scheduler,
    request: Request,
    ) -> Result<Json<DailyTasksResult>, Problem> {
    // A failure of one task must not prevent the other. The check runs first: purging can use up the request's time.
    let checked = check_and_alert(&app).await;
    let purged = scheduled::purge(&app, BUDGET, request.client()).await;
    let ((breaches, alert), purged) = (checked?, purged?);
    log(&purged, breaches.len(), alert);
    Ok(Json(DailyTasksResult {
        purged,
        breaches,
        alert,
    }))
}

async fn check_and_alert(app: &App) -> Result<(Vec<ExceededThreshold>, AlertOutcome), Problem> {
    let memory::Memory { used, total } = memory::now();
    let breaches = monitoring::check(app, Memory { used, total }).await?;
    for breach in &breaches {
        let ExceededThreshold {
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
            "threshold exceeded"
        );
    }
    let alert = alert::send_new(app, &breaches).await?;
    Ok((breaches, alert))
}

fn log(purged: &Purged, breaches: usize, alert: AlertOutcome) {
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
        "daily run finished"
    );
}
