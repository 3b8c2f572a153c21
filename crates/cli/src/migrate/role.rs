//! Creates the role of the functions, or renews its grants.

use std::time::Duration;

use hallpass_core::config::DatabaseConfig;
use hallpass_core::db::APP_ROLE;
use hallpass_core::schema;
use serde_json::{Value, json};
use sqlx::error::DatabaseError;
use sqlx::postgres::PgConnection;

use crate::environment::Environment;
use crate::failure::{Exit, Failure};
use crate::output::Output;

#[derive(Debug)]
pub(crate) enum Granted {
    /// The role has its grants and, if a password was given, that password.
    Yes { with_password: bool },
    /// The role does not exist, and the owner may not create it.
    NoRole,
    /// The owner may not grant to the role.
    Refused,
}

/// # Errors
/// A password was given, but the role cannot be set up.
pub(crate) async fn grant(
    connection: &mut PgConnection,
    database: &DatabaseConfig,
    environment: &Environment,
    output: Output,
) -> Result<Granted, Failure> {
    let password = environment.get("HALLPASS_APP_PASSWORD");
    let with_password = password.is_some();
    let granted = async || schema::grant(&mut *connection, database, password.as_deref()).await;
    match retry_conflicts(granted).await {
        Ok(true) => Ok(Granted::Yes { with_password }),
        Ok(false) => Ok(Granted::NoRole),
        Err(error) if with_password => {
            let detail = format!("cannot set up the role {APP_ROLE}");
            Err(Failure::new(Exit::Failed, "role_failed", detail)
                .because(error)
                .next("migrate as a role with CREATEROLE, or unset HALLPASS_APP_PASSWORD"))
        }
        Err(error) => {
            output.remark(&format!(
                "the schema is up to date, but the grants of {APP_ROLE} were not renewed: {error}. Run \
                 `hallpass doctor` to see whether the role lacks privileges"
            ))?;
            Ok(Granted::Refused)
        }
    }
}

/// Retries after conflicts. Roles belong to the whole server, so migrations of other databases may change them at the
/// same time.
pub(super) async fn retry_conflicts<T>(
    mut run: impl AsyncFnMut() -> sqlx::Result<T>,
) -> sqlx::Result<T> {
    let mut attempts = 0;
    loop {
        let error = match run().await {
            Ok(done) => return Ok(done),
            Err(error) => error,
        };
        let code = error.as_database_error().and_then(DatabaseError::code);
        // XX000 is "tuple concurrently updated"; 42710 and 23505 mean that the role was created concurrently; 40P01 is
        // a deadlock.
        let collided = matches!(code.as_deref(), Some("XX000" | "42710" | "23505" | "40P01"));
        attempts += 1;
        if !collided || attempts == 20 {
            return Err(error);
        }
        tokio::time::sleep(Duration::from_millis(10 + attempts * 10)).await;
    }
}

impl Granted {
    pub(crate) fn json(&self) -> Value {
        let granted = matches!(self, Self::Yes { .. });
        let password_set = matches!(
            self,
            Self::Yes {
                with_password: true
            }
        );
        json!({"name": APP_ROLE, "granted": granted, "passwordSet": password_set})
    }

    pub(crate) fn in_short(&self) -> String {
        match self {
            Self::Yes { .. } => format!("{APP_ROLE} has all grants"),
            Self::NoRole => "the functions connect as the owner".to_owned(),
            Self::Refused => format!("{APP_ROLE} lacks grants"),
        }
    }

    pub(crate) fn text(&self) -> String {
        match self {
            Self::Yes {
                with_password: true,
            } => {
                format!("Role    {APP_ROLE}, grants and password set\n")
            }
            Self::Yes { .. } => format!("Role    {APP_ROLE}, grants renewed\n"),
            Self::NoRole => format!(
                "Role    none: the current role cannot create {APP_ROLE}, so the functions connect as the owner.\n        \
                 For least privilege, migrate as a role with CREATEROLE.\n"
            ),
            Self::Refused => format!("Role    {APP_ROLE}, grants unchanged\n"),
        }
    }
}
