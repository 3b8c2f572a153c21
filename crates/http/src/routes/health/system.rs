//! GET /api/system

use axum::extract::State;
use axum::{Extension, Json};
use hallpass_core::monitoring::alerts;
use hallpass_core::monitoring::system::{self, Count, DatabaseState, PoolerState, SchemaState};
use hallpass_core::schema;
use hallpass_core::users::Relation;
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::{MemoryUsage, Started};
use crate::App;
use crate::extract::Bearer;
use crate::respond::Problem;
use crate::respond::documented::ReadProblems;
use crate::telemetry::memory;

/// Status of the release, of this instance and of the database.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SystemStatus {
    /// Version of this release.
    version: String,
    /// Environment: `production`, `preview` or `development`.
    environment: String,
    /// Region of this instance; null if the platform does not name it.
    #[schema(required = true)]
    region: Option<String>,
    /// Seconds since this instance started.
    uptime: f64,
    /// Memory usage of this instance.
    memory: MemoryUsage,
    /// Schema version of the database and of this release.
    schema: SchemaStatus,
    /// State of the database.
    database: DatabaseStatus,
    /// Number of accounts.
    users: UserCount,
    /// Number of active sessions.
    sessions: SessionCount,
    /// State of alerts about exceeded thresholds.
    alerts: AlertStatus,
}

/// State of alerts about exceeded thresholds.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AlertStatus {
    /// Whether `HALLPASS_ALERT_WEBHOOK` is set.
    is_configured: bool,
    /// The last alert that was not delivered; null after an alert or a test message has been delivered.
    #[schema(required = true)]
    failure: Option<AlertFailure>,
}

/// Alert that was not delivered.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AlertFailure {
    /// Time of the last attempt.
    #[serde(with = "time::serde::rfc3339")]
    failed_at: OffsetDateTime,
    /// Reason of the failure, such as `responded with 404`. Does not contain the webhook's URL.
    reason: String,
    /// Kinds of the exceeded thresholds that the alert was about.
    kinds: Vec<String>,
}

/// Schema version of the database compared with the version that this release needs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SchemaStatus {
    /// Newest migration of the database.
    current: i64,
    /// Newest migration of this release.
    expected: i64,
    /// `current`; `behind`: run `hallpass migrate`; `ahead`: a newer release has migrated the database.
    status: SchemaState,
}

/// State of the database and its server.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DatabaseStatus {
    /// PostgreSQL server version.
    version: String,
    /// Size of the database on disk in bytes, indexes included.
    size_bytes: i64,
    /// Connections to the server.
    connections: ConnectionUsage,
    /// Connection pooler in front of the server: `none`, a pooler with (`named`) or without (`unnamed`) prepared
    /// statements.
    pooler: PoolerState,
    /// PostgreSQL role of this instance.
    role: String,
    /// Privileges of the role that the functions do not need, such as `create tables`; empty if the role has the least
    /// privilege (ASVS 13.2.2).
    excess_privileges: Vec<String>,
}

/// Connections to the database server, of all clients.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConnectionUsage {
    /// Number of open connections.
    used: i64,
    /// Maximum number of connections.
    limit: i64,
}

/// Number of accounts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UserCount {
    /// Number of accounts, deactivated accounts included.
    total: i64,
    /// `exact`, or `estimated` from the statistics of the table.
    relation: Relation,
}

/// Number of active sessions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionCount {
    /// Number of sessions that have neither ended nor expired.
    live: i64,
    /// `exact`, or `estimated` from the statistics of the table.
    relation: Relation,
}

/// Show the system status
#[utoipa::path(
    get, path = "/api/system", tag = "system", operation_id = "showSystem", security(("bearer" = [])),
    responses(
        (status = 200, description = "Status of the release, of this instance and of the database.", body = SystemStatus),
        ReadProblems,
    )
)]
pub(crate) async fn show_system(
    State(app): State<App>,
    Bearer(claims): Bearer,
    Extension(started): Extension<Started>,
) -> Result<Json<SystemStatus>, Problem> {
    let found = system::read(&app, &claims).await?;
    let DatabaseState {
        version,
        size,
        connections,
        connections_max,
        pooler,
        role,
        excess,
    } = found.database;
    Ok(Json(SystemStatus {
        version: app.config.version.clone(),
        environment: app.config.environment.as_str().to_owned(),
        region: app.config.region.clone(),
        uptime: started.uptime().as_secs_f64(),
        memory: memory::now().into(),
        schema: SchemaStatus {
            current: found.schema,
            expected: schema::expected(),
            status: SchemaState::of(found.schema),
        },
        database: DatabaseStatus {
            version,
            size_bytes: size,
            connections: ConnectionUsage {
                used: connections,
                limit: connections_max,
            },
            pooler,
            role,
            excess_privileges: excess,
        },
        users: UserCount {
            total: found.users.value,
            relation: relation(found.users),
        },
        sessions: SessionCount {
            live: found.sessions.value,
            relation: relation(found.sessions),
        },
        alerts: AlertStatus {
            is_configured: app.config.monitoring.alert_webhook.is_some(),
            failure: found.alert_failure.map(AlertFailure::from),
        },
    }))
}

impl From<alerts::AlertFailure> for AlertFailure {
    fn from(failure: alerts::AlertFailure) -> Self {
        let alerts::AlertFailure {
            failed_at,
            reason,
            kinds,
        } = failure;
        Self {
            failed_at,
            reason,
            kinds,
        }
    }
}

fn relation(count: Count) -> Relation {
    if count.is_exact {
        Relation::Exact
    } else {
        Relation::Estimated
    }
}
