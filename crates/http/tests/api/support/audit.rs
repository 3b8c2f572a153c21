//! What the product wrote down about what happened.

use serde_json::Value;
use uuid::Uuid;

use super::{Person, TestApp};

/// A row of `audit_events`.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub(crate) struct Event {
    pub(crate) name: String,
    pub(crate) severity: String,
    pub(crate) actor_id: Option<Uuid>,
    pub(crate) subject_id: Option<Uuid>,
    pub(crate) session_id: Option<Uuid>,
    pub(crate) ip: Option<String>,
    pub(crate) user_agent: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) details: Value,
}

impl TestApp {
    /// All events so far, the oldest first, but sign-ins, which every test begins with, and refused refresh tokens,
    /// with which tests find out whether a session lives.
    pub(crate) async fn events(&self) -> Vec<Event> {
        sqlx::query_as(
            "select event as name, severity, actor_id, subject_id, session_id, host(ip) as ip, user_agent, request_id, details \
             from audit_events where event not in ('login', 'refresh_refused') order by occurred_at, id",
        )
        .fetch_all(&self.database.owner)
        .await
        .unwrap()
    }

    /// Fails unless this is the only event so far, sign-ins aside, and says who did it to whom.
    #[track_caller]
    pub(crate) fn expect_event(
        events: &[Event],
        name: &str,
        actor: &Person,
        subject: Uuid,
    ) -> Event {
        let [event] = events else {
            panic!("not exactly one event: {events:?}")
        };
        assert_eq!(event.name, name);
        assert_eq!(event.severity, "info");
        assert_eq!(event.actor_id, Some(actor.id));
        assert_eq!(event.subject_id, Some(subject));
        assert_eq!(event.ip.as_deref(), Some("192.0.2.1"));
        assert_eq!(event.user_agent.as_deref(), Some("tests"));
        assert!(event.request_id.as_deref().is_some_and(|id| !id.is_empty()));
        event.clone()
    }
}
