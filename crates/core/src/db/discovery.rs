//! What an instance learns from its first connection: which kind of pooler is in front of the server, which environment
//! the database belongs to, and whether there is a login role for this deployment's secret.

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Executor as _, Row as _};

use super::login::{APP_ROLE, Login, is_login};
use super::pooler::{self, Pooler};
use super::retry::sqlstate;
use crate::config::{Config, DatabaseConfig, Environment};
use crate::keys::Keys;

/// What an instance needs to know about its database. The operator's direct connection does not need it.
#[derive(Debug)]
pub(super) struct Questions {
    environment: Environment,
    may_share: bool,
    login: Login,
}

/// What was found out about the database.
#[derive(Debug)]
pub(super) struct Discovery {
    pub(super) pooler: Pooler,
    /// The address to connect to from now on, if it differs from the configured one.
    pub(super) as_login: Option<DatabaseConfig>,
    /// The environment that the database belongs to, if this deployment may not use it.
    pub(super) belongs_to: Option<String>,
}

/// The database belongs to another environment, which reaches it at the same address.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the database belongs to the environment {0}")]
pub(crate) struct SharedDatabase(pub(crate) String);

impl Questions {
    pub(super) fn new(config: &Config, keys: &Keys) -> Self {
        Self {
            environment: config.environment.clone(),
            may_share: config.may_share_database,
            login: Login::new(&keys.current),
        }
    }

    /// Asks over a connection that is open already. While the database is unavailable, requests that waited here
    /// for a new connection would queue up, each for the whole connection timeout.
    pub(super) async fn ask(
        &self,
        database: &DatabaseConfig,
        pooler: Pooler,
        connection: &mut PgConnection,
    ) -> sqlx::Result<Discovery> {
        let mut found = Discovery {
            pooler,
            as_login: None,
            belongs_to: None,
        };
        // Uses the simple protocol, as the probe of the pooler does, so that nothing stays prepared. A role without its
        // rights is one that a build is still creating, or that another database's build has created.
        let login = self.login.name();
        let question = format!(
            "select current_user::text,
                exists (select from pg_catalog.pg_roles r where r.rolname = '{login}'
                    and pg_catalog.has_schema_privilege(r.oid, 'hallpass', 'usage'))::text,
                environment, array_to_string(database_identities, chr(10))
            from hallpass.settings"
        );
        let row = match connection.fetch_optional(AssertSqlSafe(question)).await {
            Ok(Some(row)) => row,
            Ok(None) => return Ok(found),
            Err(error) if is_not_migrated(&error) => return Ok(found),
            Err(error) => return Err(error),
        };
        let user: String = row.try_get(0)?;
        let has_login = row.try_get::<String, _>(1)? == "true";
        let environment: Option<String> = row.try_get(2)?;
        let identities: String = row.try_get(3)?;
        let environment = environment.filter(|name| {
            let is_ours = name == self.environment.as_str();
            let is_here = identities.lines().any(|one| one == database.identity());
            !is_ours && is_here && !self.may_share
        });
        if let Some(name) = &environment {
            tracing::error!(
                "the database belongs to the environment {name}, this deployment is {}: every request is refused. \
                 Give each environment a database of its own, or set HALLPASS_ALLOW_SHARED_DATABASE=1",
                self.environment.as_str()
            );
        }
        found.belongs_to = environment;
        let is_least = user == APP_ROLE || is_login(&user);
        if has_login && !is_least {
            found.as_login = Some(self.login.at(database, &user));
        }
        Ok(found)
    }
}

/// The schema, table or column does not exist, or the role may not read it: no migration has bound this database yet.
fn is_not_migrated(error: &sqlx::Error) -> bool {
    matches!(
        sqlstate(error).as_deref(),
        Some("3F000" | "42P01" | "42703" | "42501")
    )
}

/// The connection pooler in front of the server. Probes the connection unless the configuration or the host tells.
pub(super) async fn find_pooler(
    database: &DatabaseConfig,
    connection: &mut PgConnection,
) -> sqlx::Result<Pooler> {
    if database.pooler == crate::config::PoolerMode::Unnamed {
        return Ok(Pooler::NoPreparedStatements);
    }
    if pooler::tracks_by_name(&database.options) {
        return Ok(Pooler::Tracking);
    }
    pooler::probe(&database.options, connection).await
}

/// Whether the server, or a pooler in front of it, refuses this login: class 28 (invalid authorization). For an unknown
/// user, PgBouncer sends 08P01 and Supavisor XX000, which both also send for many other reasons.
pub(super) fn is_refused_login(error: &sqlx::Error) -> bool {
    let Some(error) = error.as_database_error() else {
        return false;
    };
    let message = error.message();
    match error.code().as_deref() {
        Some("08P01" | "XX000") => ["no such user", "not found", "authentication failed"]
            .iter()
            .any(|reason| message.contains(reason)),
        Some(code) => code.starts_with("28"),
        None => false,
    }
}
