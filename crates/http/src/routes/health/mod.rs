//! GET /health and GET /api/health, and GET /api/system and GET /api/metrics, which vercel.json leads here.

pub(crate) mod metrics;
pub(crate) mod system;

use std::time::Instant;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use hallpass_core::monitoring::health::{self, Database};
use hallpass_core::schema;
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

use crate::App;
use crate::clock;
use crate::telemetry::memory;

/// Seconds until a monitor may ask again, as with every other 503.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("2");

/// The routes of the function. Uptime counts from here.
pub fn router() -> Router<App> {
    let started = Instant::now();
    let answer = move |state| check(state, started);
    let show = move |state, bearer| system::show(state, bearer, started);
    Router::new()
        .route("/health", get(answer))
        .route("/api/health", get(answer))
        .route("/api/system", get(show))
        .route("/api/metrics", get(metrics::show))
}

/// How the system is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HealthBody {
    /// `degraded`: serving, but the schema is behind this release. `unhealthy`: nobody can sign in.
    status: Status,
    /// Now.
    #[serde(with = "hallpass_core::timestamp")]
    timestamp: OffsetDateTime,
    /// The release.
    version: String,
    /// `production`, `preview` or `development`.
    environment: String,
    /// Seconds since this instance started.
    uptime: f64,
    /// What it depends on.
    services: Services,
    /// Where this instance runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<String>,
    /// The newest migration the database has, and the one this release was made for.
    schema: SchemaVersions,
}

/// `unhealthy` comes with 503, the others with 200.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    /// All is well.
    Healthy,
    /// Serving, with something to be done about.
    Degraded,
    /// Not serving.
    Unhealthy,
}

/// The services of this instance.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Services {
    /// `connected` or `disconnected`.
    database: &'static str,
    /// Of this instance.
    memory: MemoryBody,
}

/// Memory of this instance in mebibytes, with one decimal.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "used": 45.2, "total": 128.0 }))]
pub(crate) struct MemoryBody {
    /// Resident in this process.
    used: f64,
    /// What it may use.
    total: f64,
}

impl From<memory::Memory> for MemoryBody {
    fn from(memory: memory::Memory) -> Self {
        Self {
            used: mebibytes(memory.used),
            total: mebibytes(memory.total),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "nobody has 2^53 bytes")]
fn mebibytes(bytes: u64) -> f64 {
    const TENTH: f64 = 1024.0 * 1024.0 / 10.0;
    (bytes as f64 / TENTH).round() / 10.0
}

/// Numbers of migrations.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SchemaVersions {
    /// The newest that the database has; null where it could not be read or there is none.
    current: Option<i64>,
    /// The newest of this release.
    expected: i64,
}

/// How the system is
#[utoipa::path(
    get, path = "/api/health", tag = "system", operation_id = "checkHealth",
    responses(
        (status = 200, description = "`healthy` or `degraded`", body = HealthBody),
        (status = 503, description = "`unhealthy`: the database does not answer, is read-only, or lacks our schema or privileges", body = HealthBody),
    )
)]
pub(crate) async fn check(State(app): State<App>, started: Instant) -> Response {
    let (status, database, current) = match health::check(&app).await {
        Database::Ready { schema } => (Status::Healthy, "connected", Some(schema)),
        Database::Behind { schema } => (Status::Degraded, "connected", Some(schema)),
        Database::Unusable { schema, reason } => {
            tracing::error!(reason, "health: the database cannot be used");
            (Status::Unhealthy, "connected", schema)
        }
        Database::Away { reason } => {
            tracing::error!(reason, "health: the database does not answer");
            (Status::Unhealthy, "disconnected", None)
        }
    };
    let body = HealthBody {
        status,
        timestamp: clock::now(),
        version: app.config.version.clone(),
        environment: app.config.environment.as_str().to_owned(),
        uptime: started.elapsed().as_secs_f64(),
        services: Services {
            database,
            memory: memory::now().into(),
        },
        region: app.config.region.clone(),
        schema: SchemaVersions {
            current,
            expected: schema::expected(),
        },
    };
    let body = Json(body);
    match status {
        Status::Unhealthy => {
            let retry = [(header::RETRY_AFTER, RETRY_AFTER)];
            (StatusCode::SERVICE_UNAVAILABLE, retry, body).into_response()
        }
        Status::Healthy | Status::Degraded => body.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_in_mebibytes_with_one_decimal() {
        for (bytes, expected) in [
            (0, "0.0"),
            (128 << 20, "128.0"),
            (47_395_635, "45.2"),
            (1 << 20, "1.0"),
            (u64::from(u32::MAX) + 1, "4096.0"),
        ] {
            assert_eq!(serde_json::to_string(&mebibytes(bytes)).unwrap(), expected);
        }
    }
}
