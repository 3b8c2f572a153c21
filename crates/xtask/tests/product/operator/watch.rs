//! Tests of `hallpass watch`.

use hallpass_test_support::Outcome;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader};

use super::deployment::Deployment;
use super::hallpass;

fn breached(answer: &Value) -> Vec<&str> {
    let measures = answer["measures"].as_array().unwrap().iter();
    let breached = measures.filter(|measure| measure["isBreached"] == true);
    breached
        .map(|measure| measure["name"].as_str().unwrap())
        .collect()
}

const QUICK: [&str; 5] = ["--for", "2s", "--every", "1s", "--json"];

async fn watch(deployment: &Deployment, more: &[&str]) -> Outcome {
    let url = deployment.url();
    let arguments = [&["watch", url.as_str()][..], more].concat();
    deployment.hallpass(&arguments).run().await
}

#[tokio::test]
async fn a_quiet_deployment_is_within_its_thresholds() {
    let deployment = Deployment::start().await;
    let answer = watch(&deployment, &QUICK).await.report(0);
    assert_eq!(
        (&answer["looks"], &answer["requests"]),
        (&3.into(), &6.into())
    );
    assert_eq!(
        (&answer["failedRequests"], &answer["end"]),
        (&0.into(), &"timeIsOver".into())
    );
    assert_eq!(breached(&answer), [""; 0]);
    for measure in answer["measures"].as_array().unwrap() {
        assert!(measure["worst"].is_number(), "{measure}");
    }
    let outcome = watch(&deployment, &["--for", "1s", "--every", "1s"]).await;
    assert_eq!(outcome.code, 0, "{outcome:#?}");
    assert!(
        outcome.stdout.contains("No threshold exceeded."),
        "{outcome:#?}"
    );

    // Without a database, there are no values of metrics that are read from it.
    let url = deployment.url();
    let run = hallpass(&[
        "watch", &url, "--public", "--for", "1s", "--every", "1s", "--json",
    ]);
    let answer = run.run().await.report(0);
    assert!(answer["measures"][2]["worst"].is_null(), "{answer}");
    let error = hallpass(&["watch", &url, "--json"]).run().await.failed(3);
    assert!(
        error["nextStep"].as_str().unwrap().contains("--public"),
        "{error}"
    );
    let away =
        hallpass(&["watch", &url, "--json"]).env("DATABASE_URL", "postgres://x@127.0.0.1:1/x");
    assert_eq!(away.run().await.failed(4)["code"], "database_unavailable");
    let stranger = "create role stranger login password 'only-for-tests'";
    deployment.execute(stranger).await;
    let stranger = deployment
        .app
        .postgres
        .url("stranger", "only-for-tests", "postgres");
    let denied = hallpass(&["watch", &url, "--json"]).env("DATABASE_URL", &stranger);
    assert_eq!(denied.run().await.failed(1)["code"], "not_permitted");
    deployment.stop().await;
}

#[tokio::test]
async fn an_outage_ends_the_run_early() {
    let mut deployment = Deployment::start().await;
    deployment.app.postgres.stop().await.unwrap();
    let url = deployment.url();
    let run = hallpass(&[
        "watch", &url, "--public", "--for", "1h", "--every", "1s", "--json",
    ]);
    let answer = run.run().await.report(8);
    assert_eq!(answer["end"], "breachLasts", "{answer}");
    assert_eq!(answer["looks"], 3, "{answer}");
    assert!(breached(&answer).contains(&"errors"), "{answer}");
    assert_eq!(answer["remarks"][0], "health: unhealthy", "{answer}");
    deployment.app.platform.stop().await;
}

#[tokio::test]
async fn a_database_that_becomes_unavailable_exceeds_the_threshold() {
    let deployment = Deployment::start().await;
    deployment
        .execute(
            "create role watcher login password 'only-for-tests'; grant pg_read_all_data, pg_monitor to watcher",
        )
        .await;
    let postgres = &deployment.app.postgres;
    let watcher = postgres.url("watcher", "only-for-tests", "postgres");
    let url = deployment.url();
    let mut run = hallpass(&["watch", &url, "--for", "1h", "--every", "1s"])
        .env("DATABASE_URL", &watcher)
        .spawn();
    let mut lines = BufReader::new(run.stderr.take().unwrap()).lines();
    let first = lines.next_line().await.unwrap().unwrap();
    assert!(first.contains("database unavailable 0.0 %"), "{first}");
    // For the command's role the server has no free connections, but the functions continue to work.
    deployment
        .execute(
            "alter role watcher connection limit 0; \
             select pg_terminate_backend(pid) from pg_stat_activity where usename = 'watcher'",
        )
        .await;
    let outcome = Outcome::of(run).await;
    assert_eq!(outcome.code, 8, "{outcome:#?}");
    let verdict =
        "Threshold exceeded in 3 consecutive samples: database unavailable. Stopped early.";
    // Text is wrapped at 80 columns.
    let printed: Vec<_> = outcome.stdout.split_whitespace().collect();
    assert!(printed.join(" ").contains(verdict), "{outcome:#?}");
    assert!(
        outcome.stdout.contains("timed out while connecting"),
        "{outcome:#?}"
    );
    assert!(
        outcome.stdout.contains(": 0 of "),
        "the deployment answers: {outcome:#?}"
    );
    deployment.stop().await;
}

