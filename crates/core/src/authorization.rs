//! Statements on behalf of somebody who is signed in.

use sqlx::postgres::PgRow;
use sqlx::query::Map;
use sqlx::{Postgres, QueryBuilder, query};

use crate::db::Effect;
use crate::tokens::access::Claims;
use crate::{AppContext, Error, Result};

/// Runs a statement that begins with `authorize_access`.
///
/// What such a statement refuses is undone as a whole, and with it the note that the session's
/// current generation is in use. That note is what exposes a thief, so it is made up for.
///
/// # Errors
/// As [`crate::db::Db::fetch_all`].
pub async fn authorized<'q, T, F, A>(
    app: &AppContext,
    claims: &Claims,
    effect: Effect,
    make: impl Fn() -> Map<'q, Postgres, F, A> + Send,
) -> Result<Vec<T>>
where
    T: Send + Unpin,
    F: FnMut(PgRow) -> sqlx::Result<T> + Send,
    A: sqlx::IntoArguments<Postgres> + Send + 'q,
{
    let result = app.db.fetch_all(effect, make).await;
    if matches!(result, Err(Error::Forbidden)) {
        refused_for_want_of_a_permission(claims);
    }
    if matches!(
        result,
        Err(Error::Forbidden | Error::LastAdministrator | Error::EmailTaken)
    ) {
        confirm(app, claims).await;
    }
    result
}

/// A security event of the log (ASVS 16.3.2).
pub(crate) fn refused_for_want_of_a_permission(claims: &Claims) {
    tracing::warn!(
        event = "authz_fail",
        user_id = %claims.sub,
        session_id = %claims.sid,
        "refused for want of a permission"
    );
}

/// Begins a statement with `viewer`: the caller, if the session may do this.
pub(crate) fn with_viewer(claims: &Claims, permission: &'static str) -> QueryBuilder<Postgres> {
    let mut sql =
        QueryBuilder::new("with viewer as materialized (select * from hallpass.authorize_access(");
    sql.push_bind(claims.sid)
        .push(", ")
        .push_bind(claims.sub)
        .push(", ")
        .push_bind(claims.generation)
        .push(", ")
        .push_bind(claims.iat)
        .push(", '")
        .push(permission)
        .push("'))");
    sql
}

async fn confirm(app: &AppContext, claims: &Claims) {
    let confirmed = app.db.fetch_all(Effect::Repeatable, || {
        query!(
            r#"select true as "alive!" from hallpass.authorize_access($1, $2, $3, $4, null)"#,
            claims.sid,
            claims.sub,
            claims.generation,
            claims.iat,
        )
    });
    if let Err(error) = confirmed.await {
        tracing::debug!(%error, "could not note the use of the session");
    }
}
