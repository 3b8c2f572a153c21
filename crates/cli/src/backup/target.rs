//! Target database of a restore. It must be named explicitly, and its schema `hallpass` must be empty.

use hallpass_core::config::{ConfigErrors, DatabaseConfig};
use sqlx::postgres::PgConnection;
use sqlx::query_file_scalar;

use crate::environment::Environment;
use crate::failure::{Exit, Failure, database};

/// Variable with the URL of the target if no option is given. A variable hides the password that the URL can contain.
pub(super) const VARIABLE: &str = "HALLPASS_RESTORE_URL";

/// The database in the option or the variable, if one is given.
///
/// # Errors
/// The URL is invalid, does not verify TLS, or is given on the command line with a password.
pub(super) fn named(
    environment: &Environment,
    flag: &str,
    given: Option<&str>,
) -> Result<Option<DatabaseConfig>, Failure> {
    if given.is_some_and(has_password) {
        let detail = format!(
            "the URL in {flag} contains a password, which every user of this machine can read in the \
             process list"
        );
        return Err(
            Failure::new(Exit::Invalid, "password_shown", detail).next(format!(
                "set the URL in {VARIABLE} instead of {flag}, or the password in PGPASSWORD"
            )),
        );
    }
    let Some(url) = given
        .map(str::to_owned)
        .or_else(|| environment.get(VARIABLE))
    else {
        return Ok(None);
    };
    let get = |name: &str| match name {
        "DATABASE_URL_UNPOOLED" => Some(url.clone()),
        other => environment.get(other),
    };
    let config = DatabaseConfig::direct(&get).map_err(|ConfigErrors(errors)| {
        let renamed = errors.into_iter().map(|mut error| {
            if error.variable == "DATABASE_URL_UNPOOLED" {
                error.variable = VARIABLE;
            }
            error
        });
        Failure::from(ConfigErrors(renamed.collect()))
    })?;
    Ok(Some(config))
}

/// Whether a URL contains a password.
fn has_password(url: &str) -> bool {
    let authority = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = authority.split(['/', '?']).next().unwrap_or_default();
    let login = authority.rsplit_once('@').map(|(login, _)| login);
    login
        .and_then(|login| login.split_once(':'))
        .is_some_and(|(_, password)| !password.is_empty())
        || url.contains("password=")
}

/// Names of the objects that prevent a restore.
///
/// # Errors
/// The query fails.
pub(super) async fn in_the_way(connection: &mut PgConnection) -> Result<Vec<String>, Failure> {
    let found = query_file_scalar!("src/backup/sql/in_the_way.sql")
        .fetch_all(connection)
        .await;
    found.map_err(|error| database(&error))
}

/// # Errors
/// The schema is not empty.
pub(super) async fn must_be_empty(
    connection: &mut PgConnection,
    config: &DatabaseConfig,
) -> Result<(), Failure> {
    let found = in_the_way(connection).await?;
    if found.is_empty() {
        return Ok(());
    }
    let shown: Vec<_> = found.iter().take(3).map(String::as_str).collect();
    let more = if found.len() > shown.len() {
        ", …"
    } else {
        ""
    };
    let detail = format!(
        "{}: the schema hallpass is not empty: {}{more}",
        config.address(),
        shown.join(", ")
    );
    Err(Failure::new(Exit::Conflict, "not_empty", detail).next(
        "restore into a database without the schema hallpass; existing data is never overwritten",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_a_url_is_detected() {
        for shown in [
            "postgres://me:secret@host/d",
            "postgres://me:p%40@host",
            "postgres://host/d?user=me&password=secret",
        ] {
            assert!(has_password(shown), "{shown}");
        }
        for hidden in [
            "postgres://me@host:5432/d",
            "postgres://host/a:b@c",
            "postgres://me:@host/d",
        ] {
            assert!(!has_password(hidden), "{hidden}");
        }
    }
}
