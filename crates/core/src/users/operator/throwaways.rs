//! The accounts that runs of the operator's command made for themselves.

use sqlx::query_file;
use time::OffsetDateTime;

use crate::db::Idempotency;
use crate::{AppContext, Result};

/// How many are listed at most.
const LISTED_MAX: i64 = 100;

/// The e-mail addresses of throwaway accounts made before this moment, active ones or deactivated ones, at most 100,
/// the oldest first. One statement.
///
/// # Errors
/// Only the database's.
pub async fn throwaways(
    app: &AppContext,
    before: OffsetDateTime,
    is_active: bool,
) -> Result<Vec<String>> {
    let found = app.db.fetch_all(Idempotency::Idempotent, || {
        query_file!(
            "src/users/sql/operator_throwaways.sql",
            before,
            is_active,
            LISTED_MAX
        )
    });
    Ok(found.await?.into_iter().map(|row| row.email).collect())
}
