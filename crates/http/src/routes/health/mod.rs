//! GET /health and GET /api/health, and GET /api/system and GET /api/metrics, which vercel.json leads here.

pub(crate) mod metrics;
pub(crate) mod system;

use std::time::Instant;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use hallpass_core::health::{self, Database};
use hallpass_core::schema;
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

use crate::App;
use crate::{clock, memory};

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
    /// `degraded`: serving, but the schema is behind this release.
    status: Status,
    /// Now.
    #[serde(with = "time::serde::rfc3339")]
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
    /// Bytes.
    memory: MemoryBody,
}

/// Memory in bytes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MemoryBody {
    /// Resident in this process.
    used: u64,
    /// What it may use.
    total: u64,
}

impl From<memory::Memory> for MemoryBody {
    fn from(memory: memory::Memory) -> Self {
        Self {
            used: memory.used,
            total: memory.total,
        }
    }
}

/// Numbers of migrations.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SchemaVersions {
    /// The newest that the database has; null where it could not be asked or has none.
    current: Option<i64>,
    /// The newest of this release.
    expected: i64,
}

/// How the system is
#[utoipa::path(
    get, path = "/api/health", tag = "system", operation_id = "checkHealth",
    responses(
        (status = 200, description = "`healthy` or `degraded`", body = HealthBody),
        (status = 503, description = "`unhealthy`: the database does not answer", body = HealthBody),
    )
)]
pub(crate) async fn check(State(app): State<App>, started: Instant) -> Response {
    let (status, database, current) = match health::check(&app).await {
        Database::Ready { schema } => (Status::Healthy, "connected", Some(schema)),
        Database::Behind { schema } => (Status::Degraded, "connected", schema),
        Database::Away => (Status::Unhealthy, "disconnected", None),
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
    let code = match status {
        Status::Unhealthy => StatusCode::SERVICE_UNAVAILABLE,
        Status::Healthy | Status::Degraded => StatusCode::OK,
    };
    (code, Json(body)).into_response()
}
