//! Tests of `hallpass warm`.

use hallpass_test_support::Outcome;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::io::{AsyncBufReadExt as _, BufReader};

use super::deployment::Deployment;
use super::hallpass;

#[tokio::test]
async fn both_functions_are_started_and_cold_starts_are_reported() {
    let deployment = Deployment::start().await;
    let url = deployment.url();
    let cold = hallpass(&["warm", &url, "--json"]).run().await.report(0);
    let requests = cold["requests"].as_array().unwrap();
    assert_eq!(requests[0]["path"], "/health");
    assert_eq!(requests[1]["path"], "/api/users?page=1&size=1");
    assert_eq!(requests[0]["wasCold"], true, "{cold}");
    assert_eq!(requests[1]["answer"], "401 unauthenticated");
    for function in ["health", "users"] {
        assert!(
            !deployment.app.platform.instances(function).await.is_empty(),
            "{function}"
        );
    }
    let warm = hallpass(&["warm", &url, "--json"]).run().await.report(0);
    assert_eq!(warm["requests"][0]["wasCold"], false, "{warm}");

    // With `--every`, the command repeats the requests until it is interrupted.
    let mut run = hallpass(&["warm", &url, "--every", "1s"]).spawn();
    let pid = Pid::from_raw(run.id().unwrap().try_into().unwrap());
    let mut lines = BufReader::new(run.stdout.take().unwrap()).lines();
    for path in ["/health", "/api/users", "/health", "/api/users"] {
        let line = lines.next_line().await.unwrap().unwrap();
        assert!(line.contains("warm") && line.contains(path), "{line}");
    }
    kill(pid, Signal::SIGINT).unwrap();
    let outcome = Outcome::of(run).await;
    assert_eq!(outcome.code, 0, "{outcome:#?}");
    assert!(outcome.stderr.contains("rounds, 0 failed"), "{outcome:#?}");
    deployment.stop().await;
}

#[tokio::test]
async fn an_unhealthy_function_is_not_reported_as_warm() {
    let mut deployment = Deployment::start().await;
    deployment.app.postgres.stop().await.unwrap();
    let answer = hallpass(&["warm", &deployment.url(), "--json"])
        .run()
        .await
        .report(8);
    assert_eq!(answer["requests"][0]["isWarm"], false, "{answer}");
    deployment.app.platform.stop().await;
}
