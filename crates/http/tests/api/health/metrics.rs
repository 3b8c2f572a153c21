//! GET /api/metrics

use crate::support::{Answer, METRICS_TOKEN as TOKEN, TestApp};
use crate::users::administrator;

async fn scrape(app: &TestApp) -> Answer {
    app.get("/api/metrics").token(TOKEN).send().await
}

/// The value of a series, which is named as in the response: metric name and labels.
#[track_caller]
fn value(text: &str, series: &str) -> i64 {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no {series} in {text}"))
        .parse()
        .unwrap()
}

#[tokio::test]
async fn metrics_need_the_token_and_one_statement() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    app.database
        .execute(
            "insert into audit_events (id, occurred_at, event, severity, details)
             select gen_random_uuid(), now() - make_interval(secs => s), e, case e when 'refresh_reuse' then 'critical' else 'info' end, '{}'
             from (values (5, 'login_failed'), (50, 'login_failed'), (70, 'login_failed'), (90000, 'login_failed'),
                 (80000, 'login'), (90000, 'login'), (80000, 'refresh_reuse'), (90000, 'refresh_reuse')) as happened (s, e);
             insert into login_throttle (key, failures, first_failure_at, blocked_until)
             values ('a', 9, now(), now() + interval '1 hour'), ('b', 9, now(), now() - interval '1 hour'), ('c', 1, now(), null)",
        )
        .await;
    app.get("/api/me").bearer(&admin).send().await.expect(200);
    let before = app.statements().await;
    let answer = scrape(&app).await;
    assert_eq!(app.statements().await - before, 1);
    answer.expect(200);
    assert_eq!(
        answer.header("content-type"),
        Some("application/openmetrics-text; version=1.0.0; charset=utf-8")
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let text = answer.text();
    assert!(text.ends_with("\n# EOF\n"), "{text}");
    for (series, expected) in [
        ("hallpass_administrators", 1),
        // The administrator's sign-in of this test, and the inserted one of 80,000 seconds ago.
        ("hallpass_sign_ins_1m", 1),
        ("hallpass_sign_ins_1d", 2),
        ("hallpass_failed_sign_ins_1m", 2),
        ("hallpass_failed_sign_ins_1d", 3),
        ("hallpass_critical_events_1d", 1),
        ("hallpass_throttled_keys", 1),
        ("hallpass_schema_current", 1),
    ] {
        assert_eq!(value(&text, series), expected, "{series}: {text}");
    }
    let build = format!(
        "hallpass_build_info{{version=\"{}\"}}",
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(value(&text, &build), 1);
    let size: i64 = app
        .database
        .value("select pg_database_size(current_database())")
        .await;
    assert!((value(&text, "hallpass_database_bytes") - size).abs() < 10_000_000);
    assert!(value(&text, "hallpass_table_bytes{table=\"users\"}") >= 8192);
    let open = value(&text, "hallpass_connections{scope=\"server\"}");
    let limit = value(&text, "hallpass_connections_limit{scope=\"server\"}");
    assert!(1 <= open && open < limit, "{text}");
}

#[tokio::test]
async fn without_the_token_metrics_are_401_without_a_statement() {
    let open = TestApp::new().await;
    let admin = administrator(&open).await;
    let closed = open.beside(&[("HALLPASS_METRICS_TOKEN", "")]);
    let before = open.statements().await;
    let nobody = closed.get("/api/metrics").send().await;
    nobody.expect_problem(401, "unauthenticated");
    assert_eq!(nobody.header("www-authenticate"), Some("Bearer"));
    for (app, is_open) in [(&open, true), (&closed, false)] {
        let get = || app.get("/api/metrics");
        let mut calls = vec![
            get(),
            get().token(""),
            get().token(&TOKEN[1..]),
            get().token(&TOKEN.to_uppercase()),
            get().token(&format!("{TOKEN}0")),
            get().token("hunter2"),
            get().bearer(&admin),
            get().cookie(&admin.refresh_token),
            get().header("authorization", TOKEN),
            get().header("authorization", &format!("Basic {TOKEN}")),
            get().token(TOKEN).also("authorization", "Bearer another"),
            app.get(&format!("/api/metrics?token={TOKEN}")),
        ];
        if !is_open {
            calls.push(get().token(TOKEN));
        }
        for call in calls {
            let answer = call.send().await;
            answer.expect_problem(401, "unauthenticated");
            assert_eq!(
                answer.without_request_id(),
                nobody.without_request_id(),
                "the response must not reveal the reason"
            );
        }
    }
    assert_eq!(open.statements().await, before);
    for method in ["POST", "PUT", "DELETE"] {
        let call = open
            .call(method.parse().unwrap(), "/api/metrics")
            .token(TOKEN);
        call.send().await.expect_problem(405, "method_not_allowed");
    }
}

#[tokio::test]
async fn metrics_contain_no_users_and_no_secrets() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    app.person("ada.lovelace@example.com", &["user"]).await;
    let text = scrape(&app).await.text().to_lowercase();
    for secret in [
        "example.com",
        "lovelace",
        "the apps own",
        "the%20apps%20own",
        "postgres://",
        TOKEN,
        "192.0.2",
    ] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    for of_somebody in [
        &admin.access_token,
        &admin.refresh_token,
        &admin.id.to_string(),
    ] {
        assert!(!text.contains(&of_somebody.to_lowercase()), "{text}");
    }
}

#[tokio::test]
async fn metrics_scan_a_bounded_number_of_rows() {
    let app = TestApp::new().await;
    administrator(&app).await;
    app.database
        .execute(
            "alter table audit_events set (autovacuum_enabled = false);
             alter table login_throttle set (autovacuum_enabled = false);
             insert into audit_events (id, occurred_at, event, severity, details)
             select gen_random_uuid(), now() - make_interval(secs => i * 10), case i % 3 when 0 then 'login_failed' else 'login' end,
                 case when i % 1000 = 0 then 'critical' else 'info' end, '{}'
             from generate_series(1, 60000) as i;
             insert into login_throttle (key, failures, first_failure_at, blocked_until)
             select sha256(i::text::bytea), 1, now(), now() + interval '1 hour' from generate_series(1, 60000) as i;
             analyze audit_events; analyze login_throttle",
        )
        .await;
    scrape(&app).await.expect(200);
    for (table, most) in [("audit_events", 40_000), ("login_throttle", 20_000)] {
        let before = app.rows_read(table).await;
        let text = scrape(&app).await.text();
        let read = app.rows_read(table).await - before;
        // In an index scan, PostgreSQL counts the index entry and the row.
        assert!(0 < read && read <= most, "{table}: read {read} rows");
        // At most 20,000 counters are scanned. Two of them can be those of the administrator's sign-in, which block
        // nothing.
        assert!(value(&text, "hallpass_throttled_keys") >= 19_998);
    }
}

#[tokio::test]
async fn without_a_database_the_response_is_503() {
    let app = TestApp::new().await;
    scrape(&app.cut_off()).await.expect_unavailable();
}
