//! The users that requests are about, and what is stored of them.

use uuid::Uuid;

use super::matrix::{Row, Whom};
use crate::support::{Person, TestApp};

/// Ids for the path of a request.
pub(super) struct Target {
    pub(super) id: Uuid,
    pub(super) session: Uuid,
}

/// Creates a session of this user.
async fn session_of(app: &TestApp, user: Uuid) -> Uuid {
    let id = Uuid::now_v7();
    sqlx::query(
        "insert into sessions (id, user_id, idle_expires_at, expires_at) \
         values ($1, $2, now() + interval '1 day', now() + interval '1 day')",
    )
    .bind(id)
    .bind(user)
    .execute(&app.database.owner)
    .await
    .unwrap();
    id
}

/// Creates a user for this request only, in the state that the row needs. If the row is about the callers themselves,
/// it is the caller.
pub(super) async fn target(
    app: &TestApp,
    row: &Row,
    caller: Option<&Person>,
    role: &str,
) -> Target {
    let email = format!("{}@target.test", Uuid::now_v7().simple());
    // Earlier rows may have changed it: there is a second administrator, unless the row needs the last one.
    app.database
        .execute("update users set is_active = true where email = 'root@example.com'")
        .await;
    let id = match (row.whom, caller) {
        (Whom::Unknown, _) => {
            return Target {
                id: Uuid::now_v7(),
                session: Uuid::now_v7(),
            };
        }
        (Whom::Themselves, Some(caller)) => caller.id,
        (Whom::Nobody | Whom::Themselves, _) => app.person(&email, &["user"]).await.id,
        (Whom::Holding(role), _) => app.person(&email, &[role]).await.id,
        (Whom::LastAdministrator, caller) => {
            let id = match caller.filter(|_| role == "admin") {
                Some(caller) => caller.id,
                None => app.person(&email, &["admin"]).await.id,
            };
            let others = "update users set is_active = false where roles @> '{admin}' and id <>";
            app.database.execute(&format!("{others} '{id}'")).await;
            id
        }
    };
    Target {
        id,
        session: session_of(app, id).await,
    }
}

/// Everything that is stored about accounts and sessions, except when a session was used, and the number of audit
/// events.
pub(super) async fn stored(app: &TestApp) -> String {
    let stored = "select concat_ws('#', \
        (select string_agg(u::text, '|' order by id) from users u), \
        (select string_agg(concat_ws(',', id, generation, revoked_at, revoked_reason), '|' order by id) from sessions), \
        (select count(*) from audit_events where event <> 'users_exported'))";
    app.database.value(stored).await
}
