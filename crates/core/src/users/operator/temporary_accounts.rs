//! Lists the temporary accounts of the operator's command.

use sqlx::query_file;
use time::OffsetDateTime;

use crate::db::Idempotency;
use crate::{AppContext, Result};

/// Maximum number of accounts that are listed.
const LISTED_MAX: i64 = 100;

/// Lists the e-mail addresses of temporary accounts that were created before the given time and are active, or else
/// deactivated; oldest first, at most 100. One statement.
///
/// # Errors
/// Database errors only.
pub async fn temporary_accounts(
    app: &AppContext,
    before: OffsetDateTime,
    is_active: bool,
) -> Result<Vec<String>> {
    let found = app.db.fetch_all(Idempotency::Idempotent, || {
        query_file!(
            "src/users/sql/operator_temporary_accounts.sql",
            before,
            is_active,
            LISTED_MAX
        )
    });
    Ok(found.await?.into_iter().map(|row| row.email).collect())
}
