//! The actor of a request, and statements that check the actor's permissions.

use serde_json::{Value, json};
use sqlx::postgres::PgRow;
use sqlx::query::Map;
use sqlx::{Postgres, QueryBuilder, query};

use crate::db::{Db, Idempotency};
use crate::tokens::access::Claims;
use crate::{Error, Result};

/// The actor of a request, on whose behalf a statement reads or changes something.
#[derive(Clone, Copy, Debug)]
pub enum Actor<'a> {
    /// A user with a session, named by the claims of a verified access token. The database decides what the session and
    /// its user may do at this moment.
    Session(&'a Claims),
    /// The operator at the command line, who holds every permission and has no account. Audit events have no actor.
    Operator,
}

impl Actor<'_> {
    /// The parameter of `hallpass.authorize_access`.
    pub(crate) fn json(self) -> Value {
        match self {
            Self::Session(claims) => json!({
                "sessionId": claims.sid,
                "userId": claims.sub,
                "generation": claims.generation,
                "issuedAt": claims.iat,
            }),
            Self::Operator => json!({ "operator": true }),
        }
    }
}

/// The parameter of `hallpass.authorize_access` for a request that began in time and continues (an export): the
/// access token may have expired since then, but the session must still be active.
pub(crate) fn continuing(claims: &Claims) -> Value {
    let mut caller = Actor::Session(claims).json();
    caller["issuedAt"] = Value::Null;
    caller
}

/// Runs a statement that begins with `authorize_access`. `make` gets the caller, which is the statement's first
/// parameter.
///
/// A refusal rolls the whole statement back. This undoes the update that marks the session's current generation as
/// used, which is needed to detect a stolen refresh token. The update is therefore repeated in a statement of its own.
///
/// # Errors
/// As [`crate::db::Db::fetch_all`].
pub async fn authorized<'q, T, F, A>(
    db: &Db,
    actor: Actor<'_>,
    idempotency: Idempotency,
    make: impl Fn(&Value) -> Map<'q, Postgres, F, A> + Send + Sync,
) -> Result<Vec<T>>
where
    T: Send + Unpin,
    F: FnMut(PgRow) -> sqlx::Result<T> + Send,
    A: sqlx::IntoArguments<Postgres> + Send + 'q,
{
    let caller = actor.json();
    let result = db.fetch_all(idempotency, || make(&caller)).await;
    if let (Err(error), Actor::Session(claims)) = (&result, actor) {
        if matches!(error, Error::Forbidden) {
            log_forbidden(claims);
        }
        if matches!(
            error,
            Error::Forbidden | Error::LastAdministrator | Error::EmailTaken
        ) {
            confirm(db, &caller).await;
        }
    }
    result
}

/// Logs a refusal as a security event (ASVS 16.3.2).
pub(crate) fn log_forbidden(claims: &Claims) {
    tracing::warn!(
        event = "authz_fail",
        user_id = %claims.sub,
        session_id = %claims.sid,
        "refused: the permission is missing"
    );
}

/// Begins a statement with the common table expression `viewer`: the caller, if the caller has the permission.
pub(crate) fn with_viewer(caller: &Value, permission: &'static str) -> QueryBuilder<Postgres> {
    let mut sql =
        QueryBuilder::new("with viewer as materialized (select * from hallpass.authorize_access(");
    sql.push_bind(caller.clone())
        .push(", '")
        .push(permission)
        .push("'))");
    sql
}

async fn confirm(db: &Db, caller: &Value) {
    let confirmed = db.fetch_all(Idempotency::Idempotent, || {
        query!(
            r#"select true as "alive!" from hallpass.authorize_access($1, null)"#,
            caller
        )
    });
    if let Err(error) = confirmed.await {
        tracing::debug!(%error, "could not note the use of the session");
    }
}
