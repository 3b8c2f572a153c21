//! GET /api/system

use std::time::Instant;

use axum::Json;
use axum::extract::State;
use hallpass_core::monitoring::alerts::AlertFailure;
use hallpass_core::monitoring::system::{self, Count, DatabaseState, PoolerState, SchemaState};
use hallpass_core::schema;
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::MemoryBody;
use crate::App;
use crate::extract::Bearer;
use crate::respond::{Problem, ProblemBody};
use crate::routes::users::list::RelationBody;
use crate::telemetry::memory;

/// The release, this instance, and the database.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SystemBody {
    /// The release.
    version: String,
    /// `production`, `preview` or `development`.
    environment: String,
    /// Where this instance runs; null where the platform does not say.
    #[schema(required = true)]
    region: Option<String>,
    /// Seconds since this instance started.
    uptime: f64,
    /// Of this instance.
    memory: MemoryBody,
    /// Migrations.
    schema: SchemaBody,
    /// The server, and this database.
    database: DatabaseBody,
    /// All accounts.
    users: UserCountBody,
    /// Sessions that have neither ended nor expired.
    sessions: SessionCountBody,
    /// Alerts about thresholds that are exceeded.
    alerts: AlertsBody,
}

/// Whether alerts arrive.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AlertsBody {
    /// Whether `HALLPASS_ALERT_WEBHOOK` is set.
    is_configured: bool,
    /// The last alert that was not delivered; null once an alert or a test message is.
    #[schema(required = true)]
    failure: Option<AlertFailureBody>,
}

/// An alert that was not delivered.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AlertFailureBody {
    #[serde(with = "time::serde::rfc3339")]
    failed_at: OffsetDateTime,
    /// Such as `answered 404`. Names no address.
    reason: String,
    /// The kinds of thresholds that nobody was told of.
    kinds: Vec<String>,
}

/// How the schema stands to this release.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SchemaBody {
    /// The newest migration that the database has.
    current: i64,
    /// The newest of this release.
    expected: i64,
    /// `behind`: run `hallpass migrate`; `ahead`: a newer release did.
    status: SchemaState,
}

/// The server, and this database.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DatabaseBody {
    /// Of PostgreSQL.
    version: String,
    /// Of this database on disk, indexes included, in bytes.
    size_bytes: i64,
    /// To the whole server.
    connections: ConnectionsBody,
    /// What stands before the server: nothing, or a pooler that keeps prepared statements (`named`) or does not.
    pooler: PoolerState,
    /// The role of PostgreSQL that this instance is connected as.
    role: String,
    /// What the role may do beyond what the functions need, such as `create tables`; empty where it has the least
    /// privilege (ASVS 13.2.2).
    excess_privileges: Vec<String>,
}

/// Connections to the whole server.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConnectionsBody {
    /// Clients that are connected.
    used: i64,
    /// The most that may be.
    limit: i64,
}

/// How many accounts there are.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UserCountBody {
    /// The number.
    total: i64,
    /// `exact`, or `estimated` from statistics.
    relation: RelationBody,
}

/// How many sessions live.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionCountBody {
    /// The number.
    live: i64,
    /// `exact`, or `estimated` from statistics.
    relation: RelationBody,
}

/// Show the system
#[utoipa::path(
    get, path = "/api/system", tag = "system", operation_id = "showSystem", security(("bearer" = [])),
    responses(
        (status = 200, description = "The release, this instance, and the database", body = SystemBody),
        (status = 401, description = "`unauthenticated`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`unavailable`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(app): State<App>,
    Bearer(claims): Bearer,
    started: Instant,
) -> Result<Json<SystemBody>, Problem> {
    let found = system::look(&app, &claims).await?;
    let DatabaseState {
        version,
        size,
        connections,
        connections_max,
        pooler,
        role,
        excess,
    } = found.database;
    Ok(Json(SystemBody {
        version: app.config.version.clone(),
        environment: app.config.environment.as_str().to_owned(),
        region: app.config.region.clone(),
        uptime: started.elapsed().as_secs_f64(),
        memory: memory::now().into(),
        schema: SchemaBody {
            current: found.schema,
            expected: schema::expected(),
            status: SchemaState::of(found.schema),
        },
        database: DatabaseBody {
            version,
            size_bytes: size,
            connections: ConnectionsBody {
                used: connections,
                limit: connections_max,
            },
            pooler,
            role,
            excess_privileges: excess,
        },
        users: UserCountBody {
            total: found.users.value,
            relation: relation(found.users),
        },
        sessions: SessionCountBody {
            live: found.sessions.value,
            relation: relation(found.sessions),
        },
        alerts: AlertsBody {
            is_configured: app.config.monitoring.alert_webhook.is_some(),
            failure: found.alert_failure.map(AlertFailureBody::from),
        },
    }))
}

impl From<AlertFailure> for AlertFailureBody {
    fn from(failure: AlertFailure) -> Self {
        let AlertFailure {
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

fn relation(count: Count) -> RelationBody {
    if count.is_exact {
        RelationBody::Exact
    } else {
        RelationBody::Estimated
    }
}
