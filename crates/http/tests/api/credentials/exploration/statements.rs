//! Executes the product's SQL statements one by one, as the application's role. The product hashes passwords between
//! them, which would take too long here.

use serde_json::{Value, json};
use sqlx::postgres::PgConnection;
use sqlx::{Row as _, query};
use uuid::Uuid;

use hallpass_core::tokens::link::LinkToken;

const BEGIN_LINK: &str = include_str!("../../../../../core/src/recovery/sql/begin.sql");
const REDEEM: &str = include_str!("../../../../../core/src/recovery/sql/redeem.sql");
const BEGIN_SIGN_IN: &str = include_str!("../../../../../core/src/sign_in/sql/begin.sql");
const SUCCEED: &str = include_str!("../../../../../core/src/sign_in/sql/succeed.sql");
const OWN: &str = include_str!("../../../../../core/src/users/sql/own.sql");
const ROTATE: &str = include_str!("../../../../../core/src/sessions/sql/rotate.sql");
const CHANGE_PASSWORD: &str = include_str!("../../../../../core/src/users/sql/change_password.sql");

/// Lifetime of sessions in seconds: longer than an exploration.
const LONG: f64 = 86_400.0;

/// The client of a request. Each statement needs one of its own, because it may write an audit event with its id.
fn client() -> Value {
    json!({ "eventId": Uuid::now_v7(), "requestId": "exploration" })
}

/// The claims of the access token that was issued with the session.
fn caller(session: Uuid, user: Uuid, issued_at: i64) -> Value {
    json!({ "sessionId": session, "userId": user, "generation": 0, "issuedAt": issued_at })
}

/// No throttle counters: throttling is tested elsewhere.
fn counters() -> Value {
    json!([])
}

/// Whether the error is the refusal of a request with an access token.
fn is_refused(error: &sqlx::Error) -> bool {
    let code = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code);
    matches!(code.as_deref(), Some("HP401" | "HP403"))
}

/// Whether a link is valid, as it is checked when the link is inspected and before a password is hashed.
pub(super) async fn is_good_link(on: &mut PgConnection, link: LinkToken) -> bool {
    let row = query(BEGIN_LINK)
        .bind(link.user_id)
        .bind(link.credential_version)
        .bind(link.made_at)
        .bind(counters())
        .bind(client())
        .fetch_one(on)
        .await
        .unwrap();
    row.get::<Option<Value>, _>("account?: Json<Account>")
        .is_some()
}

/// Sets a password with a link. Returns the session that this opens.
pub(super) async fn redeem(on: &mut PgConnection, link: LinkToken, hash: &str) -> Option<Uuid> {
    let row = query(REDEEM)
        .bind(link.user_id)
        .bind(link.credential_version)
        .bind(hash)
        .bind(Uuid::now_v7())
        .bind(LONG)
        .bind(LONG)
        .bind(client())
        .bind(link.made_at)
        .bind(None::<Uuid>)
        .bind(None::<Uuid>)
        .fetch_optional(on)
        .await
        .unwrap();
    row.map(|row| row.get("session_id!"))
}

/// What the first statement of a sign-in reads of an account.
#[derive(Debug)]
pub(super) struct Found {
    user_id: Uuid,
    credential_version: i32,
    hash: Option<String>,
    is_active: bool,
    is_vouched: bool,
}

impl Found {
    pub(super) async fn of(on: &mut PgConnection, email: &str) -> Self {
        let row = query(BEGIN_SIGN_IN)
            .bind(email)
            .bind(counters())
            .bind(counters())
            .bind(None::<String>)
            .bind(None::<Uuid>)
            .bind(None::<i32>)
            .bind(None::<Value>)
            .fetch_one(on)
            .await
            .unwrap();
        Self {
            user_id: row.get("id?"),
            credential_version: row.get("credential_version?"),
            hash: row.get("password_hash"),
            is_active: row.get("is_active?"),
            is_vouched: row.get("is_vouched!"),
        }
    }

    /// Whether the stored hash is this one.
    pub(super) fn has(&self, hash: &str) -> bool {
        self.hash.as_deref() == Some(hash)
    }

    /// Whether the first statement lets the password through.
    pub(super) fn is_let_through(&self) -> bool {
        self.is_active && self.is_vouched
    }

    /// Opens a session, as after a correct password. The statement checks the account once more.
    pub(super) async fn succeed(&self, on: &mut PgConnection) -> Option<Uuid> {
        let row = query(SUCCEED)
            .bind(self.user_id)
            .bind(self.credential_version)
            .bind(None::<String>)
            .bind(Uuid::now_v7())
            .bind(LONG)
            .bind(LONG)
            .bind(client())
            .bind(counters())
            .bind(None::<Uuid>)
            .bind(None::<Uuid>)
            .fetch_optional(on)
            .await
            .unwrap();
        row.map(|row| row.get("session_id!"))
    }
}

/// Whether a session serves a request.
pub(super) async fn serves(
    on: &mut PgConnection,
    (session, user, issued_at): (Uuid, Uuid, i64),
) -> bool {
    let served = query(OWN).bind(caller(session, user, issued_at));
    match served.fetch_optional(on).await {
        Ok(row) => row.is_some(),
        Err(error) if is_refused(&error) => false,
        Err(error) => panic!("{error}"),
    }
}

/// Refreshes a session with its current token.
pub(super) async fn refresh(
    on: &mut PgConnection,
    (session, generation): (Uuid, i32),
    user: Uuid,
) -> bool {
    let row = query(ROTATE)
        .bind(session)
        .bind(generation)
        .bind(LONG)
        .bind(client())
        .bind(3.0)
        .bind(30.0)
        .bind(user)
        .bind(counters())
        .fetch_one(on)
        .await
        .unwrap();
    row.get::<Option<Uuid>, _>("session_id?").is_some() && !row.get::<bool, _>("reused!")
}

/// Changes the password in a session, as after a correct current password.
pub(super) async fn change_password(
    on: &mut PgConnection,
    (session, user, issued_at): (Uuid, Uuid, i64),
    hash: &str,
) -> bool {
    let version = "select credential_version from hallpass.users where id = $1";
    let version: i32 = sqlx::query_scalar(version)
        .bind(user)
        .fetch_one(&mut *on)
        .await
        .unwrap();
    let changed = query(CHANGE_PASSWORD)
        .bind(caller(session, user, issued_at))
        .bind(version)
        .bind(hash)
        .bind(client())
        .bind(counters());
    match changed.fetch_one(on).await {
        Ok(row) => row.get("changed!"),
        Err(error) if is_refused(&error) => false,
        Err(error) => panic!("{error}"),
    }
}
