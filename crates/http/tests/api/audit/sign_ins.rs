//! GET /api/audit/sign-ins

use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use crate::support::{PASSWORD, Person, TestApp};

async fn counted(app: &TestApp, by: &Person, hours: i64) -> Value {
    let path = format!("/api/audit/sign-ins?hours={hours}");
    app.get(&path).bearer(by).send().await.expect(200)
}

fn moment(value: &Value) -> OffsetDateTime {
    OffsetDateTime::parse(value.as_str().unwrap(), &Rfc3339).unwrap()
}

/// Deletes the audit events of the test's own sign-in.
async fn forget_sign_ins(app: &TestApp) {
    app.database
        .execute("alter table audit_events disable trigger all; delete from audit_events")
        .await;
}

#[tokio::test]
async fn every_period_has_equal_intervals_up_to_now_including_empty_ones() {
    let app = TestApp::new().await;
    let admin = app.signed_in("root@example.com", &["admin"]).await;
    forget_sign_ins(&app).await;
    for (hours, seconds, count) in [(24, 900, 96), (168, 3_600, 168), (720, 21_600, 120)] {
        let before = app.statements().await;
        let answer = counted(&app, &admin, hours).await;
        assert_eq!(app.statements().await - before, 1);
        assert_eq!(answer["bucketSeconds"], seconds);
        let (from, to) = (moment(&answer["from"]), moment(&answer["to"]));
        assert_eq!(to - from, Duration::hours(hours));
        assert_eq!(to.unix_timestamp() % seconds, 0);
        let now: OffsetDateTime = app.database.value("select clock_timestamp()").await;
        assert!(to > now - Duration::MINUTE && to - Duration::seconds(seconds) <= now);
        let buckets = answer["buckets"].as_array().unwrap();
        assert_eq!(buckets.len(), count);
        for (i, bucket) in buckets.iter().enumerate() {
            let at = from + Duration::seconds(seconds * i64::try_from(i).unwrap());
            assert_eq!(moment(&bucket["at"]), at);
            assert_eq!(
                (&bucket["succeeded"], &bucket["failed"]),
                (&json!(0), &json!(0))
            );
        }
    }
}

#[tokio::test]
async fn successes_and_failures_are_counted_in_their_interval() {
    let app = TestApp::new().await;
    let admin = app.signed_in("root@example.com", &["admin"]).await;
    forget_sign_ins(&app).await;
    let empty = counted(&app, &admin, 24).await;
    // A bucket includes its first moment and ends before the first moment of the next bucket.
    let at = empty["buckets"][90]["at"].as_str().unwrap();
    let (before, from) = (&empty["buckets"][0]["at"], empty["from"].as_str().unwrap());
    assert_eq!(before, from);
    for (event, count, offset) in [
        ("login", 3, "interval '0'"),
        ("login", 2, "interval '899.999999 s'"),
        ("login", 1, "interval '900 s'"),
        ("login_failed", 4, "interval '1 s'"),
        ("logout", 5, "interval '1 s'"),
        ("user_updated", 5, "interval '1 s'"),
    ] {
        app.database
            .execute(&format!(
                "insert into audit_events (id, occurred_at, event, severity, details)
                 select gen_random_uuid(), timestamptz '{at}' + {offset}, '{event}', 'info', '{{}}'
                 from generate_series(1, {count})"
            ))
            .await;
    }
    let answer = counted(&app, &admin, 24).await;
    // If a new bucket has begun in the meantime, all buckets have moved by one position.
    let place = answer["buckets"].as_array().unwrap().iter();
    let place = place.clone().position(|bucket| bucket["at"] == at).unwrap();
    for (i, bucket) in answer["buckets"].as_array().unwrap().iter().enumerate() {
        let expected = if i == place {
            (5, 4)
        } else if i == place + 1 {
            (1, 0)
        } else {
            (0, 0)
        };
        let (succeeded, failed) = expected;
        assert_eq!(bucket["succeeded"], succeeded, "{i} {answer}");
        assert_eq!(bucket["failed"], failed, "{i} {answer}");
    }
    for hours in [168, 720] {
        let answer = counted(&app, &admin, hours).await;
        let sum = |field: &str| {
            let buckets = answer["buckets"].as_array().unwrap().iter();
            buckets.map(|b| b[field].as_i64().unwrap()).sum::<i64>()
        };
        assert_eq!((sum("succeeded"), sum("failed")), (6, 4));
    }
}

#[tokio::test]
async fn a_real_sign_in_and_a_real_failure_are_in_the_last_bucket() {
    let app = TestApp::new().await;
    let admin = app.signed_in("root@example.com", &["admin"]).await;
    let wrong = json!({ "email": "root@example.com", "password": format!("{PASSWORD}!") });
    let answer = app.post("/api/login").json(&wrong).send().await;
    answer.expect_problem(401, "invalid_credentials");
    let answer = counted(&app, &admin, 720).await;
    // The last two buckets: a new one may have begun between the two sign-ins.
    let last = &answer["buckets"].as_array().unwrap()[118..];
    let sum = |field: &str| last.iter().map(|b| b[field].as_i64().unwrap()).sum::<i64>();
    assert_eq!((sum("succeeded"), sum("failed")), (1, 1), "{answer}");
}

#[tokio::test]
async fn counts_are_capped_at_twenty_thousand() {
    let app = TestApp::new().await;
    let admin = app.signed_in("root@example.com", &["admin"]).await;
    forget_sign_ins(&app).await;
    app.database
        .execute(
            "insert into audit_events (id, occurred_at, event, severity, details)
             select gen_random_uuid(), now() - interval '3 days', 'login_failed', 'warning', '{}'
             from generate_series(1, 20001)",
        )
        .await;
    for hours in [168, 720] {
        let answer = counted(&app, &admin, hours).await;
        let buckets = answer["buckets"].as_array().unwrap().iter();
        let counts: Vec<_> = buckets.map(|b| b["failed"].as_i64().unwrap()).collect();
        assert_eq!(counts.iter().max(), Some(&20_000));
        assert_eq!(counts.iter().sum::<i64>(), 20_000);
    }
}

#[tokio::test]
async fn other_periods_are_refused_and_the_default_is_a_day() {
    let app = TestApp::new().await;
    let admin = app.signed_in("root@example.com", &["admin"]).await;
    for hours in ["0", "25", "-24", "24.0", "024", "all", "%00"] {
        let path = format!("/api/audit/sign-ins?hours={hours}");
        let answer = app.get(&path).bearer(&admin).send().await;
        answer.expect_fields(400, "invalid_query", &[("hours", "invalid_value")]);
    }
    let answer = app.get("/api/audit/sign-ins").bearer(&admin).send().await;
    assert_eq!(answer.expect(200)["bucketSeconds"], 900);
}
