//! Binds a database to an environment, so that a preview does not work on production's data.

use sqlx::postgres::PgConnection;
use sqlx::{Executor as _, FromRow};

use crate::config::Environment;

/// Relation between a database and an environment that is about to migrate it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ownership {
    /// The database belongs to this environment, which reaches it at one of these addresses.
    Own,
    /// The database belongs to no environment yet, or to production, whose address has changed.
    Free,
    /// The database belongs to the named environment. Production takes it over.
    Taken(String),
    /// The database is a copy of one that belongs to the named environment: its address differs.
    Copy(String),
    /// The database belongs to the named environment, which reaches it at the same address.
    Foreign(String),
}

#[derive(FromRow)]
struct Bound {
    environment: Option<String>,
    database_identities: Vec<String>,
}

/// Compares the environment that the database is bound to with this one. `identities` are those of all addresses at
/// which this environment reaches the database (see [`crate::config::DatabaseConfig::identity`]).
///
/// # Errors
/// Database errors.
pub async fn ownership(
    connection: &mut PgConnection,
    environment: &Environment,
    identities: &[String],
) -> sqlx::Result<Ownership> {
    let has_binding = "select exists (
        select from pg_catalog.pg_attribute a
        where a.attrelid = to_regclass('hallpass.settings') and a.attname = 'database_identities')";
    let has_binding: bool = sqlx::query_scalar(has_binding)
        .fetch_one(&mut *connection)
        .await?;
    if !has_binding {
        return Ok(Ownership::Free);
    }
    let bound = "select environment, database_identities from hallpass.settings";
    let bound: Option<Bound> = sqlx::query_as(bound).fetch_optional(connection).await?;
    Ok(bound.map_or(Ownership::Free, |bound| {
        judge(bound, environment, identities)
    }))
}

fn judge(bound: Bound, environment: &Environment, identities: &[String]) -> Ownership {
    let Some(owner) = bound.environment else {
        return Ownership::Free;
    };
    let is_here = identities
        .iter()
        .any(|one| bound.database_identities.contains(one));
    let is_ours = owner == environment.as_str();
    match (is_ours, is_here) {
        (true, true) => Ownership::Own,
        // Production has moved, or was restored elsewhere. A restore ends sessions and one-time links itself.
        (true, false) if environment.is_production() => Ownership::Free,
        (false, _) if environment.is_production() => Ownership::Taken(owner),
        (false, true) => Ownership::Foreign(owner),
        (_, false) => Ownership::Copy(owner),
    }
}

/// Binds the database to an environment.
///
/// # Errors
/// Database errors.
pub async fn bind(
    connection: &mut PgConnection,
    environment: &Environment,
    identities: &[String],
) -> sqlx::Result<()> {
    let bind = "update hallpass.settings set environment = $1, database_identities = $2
        where (environment, database_identities) is distinct from ($1, $2)";
    sqlx::query(bind)
        .bind(environment.as_str())
        .bind(identities)
        .execute(connection)
        .await
        .map(|_| ())
}

/// Empties what a copy must not share with its original: sessions and one-time links belong to users of the other
/// environment, alerts to its operator, and login roles, which all databases of a server share, to its functions.
///
/// # Errors
/// Database errors.
pub async fn empty_copy(connection: &mut PgConnection) -> sqlx::Result<()> {
    let empty = "truncate hallpass.sessions, hallpass.alerts, hallpass.login_throttle;
        update hallpass.settings set sessions_valid_from = clock_timestamp(), login_roles = '{}',
            links_valid_from = clock_timestamp()";
    connection.execute(empty).await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ownership_follows_from_the_bound_environment_and_the_address() {
        let judge = |owner: Option<&str>, asks: &str, here: bool| {
            let bound = Bound {
                environment: owner.map(str::to_owned),
                database_identities: vec!["pooled".to_owned(), "direct".to_owned()],
            };
            let identity = if here { "direct" } else { "elsewhere" };
            super::judge(bound, &Environment::new(asks), &[identity.to_owned()])
        };
        let (production, preview) = (Some("production"), Some("preview"));
        for here in [true, false] {
            assert_eq!(judge(None, "preview", here), Ownership::Free);
            let taken = Ownership::Taken("preview".to_owned());
            assert_eq!(judge(preview, "production", here), taken);
        }
        assert_eq!(judge(production, "production", true), Ownership::Own);
        assert_eq!(judge(production, "production", false), Ownership::Free);
        assert_eq!(judge(preview, "preview", true), Ownership::Own);
        let foreign = Ownership::Foreign("production".to_owned());
        assert_eq!(judge(production, "preview", true), foreign);
        let copy = Ownership::Copy("production".to_owned());
        assert_eq!(judge(production, "preview", false), copy);
        // A branch of a preview's database.
        let copy = Ownership::Copy("preview".to_owned());
        assert_eq!(judge(preview, "preview", false), copy);
    }
}
