//! GET /api/users/{id}/sessions with many audit events: how many of them are read for the locations of a hundred
//! sessions

use super::sessions::listed;
use super::{administrator, path};
use crate::support::TestApp;

/// Adds 150 sessions, a minute apart, each opened by a sign-in event with a location. Also adds 100,000 sign-ins of
/// other users and 30,000 other events of the same user, two in every second of the time of the sessions.
const MANY: &str = "
    alter table audit_events set (autovacuum_enabled = false);
    insert into sessions (id, user_id, created_at, idle_expires_at, expires_at, ip)
    select gen_random_uuid(), u.id, now() - n * interval '1 minute', now() + interval '1 day', now() + interval '1 day',
        '192.0.2.1'
    from users u, generate_series(1, 150) n
    where u.email = 'ada@example.com';
    insert into audit_events (id, occurred_at, event, severity, actor_id, subject_id, session_id, ip, details)
    select gen_random_uuid(), s.created_at + interval '20 milliseconds', 'login', 'info', s.user_id, s.user_id, s.id, s.ip,
        jsonb_build_object('place', jsonb_build_object('country', 'DE', 'city', s.id))
    from sessions s join users u on u.id = s.user_id
    where u.email = 'ada@example.com';
    insert into audit_events (id, occurred_at, event, severity, subject_id, session_id, ip, details)
    select gen_random_uuid(), now() - n * interval '100 milliseconds', 'login', 'info', gen_random_uuid(), gen_random_uuid(),
        '192.0.2.1', '{\"place\": {\"country\": \"US\"}}'
    from generate_series(1, 100000) n;
    insert into audit_events (id, occurred_at, event, severity, subject_id, ip, details)
    select gen_random_uuid(), now() - n * interval '500 milliseconds', 'login_failed', 'warning', u.id, '192.0.2.1', '{}'
    from users u, generate_series(1, 30000) n
    where u.email = 'ada@example.com'";

#[tokio::test]
async fn the_locations_of_a_hundred_sessions_are_read_in_one_statement() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let ada = app.person("ada@example.com", &["user"]).await;
    app.database.execute(MANY).await;
    let sessions = format!("{}/sessions", path(ada.id));
    for is_analyzed in [false, true] {
        if is_analyzed {
            app.database.execute("analyze audit_events").await;
        }
        let before = app.rows_read("audit_events").await;
        let statements = app.statements().await;
        // PostgreSQL plans a prepared statement for its values five times, and may use a generic plan afterwards.
        for _ in 0..8 {
            let list = listed(&app, &admin, &sessions).await;
            assert_eq!(list.len(), 100);
            for session in list {
                // The location is that of the session's own sign-in event.
                assert_eq!(session["place"]["city"], session["id"]);
            }
        }
        assert_eq!(app.statements().await - statements, 8);
        // For each session, at most the user's own events of ten seconds are read: about twenty, each with an index
        // entry and a row. If the plan stops at the first match, only two are read.
        let read = (app.rows_read("audit_events").await - before) / 8;
        assert!(
            (200..=6_000).contains(&read),
            "{read} rows, analyzed: {is_analyzed}"
        );
    }
}

#[tokio::test]
async fn sessions_without_a_location_read_only_the_events_of_ten_seconds() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let ada = app.person("ada@example.com", &["user"]).await;
    let silent = MANY.replace("'place', jsonb", "'other', jsonb");
    app.database.execute(&silent).await;
    app.database.execute("analyze audit_events").await;
    let sessions = format!("{}/sessions", path(ada.id));
    let before = app.rows_read("audit_events").await;
    let list = listed(&app, &admin, &sessions).await;
    assert!(list.iter().all(|session| session["place"].is_null()));
    // For each session, the user's own events of ten seconds are read: about twenty, each with an index entry and a
    // row.
    let read = app.rows_read("audit_events").await - before;
    assert!((2_000..=6_000).contains(&read), "{read} rows");
}
