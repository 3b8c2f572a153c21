//! Those who call, and those it is done to.

use uuid::Uuid;

use super::matrix::{Row, Whom};
use crate::support::{Person, TestApp};

/// Ids for the address of a call.
pub(super) struct Target {
    pub(super) id: Uuid,
    pub(super) session: Uuid,
}

/// Opens a session of this user.
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

/// Somebody new whom only this call is done to, in the state that the row speaks of.
pub(super) async fn target(
    app: &TestApp,
    row: &Row,
    caller: Option<&Person>,
    role: &str,
) -> Target {
    let email = format!("{}@target.test", Uuid::now_v7().simple());
    // No matter what is last tried: there is a second administrator, unless the row wants none.
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

/// What is stored about accounts and sessions, and how much has been written down; not when a session
/// was used.
pub(super) async fn stored(app: &TestApp) -> String {
    let stored = "select concat_ws('#', \
        (select string_agg(u::text, '|' order by id) from users u), \
        (select string_agg(concat_ws(',', id, generation, revoked_at, revoked_reason), '|' order by id) from sessions), \
        (select count(*) from audit_events where event <> 'users_exported'))";
    app.database.value(stored).await
}
