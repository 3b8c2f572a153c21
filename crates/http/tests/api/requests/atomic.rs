//! A change and its audit event are atomic: if the event cannot be written, nothing is changed.

use super::stored;
use super::succeeding::prepared;
use crate::support::TestApp;
use crate::support::routes::routes;

/// From now on, every new audit event is refused as if the disk were full.
const REFUSE: &str = "
    create function refuse_event() returns trigger language plpgsql as $$
    begin
        raise exception using errcode = 'disk_full', message = 'no space left';
    end $$;
    create trigger refuse_event before insert on hallpass.audit_events
        for each row execute function refuse_event()";
const ALLOW: &str =
    "drop trigger refuse_event on hallpass.audit_events; drop function refuse_event()";

/// These routes count the attempt first, in a separate statement, and that counter stays.
const COUNTS_FIRST: [&str; 3] = ["/api/login", "/api/me/password", "/api/recovery"];

fn without_counters(stored: &str) -> String {
    let lines = stored.lines();
    lines
        .filter(|line| !line.starts_with("hallpass.login_throttle:"))
        .collect()
}

#[tokio::test]
async fn if_the_audit_event_cannot_be_written_nothing_is_changed() {
    let app = TestApp::new().await;
    app.person("root@example.com", &["admin"]).await;
    let mut refused = Vec::new();
    for (number, route) in routes().into_iter().enumerate() {
        if route.method.is_safe() {
            continue;
        }
        let call = prepared(&app, &route, number).await;
        let before = stored(&app).await;
        app.database.execute(REFUSE).await;
        let answer = call.send().await;
        app.database.execute(ALLOW).await;
        // Requests that write no audit event succeed.
        if answer.status.is_success() {
            continue;
        }
        let status = answer.status.as_u16();
        assert!(status >= 500, "{route:?}: {}", answer.text());
        let after = stored(&app).await;
        if COUNTS_FIRST.contains(&route.path.as_str()) {
            assert_eq!(
                without_counters(&after),
                without_counters(&before),
                "{route:?}"
            );
        } else {
            assert_eq!(after, before, "{route:?}");
        }
        refused.push(format!("{} {}", route.method, route.path));
    }
    assert!(refused.len() >= 12, "{refused:?}");
}