#[tokio::test]
async fn failed_sign_ins_are_counted_per_minute() {
    let deployment = Deployment::start().await;
    let fail = |count: &str, ago: &str| {
        format!(
            "insert into hallpass.audit_events select (hallpass.audit_event('login_failed', 'warning', null, null, null, \
             jsonb_build_object('eventId', gen_random_uuid()), '{{}}')).* from generate_series(1, {count}); \
             alter table hallpass.audit_events disable trigger user; \
             update hallpass.audit_events set id = encode(set_byte(set_byte(decode(lpad(to_hex((extract(epoch from \
             clock_timestamp()) * 1000)::bigint), 12, '0') || substr(replace(gen_random_uuid()::text, '-', ''), 13), \
             'hex'), 6, 112), 8, 128), 'hex')::uuid, occurred_at = clock_timestamp() - interval '{ago}' \
             where event = 'login_failed' and occurred_at > clock_timestamp() - interval '5 seconds'; \
             alter table hallpass.audit_events enable trigger user"
        )
    };
    deployment.execute(&fail("40", "90 seconds")).await;
    deployment.execute(&fail("10", "1 second")).await;
    assert_eq!(
        breached(
            &watch(&deployment, &["--for", "1s", "--every", "2s", "--json"])
                .await
                .report(0)
        ),
        [""; 0]
    );
    deployment.execute(&fail("1", "0 seconds")).await;
    let answer = watch(&deployment, &["--for", "1s", "--every", "2s", "--json"])
        .await
        .report(8);
    assert_eq!(breached(&answer), ["failedSignIns"]);
    assert_eq!(answer["measures"][4]["worst"], 11.0, "{answer}");
    deployment.stop().await;
}

#[tokio::test]
async fn guessing_at_one_account_is_reported_despite_the_rate_limit() {
    let deployment = Deployment::start().await;
    // Ten failures within a minute half an hour ago and one now, as the rate limit allows them.
    let fail = |count: u32, ago: &str| {
        format!(
            "insert into hallpass.users (id, email, email_normalized, name, name_normalized) \
             values ('00000000-0000-7000-8000-000000000001', 'ada@example.com', 'ada@example.com', 'Ada', 'ada') \
             on conflict do nothing; \
             insert into hallpass.audit_events (id, occurred_at, event, severity, subject_id, ip, details) \
             select gen_random_uuid(), clock_timestamp() - interval '{ago}', 'login_failed', 'warning', \
             '00000000-0000-7000-8000-000000000001', '192.0.2.1', '{{}}' from generate_series(1, {count})"
        )
    };
    deployment.execute(&fail(11, "30 minutes")).await;
    let arguments = ["--for", "1s", "--every", "2s", "--json"];
    // The attempts have ended, so no threshold is exceeded.
    let answer = watch(&deployment, &arguments).await.report(0);
    assert_eq!(breached(&answer), [""; 0]);
    deployment.execute(&fail(1, "0 seconds")).await;
    let answer = watch(&deployment, &arguments).await.report(8);
    assert_eq!(breached(&answer), ["failedSignIns"]);
    assert_eq!(answer["measures"][4]["worst"], 1.0, "{answer}");
    let remark = answer["remarks"][0].as_str().unwrap();
    assert!(
        remark.starts_with("failed sign-ins: 12 within an hour for one account"),
        "{remark}"
    );
    deployment.stop().await;
}

#[tokio::test]
async fn connections_are_compared_with_the_nearest_limit() {
    let deployment = Deployment::start().await;
    // The connection of the command uses up the role's limit of one connection.
    deployment
        .execute("create role watcher login superuser password 'only-for-tests' connection limit 1")
        .await;
    deployment
        .execute("alter role watcher nosuperuser; grant pg_read_all_data, pg_monitor to watcher")
        .await;
    let url = deployment
        .app
        .postgres
        .url("watcher", "only-for-tests", "postgres");
    let arguments = [
        "watch",
        &deployment.url(),
        "--for",
        "1s",
        "--every",
        "2s",
        "--json",
    ];
    let answer = hallpass(&arguments)
        .env("DATABASE_URL", &url)
        .run()
        .await
        .report(8);
    assert_eq!(breached(&answer), ["connections"]);
    deployment.stop().await;
}

#[tokio::test]
async fn an_interrupted_run_prints_its_summary() {
    let deployment = Deployment::start().await;
    let url = deployment.url();
    let mut run = deployment
        .hallpass(&["watch", &url, "--for", "1h", "--every", "1s"])
        .spawn();
    let pid = Pid::from_raw(run.id().unwrap().try_into().unwrap());
    let mut lines = BufReader::new(run.stderr.take().unwrap()).lines();
    let first = lines.next_line().await.unwrap().unwrap();
    assert!(
        first.starts_with("sample 1, ") && first.contains("healthy"),
        "{first}"
    );
    kill(pid, Signal::SIGINT).unwrap();
    let outcome = Outcome::of(run).await;
    assert_eq!(outcome.code, 1, "{outcome:#?}");
    assert!(
        outcome
            .stdout
            .contains("Interrupted; no threshold exceeded so far."),
        "{outcome:#?}"
    );
    deployment.stop().await;
}
