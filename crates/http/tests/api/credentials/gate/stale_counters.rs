//! Throttle counters whose window has ended are deleted by later attempts, without a timer. Attempts find counters by
//! their keys.

use super::{HOME, WRONG, sign_in};
use crate::support::TestApp;

/// Adds a thousand counters whose first failure was two days ago, with evenly distributed keys. Four of them still
/// block attempts.
const STALE: &str = "insert into login_throttle (key, failures, first_failure_at, blocked_until) \
     select decode(lpad(to_hex(i * 65), 4, '0') || repeat('ab', 30), 'hex'), 1, now() - interval '2 days', \
         case when i % 250 = 125 then now() + interval '1 hour' end \
     from generate_series(1, 1000) as i";

/// Counts the stale counters that are left in each quarter of the keys.
const LEFT: &str = "select array_agg(n order by quarter) from ( \
         select quarter, count(t.key) as n from generate_series(0, 3) as quarter \
         left join login_throttle t on get_byte(t.key, 0) / 64 = quarter \
             and t.first_failure_at < now() - interval '1 day' group by quarter) as counted";

#[tokio::test]
async fn attempts_delete_stale_counters_wherever_their_keys_lie() {
    let app = TestApp::new().await;
    app.database.execute(STALE).await;
    // Each attempt is at another account from another network and adds four counters.
    let attempts = "select count(hallpass.begin_attempt(( \
             select jsonb_agg(jsonb_build_object('key', encode(sha256((i || '.' || k)::bytea), 'hex'), \
                 'limit', 5, 'maxDelay', 900, 'window', 86400, 'isOwn', false)) \
             from generate_series(1, 4) as k))) \
         from generate_series(1, 1500) as i";
    assert_eq!(app.database.value::<i64>(attempts).await, 1_500);
    let left: Vec<i64> = app.database.value(LEFT).await;
    assert!(left.iter().all(|n| *n < 60), "{left:?}");
    // Counters that block attempts and counters younger than a day stay.
    let kept = "select array[count(*) filter (where blocked_until > now()), \
         count(*) filter (where first_failure_at > now() - interval '1 day')] from login_throttle";
    assert_eq!(app.database.value::<Vec<i64>>(kept).await, [4, 6_000]);
}

#[tokio::test]
async fn a_sign_in_deletes_stale_counters() {
    let app = TestApp::new().await;
    app.database.execute(STALE).await;
    let stale =
        "select count(*) from login_throttle where first_failure_at < now() - interval '1 day'";
    for i in 0..4 {
        let email = format!("nobody{i}@example.com");
        sign_in(&app, &email, WRONG, HOME).send().await.expect(401);
    }
    assert!(app.database.value::<i64>(stale).await < 1_000);
}

#[tokio::test]
async fn an_attempt_does_not_read_the_counters_of_others() {
    let app = TestApp::new().await;
    app.database.execute(STALE).await;
    app.database.execute("analyze login_throttle").await;
    // From the sixth execution on, plans are kept.
    let scans = "do $$ \
         declare counters jsonb := '[{\"key\": \"ab\", \"limit\": 5, \"maxDelay\": 9, \"window\": 9, \"isOwn\": true}]'; \
         begin \
             for i in 1..12 loop \
                 perform hallpass.begin_attempt(counters); \
                 perform hallpass.settle_attempt(counters, true); \
             end loop; \
             assert pg_stat_get_xact_numscans('login_throttle'::regclass) = 0, 'the table was read'; \
             assert pg_stat_get_xact_numscans('login_throttle_pkey'::regclass) > 0, 'nothing was read'; \
         end $$";
    app.database.execute(scans).await;
}
