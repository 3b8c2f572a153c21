//! Tests of Hallpass's own functions on the local platform.
//!
//! The behaviour of the functions over HTTP is tested in crates/http. These tests check that the platform runs the real
//! executables with the real `vercel.json`.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

use std::path::PathBuf;
use std::time::Duration;

use hallpass_platform::{Platform, PlatformBuilder, Postgres, random_secret};
use hallpass_test_support::{client::get, server};
use hyper::StatusCode;

const PATIENCE: Duration = Duration::from_secs(10);

fn platform() -> PlatformBuilder {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    // The executables are in the directory above the test's own: target/<profile>.
    let binaries = std::env::current_exe()
        .unwrap()
        .ancestors()
        .nth(2)
        .unwrap()
        .to_owned();
    let login = binaries.join("login");
    assert!(
        login.is_file(),
        "{} is built with: cargo build --bins -p hallpass",
        login.display()
    );
    let secret = random_secret().unwrap();
    Platform::builder()
        .root(root)
        .functions_dir(binaries)
        .env("HALLPASS_SECRET", secret)
}

#[tokio::test]
async fn published_keys_are_reached_through_the_rewrite_and_the_request_ends() {
    let platform = platform().env("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none");
    let platform = platform.start().await.unwrap();
    let answer = get(&format!("{}/.well-known/jwks.json", platform.url())).await;
    let keys = answer.expect(200);
    assert_eq!(keys["keys"][0]["crv"], "Ed25519", "{keys}");
    assert_eq!(
        answer.header("x-frame-options"),
        Some("DENY"),
        "vercel.json's headers are on every answer"
    );
    let id = answer.header("x-vercel-id").unwrap();
    let ended = platform
        .wait_for_end(id, PATIENCE)
        .await
        .expect("the end of the request");
    assert_eq!((ended.function.as_str(), ended.error), ("keys", None));
    assert_eq!(platform.instances("keys").await.len(), 1);
    assert!(
        platform.instances("login").await.is_empty(),
        "nobody has asked for it"
    );
    platform.stop().await;
}

#[tokio::test]
async fn health_reports_whether_the_database_is_reachable() {
    let mut postgres = Postgres::temporary().start().await.unwrap();
    let database = postgres.superuser_url("postgres");
    server::migrate(&database, "only-for-tests").await;
    let platform = platform().env("DATABASE_URL", database);
    let platform = platform.start().await.unwrap();
    let url = format!("{}/health", platform.url());

    let health = get(&url).await.expect(200);
    assert_eq!(health["environment"], "development", "{health}");
    let with_database = health["status"].clone();

    postgres.stop().await.unwrap();
    let health = get(&url).await.expect(503);
    assert_eq!(health["status"], "unhealthy");
    assert_ne!(with_database, "unhealthy");
    platform.stop().await;
}

#[tokio::test]
async fn every_function_starts_responds_and_ends_when_terminated() {
    let platform = platform().env("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none");
    let platform = platform.start().await.unwrap();
    for name in [
        "audit", "health", "keys", "login", "logout", "me", "recovery", "refresh", "users",
    ] {
        platform
            .warm(name, 0)
            .await
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let went = platform
            .terminate(name, 0, Duration::from_secs(3))
            .await
            .unwrap();
        assert!(went, "{name} has nothing to wait for");
        let answer = get(&format!("{}/api/{name}", platform.url())).await;
        assert!(answer.header("x-vercel-id").is_some(), "{name}: {answer:?}");
        assert_ne!(answer.status, StatusCode::NOT_FOUND, "{name}");
        assert_ne!(answer.status, StatusCode::BAD_GATEWAY, "{name}");
    }
    platform.stop().await;
}

#[tokio::test]
async fn a_function_without_a_secret_names_the_variable_in_its_log() {
    let platform = platform().env("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none");
    let platform = platform.start().await.unwrap();
    platform.remove_env("HALLPASS_SECRET");
    let answer = get(&format!("{}/.well-known/jwks.json", platform.url())).await;
    assert!(answer.status.is_server_error(), "{answer:?}");
    let id = answer.header("x-vercel-id").unwrap();
    let _ended_if_it_started = platform.wait_for_end(id, Duration::from_secs(1)).await;
    let said = platform
        .logs()
        .iter()
        .any(|line| line.text.contains("HALLPASS_SECRET"));
    assert!(said, "{:?}", platform.logs());
    platform.stop().await;
}
