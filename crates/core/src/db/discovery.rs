//! What an instance learns from its first connection: which kind of pooler is in front of the server, which environment
//! the database belongs to, and whether there is a login role for this deployment's secret.

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Executor as _, Row as _};

use super::login::{APP_ROLE, Login, is_login};
use super::pooler::{self, Pooler};
use super::retry::sqlstate;
use crate::config::{Config, DatabaseConfig, Environment};
use crate::keys::Keys;

/// What a deployment asks of its database. The operator's direct connection asks nothing.
#[derive(Debug)]
pub(super) struct Questions {
    environment: Environment,
    may_share: bool,
    login: Login,
}

/// The answers.
#[derive(Debug)]
pub(super) struct Discovery {
    pub(super) pooler: Pooler,
    /// The address to connect to from now on, where it is another one than is configured.
    pub(super) as_login: Option<DatabaseConfig>,
    /// The environment that the database belongs to, where it is not ours to use.
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

    /// Over a connection that is there already: who waited for one here would wait in a line while the database is
    /// away, each for as long as it takes to find that out.
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
        // In the simple protocol, as the look at the pooler: nothing is prepared by asking.
        let login = self.login.name();
        let question = format!(
            "select current_user::text,
                exists (select from pg_catalog.pg_roles where rolname = '{login}')::text,
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

/// No schema, no table, no such column, no right to read it: nobody has bound this database yet.
fn is_not_migrated(error: &sqlx::Error) -> bool {
    matches!(
        sqlstate(error).as_deref(),
        Some("3F000" | "42P01" | "42703" | "42501")
    )
}

/// What stands before the server, unless it is known without looking.
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

/// The server, or a pooler before it, does not let this login in.
pub(super) fn is_refused_login(error: &sqlx::Error) -> bool {
    // 28: invalid authorization. Poolers say 08P01 (PgBouncer) or XX000 (Supavisor) of users that they do not know.
    sqlstate(error)
        .is_some_and(|code| code.starts_with("28") || matches!(code.as_str(), "08P01" | "XX000"))
}
