//! Purges as much as the time budget of a request allows; the next daily run continues.

use std::time::{Duration, Instant};

use serde::Serialize;
use sqlx::query_file;
use utoipa::ToSchema;

use crate::client::Client;
use crate::db::Idempotency;
use crate::throttle::LONGEST_WINDOW;
use crate::{AppContext, Result};

/// Limits of a purge. They apply to each of the three kinds of rows.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Number of rows that a statement checks; the database limits it to 10,000.
    pub batch: i32,
    /// Time after which no further statement is started.
    pub time: Duration,
}

/// Result of purging one kind of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PurgeProgress)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// Number of rows checked.
    pub scanned: i64,
    /// Number of rows deleted.
    pub purged: i64,
    /// Whether all rows were checked. If not, the next run continues here.
    pub is_done: bool,
}

/// Result of purging, for each kind of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PurgeResult)]
#[serde(rename_all = "camelCase")]
pub struct Purged {
    /// Sessions whose retention period has passed.
    pub sessions: Progress,
    /// Rate-limit counters whose window has passed.
    pub throttle_counters: Progress,
    /// Audit events whose retention period has passed.
    pub audit_events: Progress,
}

/// Kind of rows.
#[derive(Clone, Copy)]
enum Kind {
    Sessions,
    Throttle,
    AuditEvents,
}

/// Purges sessions, throttle counters and audit events in batches, each of which is a statement of its own. If it is
/// killed, the finished batches stay deleted. Two runs at the same time take turns.
///
/// # Errors
/// Database errors only.
pub async fn purge(app: &AppContext, budget: Budget, caller: &Client) -> Result<Purged> {
    Ok(Purged {
        sessions: all(app, Kind::Sessions, budget, caller).await?,
        throttle_counters: all(app, Kind::Throttle, budget, caller).await?,
        audit_events: all(app, Kind::AuditEvents, budget, caller).await?,
    })
}

async fn all(app: &AppContext, kind: Kind, budget: Budget, caller: &Client) -> Result<Progress> {
    let started = Instant::now();
    let mut so_far = Progress::default();
    while !so_far.is_done {
        let batch = one(app, kind, budget.batch, caller).await?;
        so_far.scanned += batch.scanned;
        so_far.purged += batch.purged;
        so_far.is_done = batch.is_done;
        if started.elapsed() >= budget.time {
            break;
        }
    }
    Ok(so_far)
}

async fn one(app: &AppContext, kind: Kind, batch: i32, caller: &Client) -> Result<Progress> {
    let keep = &app.config.monitoring;
    macro_rules! batch {
        ($file:literal, $seconds:expr $(, $more:expr)?) => {
            // A retry is harmless: it finds the next rows.
            app.db.fetch_one(Idempotency::Idempotent, || {
                query_file!($file, $seconds, batch $(, $more)?).map(|row| Progress {
                    scanned: row.scanned,
                    purged: row.purged,
                    is_done: row.is_done,
                })
            })
        };
    }
    match kind {
        Kind::Sessions => {
            let seconds = keep.keep_sessions.as_seconds_f64();
            batch!("src/retention/sql/scheduled_sessions.sql", seconds).await
        }
        Kind::Throttle => {
            let seconds = f64::from(LONGEST_WINDOW);
            batch!("src/retention/sql/scheduled_throttle.sql", seconds).await
        }
        Kind::AuditEvents => {
            let seconds = keep.keep_audit.as_seconds_f64();
            // Each batch writes its own audit event.
            let client = caller.for_another_event().json();
            batch!("src/retention/sql/scheduled_audit.sql", seconds, client).await
        }
    }
}
