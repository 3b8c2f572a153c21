//! Whether the system can serve, as the database sees it.

use sqlx::query;

use crate::db::Effect;
use crate::{Error, Hallpass, schema};

/// What the database said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// It answers and has the schema of this release, or a newer one.
    Ready {
        /// The newest migration it has.
        schema: i64,
    },
    /// It answers, but migrations are missing: `hallpass migrate`.
    Behind {
        /// The newest migration it has, if any.
        schema: Option<i64>,
    },
    /// It does not answer.
    Away,
}

/// Asks the database. One statement.
pub async fn check(hallpass: &Hallpass) -> Database {
    let applied = hallpass.db.fetch_one(Effect::Repeatable, || {
        query!(
            r#"select array(select version from hallpass._sqlx_migrations where success) as "applied!""#
        )
        .map(|row| schema::version(&row.applied))
    });
    match applied.await {
        Ok(Some(schema)) if schema >= schema::expected() => Database::Ready { schema },
        Ok(schema) => Database::Behind { schema },
        Err(Error::Unavailable(error)) if is_undefined_table(&error) => {
            Database::Behind { schema: None }
        }
        Err(error) => {
            tracing::error!(%error, "health: the database does not answer");
            Database::Away
        }
    }
}

fn is_undefined_table(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code)
        .as_deref()
        == Some("42P01")
}
