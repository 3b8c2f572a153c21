//! Tests of `hallpass smoke`.

use hallpass_test_support::{Outcome, eventually};
use serde_json::Value;

use super::deployment::{ACCOUNTS, Deployment};
use super::hallpass;
use super::other_servers::{answering, nobody};
use super::tls::{Authority, serve};
use crate::test_app::{APP_PASSWORD, database};

const SIGNED_IN: [&str; 9] = [
    "signIn",
    "users",
    "me",
    "refresh",
    "usersAgain",
    "signOut",
    "sessionIsOver",
    "tokenIsOver",
    "accountRemoved",
];
const PUBLIC: [&str; 6] = [
    "health",
    "securityHeaders",
    "console",
    "assets",
    "keys",
    "refusesStrangers",
];

fn names(answer: &Value) -> Vec<&str> {
    let steps = answer["steps"].as_array().unwrap().iter();
    steps.map(|step| step["name"].as_str().unwrap()).collect()
}

fn failed(answer: &Value) -> Vec<&str> {
    let steps = answer["steps"].as_array().unwrap().iter();
    let failed = steps.filter(|step| step["passed"] == false);
    failed.map(|step| step["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_working_deployment_passes_and_the_run_leaves_nothing_behind() {
    let deployment = Deployment::start().await;
    let url = deployment.url();
    let outcome = deployment.hallpass(&["smoke", &url, "--json"]).run().await;
    let answer = outcome.report(0);
    assert_eq!(names(&answer), [&PUBLIC[..], &SIGNED_IN[..]].concat());
    assert_eq!(failed(&answer), [""; 0]);
    assert_eq!(deployment.count(ACCOUNTS).await, 0);
    assert_eq!(
        deployment
            .count("select count(*) from hallpass.sessions")
            .await,
        0
    );
    let told = "select count(*) from hallpass.audit_events where event in ('user_created', 'user_erased', 'login')";
    assert_eq!(deployment.count(told).await, 3);

    let outcome = deployment.hallpass(&["smoke", &url]).run().await;
    assert_eq!(outcome.code, 0, "{outcome:#?}");
    assert!(outcome.stdout.contains("15 of 15 passed"), "{outcome:#?}");

    // Without a database, no account can be created.
    let error = hallpass(&["smoke", &url, "--json"]).run().await.error(3);
    assert!(
        error["nextStep"].as_str().unwrap().contains("--public"),
        "{error}"
    );
    let public = hallpass(&["smoke", &url, "--public", "--json"])
        .run()
        .await
        .report(0);
    assert_eq!(names(&public), PUBLIC);
    let headers = hallpass(&["smoke", &url, "--headers-only", "--json"])
        .run()
        .await
        .report(0);
    assert_eq!(names(&headers), ["securityHeaders"]);
    deployment.stop().await;
}

#[tokio::test]
async fn each_broken_part_fails_its_step() {
    let deployment = Deployment::start().await;
    let url = deployment.url();
    let asset = deployment.console().join("assets/index-1a2b.js");
    let script = std::fs::read(&asset).unwrap();
    std::fs::remove_file(&asset).unwrap();
    let public = hallpass(&["smoke", &url, "--public", "--json"])
        .run()
        .await
        .report(8);
    assert_eq!(failed(&public), ["assets"]);
    std::fs::write(&asset, script).unwrap();
    std::fs::write(deployment.console().join("index.html"), "<p>not built</p>").unwrap();
    let public = hallpass(&["smoke", &url, "--public", "--json"])
        .run()
        .await
        .report(8);
    assert_eq!(failed(&public), ["console"]);

    // The role of the account has no permissions: it can sign in, but not list users.
    deployment
        .execute("update hallpass.roles set permissions = '{}' where name = 'viewer'")
        .await;
    let answer = deployment
        .hallpass(&["smoke", &url, "--json"])
        .run()
        .await
        .report(8);
    assert_eq!(failed(&answer), ["console", "users", "usersAgain"]);
    assert_eq!(deployment.count(ACCOUNTS).await, 0);

    // The schema is outdated: the deployment responds, but is not healthy.
    let newest = "delete from hallpass._sqlx_migrations where version = (select max(version) from hallpass._sqlx_migrations)";
    deployment.execute(newest).await;
    let public = hallpass(&["smoke", &url, "--public", "--json"])
        .run()
        .await
        .report(8);
    assert_eq!(failed(&public), ["health", "console"]);
    deployment.stop().await;
}

#[tokio::test]
async fn the_database_of_another_deployment_is_suspected_and_the_account_removed() {
    let deployment = Deployment::start().await;
    let other = Deployment::start().await;
    let outcome = other
        .hallpass(&["smoke", &deployment.url(), "--json"])
        .run()
        .await;
    let answer = outcome.report(8);
    assert_eq!(failed(&answer), ["signIn"]);
    assert!(
        outcome
            .stdout
            .contains("check that these variables name the database"),
        "{outcome:#?}"
    );
    assert_eq!(other.count(ACCOUNTS).await, 0);
    other.stop().await;
    deployment.stop().await;
}

#[tokio::test]
async fn an_interrupted_run_removes_its_account() {
    let deployment = Deployment::start().await;
    // The refresh waits for a lock that is not released, so the run does not get past this step.
    deployment
        .execute("alter function hallpass.session_is_live(hallpass.sessions) rename to is_live")
        .await;
    deployment
        .execute(
            "create function hallpass.session_is_live(s hallpass.sessions) returns boolean language plpgsql volatile as $$ \
             begin perform pg_sleep(5); return hallpass.is_live(s); end $$",
        )
        .await;
    let url = deployment.url();
    let run = deployment.hallpass(&["smoke", &url, "--json"]).spawn();
    let pid = run.id().unwrap();
    let signed_in = "select count(*) from hallpass.sessions";
    eventually("the run signed in", async || {
        deployment.count(signed_in).await > 0
    })
    .await;
    terminate(pid);
    let outcome = Outcome::of(run).await;
    let error = outcome.error(1);
    assert_eq!(error["code"], "interrupted");
    assert_eq!(deployment.count(ACCOUNTS).await, 0);
    deployment.stop().await;
}

fn terminate(pid: u32) {
    let pid = nix::unistd::Pid::from_raw(pid.try_into().unwrap());
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM).unwrap();
}

#[tokio::test]
async fn a_server_that_is_not_hallpass_is_identified() {
    let cases = [
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 15\r\n\r\n{\"status\":\"ok\"}",
            "not_hallpass",
        ),
        (
            "HTTP/1.1 302 Found\r\nlocation: https://example.com/\r\ncontent-length: 0\r\n\r\n",
            "not_hallpass",
        ),
        ("220 mail.example.com ESMTP\r\n", "not_hallpass"),
        (
            "HTTP/1.1 302 Found\r\nlocation: https://vercel.com/sso-api?url=x\r\ncontent-length: 0\r\n\r\n",
            "protected",
        ),
        (
            "HTTP/1.1 401 Unauthorized\r\nserver: Vercel\r\ncontent-length: 6\r\n\r\n<html>",
            "protected",
        ),
    ];
    for command in ["smoke", "watch", "warm"] {
        for (answer, code) in cases {
            let (url, _asked) = answering(answer).await;
            let run = hallpass(&[command, &url, "--json"])
                .env("DATABASE_URL", "postgres://x@127.0.0.1:1/x");
            let error = run.run().await.failed(9);
            assert_eq!(error["code"], code, "{command}: {answer}: {error}");
        }
        let run = hallpass(&[command, &nobody().await, "--json"])
            .env("DATABASE_URL", "postgres://x@127.0.0.1:1/x");
        let error = run.run().await.failed(9);
        assert_eq!(error["code"], "unreachable", "{error}");
        let run = hallpass(&[command, "http://accounts.example.com", "--json"])
            .env("DATABASE_URL", "postgres://x@127.0.0.1:1/x");
        assert_eq!(run.run().await.failed(7)["code"], "invalid_url");
    }
}

#[tokio::test]
async fn the_bypass_secret_is_sent_and_never_printed() {
    const BYPASS: &str = "bypass-of-the-protection-1234";
    let (url, mut asked) = answering(
        "HTTP/1.1 302 Found\r\nlocation: https://vercel.com/sso-api\r\ncontent-length: 0\r\n\r\n",
    )
    .await;
    let run = hallpass(&["smoke", &url, "--public", "--json"])
        .env("VERCEL_AUTOMATION_BYPASS_SECRET", BYPASS);
    let outcome = run.run().await;
    assert_eq!(outcome.failed(9)["code"], "protected");
    assert!(!format!("{outcome:?}").contains(BYPASS));
    let asked = asked.recv().await.unwrap().to_lowercase();
    assert!(
        asked.contains(&format!("x-vercel-protection-bypass: {BYPASS}")),
        "{asked}"
    );
}

#[tokio::test]
async fn tls_is_verified() {
    let deployment = Deployment::start().await;
    let now = time::OffsetDateTime::UNIX_EPOCH
        + time::Duration::seconds(
            deployment
                .count("select extract(epoch from now())::bigint")
                .await,
        );
    let authority = Authority::new();
    let directory = tempfile::tempdir().unwrap();
    let ca = directory.path().join("ca.pem");
    std::fs::write(&ca, authority.pem()).unwrap();
    let ca = ca.to_str().unwrap();
    let behind = deployment.app.platform.port();
    let port = serve(&authority.certify("localhost", 90, now), behind).await;
    let url = format!("https://localhost:{port}");
    let answer = deployment
        .hallpass(&["smoke", &url, "--json", "--ca-cert", ca])
        .run()
        .await
        .report(0);
    assert_eq!(failed(&answer), [""; 0]);
    let error = deployment
        .hallpass(&["smoke", &url, "--json"])
        .run()
        .await
        .failed(9);
    assert_eq!(error["code"], "tls_failed");

    let expired = serve(&authority.certify("localhost", -1, now), behind).await;
    let another = serve(&authority.certify("accounts.example.com", 90, now), behind).await;
    for port in [expired, another] {
        let url = format!("https://localhost:{port}");
        let run = deployment.hallpass(&["smoke", &url, "--json", "--ca-cert", ca]);
        assert_eq!(run.run().await.failed(9)["code"], "tls_failed");
    }
    let plain = format!("https://localhost:{behind}");
    let error = deployment
        .hallpass(&["smoke", &plain, "--json"])
        .run()
        .await
        .failed(9);
    assert_eq!(error["code"], "tls_failed");
    assert_eq!(deployment.count(ACCOUNTS).await, 0);
    deployment.stop().await;
}

#[tokio::test]
async fn no_account_is_created_if_the_database_is_unavailable() {
    let mut postgres = database().await;
    let url = postgres.url("hallpass_app", APP_PASSWORD, "postgres");
    let owner = postgres.superuser_url("postgres");
    postgres.stop().await.unwrap();
    let deployment = Deployment::over(postgres, &url).await;
    let run = hallpass(&["smoke", &deployment.url(), "--json"]).env("DATABASE_URL", &owner);
    let answer = run.run().await.report(8);
    assert_eq!(failed(&answer), ["health", "signIn"]);
    deployment.app.platform.stop().await;
}

#[tokio::test]
async fn missing_headers_are_listed() {
    let (url, _asked) = answering(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-frame-options: DENY\r\nconnection: close\r\n\r\n\
         {\"status\":\"healthy\",\"services\":{\"database\":\"connected\"}}",
    )
    .await;
    let run = hallpass(&["smoke", &url, "--headers-only", "--json"]);
    let answer = run.run().await.report(8);
    assert_eq!(failed(&answer), ["securityHeaders"]);
    let detail = answer["steps"][0]["detail"].as_str().unwrap();
    assert!(
        detail.contains("/health: Content-Security-Policy is missing"),
        "{detail}"
    );
    assert!(!detail.contains("X-Frame-Options"), "{detail}");
}
