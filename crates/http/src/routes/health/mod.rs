//! GET /health and GET /api/health, and GET /api/system and GET /api/metrics, which vercel.json routes to this
//! function.

pub(crate) mod metrics;
pub(crate) mod system;

use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Extension, Json, Router};
use hallpass_core::monitoring::health::{self, Database};
use hallpass_core::schema;
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

use crate::App;
use crate::clock;
use crate::telemetry::memory;

/// Seconds until a monitor can repeat the request, as for every other 503.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("2");

endpoints! {
    fn documented = [self::check_health, system::show_system, metrics::show_metrics]
}

/// Time at which this instance started.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Started(Instant);

impl Started {
    pub(crate) fn uptime(self) -> Duration {
        self.0.elapsed()
    }
}

/// The routes of the function. Uptime counts from this call.
pub fn router() -> Router<App> {
    documented()
        .route("/health", get(check_health))
        .layer(Extension(Started(Instant::now())))
}

/// Health of the system.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Health {
    /// `healthy`; `degraded`: serving requests, but the database schema is older than this release; `unhealthy`: nobody
    /// can sign in.
    status: Status,
    /// Current time of this instance.
    #[serde(with = "hallpass_core::timestamp")]
    timestamp: OffsetDateTime,
    /// Version of this release.
    version: String,
    /// Environment: `production`, `preview` or `development`.
    environment: String,
    /// Seconds since this instance started.
    uptime: f64,
    /// State of the services that this instance needs.
    services: Services,
    /// Region of this instance; omitted if the platform does not name it.
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<String>,
    /// Schema version of the database and of this release.
    schema: SchemaVersions,
}

/// Health status. `unhealthy` is answered with status 503, the others with 200.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = HealthStatus)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    /// Everything works.
    Healthy,
    /// Serving requests; the operator must run `hallpass migrate`.
    Degraded,
    /// Not serving requests.
    Unhealthy,
}

/// State of the services that an instance needs.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HealthServices)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Services {
    /// Database connection: `connected` or `disconnected`.
    database: &'static str,
    /// Memory usage of this instance.
    memory: MemoryUsage,
}

/// Memory usage of an instance in mebibytes, with one decimal.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "used": 45.2, "total": 128.0 }))]
pub(crate) struct MemoryUsage {
    /// Resident memory of the process in mebibytes.
    used: f64,
    /// Memory limit of the instance in mebibytes.
    total: f64,
}

impl From<memory::Memory> for MemoryUsage {
    fn from(memory: memory::Memory) -> Self {
        Self {
            used: mebibytes(memory.used),
            total: mebibytes(memory.total),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "memory is less than 2^53 bytes")]
fn mebibytes(bytes: u64) -> f64 {
    const TENTH: f64 = 1024.0 * 1024.0 / 10.0;
    (bytes as f64 / TENTH).round() / 10.0
}

/// Schema versions, as numbers of migrations.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SchemaVersions {
    /// Newest migration of the database; null if it could not be read or there is none.
    current: Option<i64>,
    /// Newest migration of this release.
    expected: i64,
}

/// Check the health of the system
///
/// Needs no access token and costs one database statement. Also at `/health`.
#[utoipa::path(
    get, path = "/api/health", tag = "system", operation_id = "checkHealth",
    responses(
        (status = 200, description = "The system is `healthy` or `degraded`.", body = Health),
        (status = 503, description = "The system is `unhealthy`: the database does not answer, is read-only, or lacks the schema or the privileges that Hallpass needs.", body = Health, headers(("Retry-After" = u32, description = "Seconds until the request can be repeated."))),
    )
)]
pub(crate) async fn check_health(
    State(app): State<App>,
    Extension(started): Extension<Started>,
) -> Response {
    let (status, database, current) = match health::check(&app).await {
        Database::Ready { schema } => (Status::Healthy, "connected", Some(schema)),
        Database::Behind { schema } => (Status::Degraded, "connected", Some(schema)),
        Database::Unusable { schema, reason } => {
            tracing::error!(reason, "health: the database is unusable");
            (Status::Unhealthy, "connected", schema)
        }
        Database::Away { reason } => {
            tracing::error!(reason, "health: the database does not answer");
            (Status::Unhealthy, "disconnected", None)
        }
    };
    let body = Health {
        status,
        timestamp: clock::now(),
        version: app.config.version.clone(),
        environment: app.config.environment.as_str().to_owned(),
        uptime: started.uptime().as_secs_f64(),
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
