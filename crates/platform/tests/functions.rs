//! Tests of Hallpass's own functions on the local platform.
//!
//! The behaviour of the functions over HTTP is tested in crates/http. These tests check that the platform runs the real
//! executables with the real `vercel.json`.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

use std::path::PathBuf;
use std::time::Duration;

use hallpass_core::config::DatabaseConfig;
use hallpass_core::schema;
use hallpass_platform::{Platform, PlatformBuilder, Postgres, random_secret};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::{HeaderMap, Request, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

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

async fn send(request: Request<&'static str>) -> (StatusCode, HeaderMap, Value) {
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    let response = client
        .request(request.map(|body| Full::new(body.into())))
        .await
        .unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (
        parts.status,
        parts.headers,
        serde_json::from_slice(&body).unwrap_or(Value::Null),
    )
}

async fn get(url: String) -> (StatusCode, HeaderMap, Value) {
    send(Request::get(url).body("").unwrap()).await
}

#[tokio::test]
async fn published_keys_are_reached_through_the_rewrite_and_the_request_ends() {
    let platform = platform().env("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none");
    let platform = platform.start().await.unwrap();
    let (status, headers, keys) = get(format!("{}/.well-known/jwks.json", platform.url())).await;
    assert_eq!(status, StatusCode::OK, "{keys}");
    assert_eq!(keys["keys"][0]["crv"], "Ed25519", "{keys}");
    assert_eq!(
        headers["x-frame-options"], "DENY",
        "vercel.json's headers are on every answer"
    );
    let id = headers["x-vercel-id"].to_str().unwrap();
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

/// Without the schema, `/health` would report `unhealthy`.
async fn migrate(url: &str) {
    let get = |name: &str| (name == "DATABASE_URL").then(|| url.to_owned());
    let database = DatabaseConfig::direct(&get).unwrap();
    let mut connection = schema::connect(&database).await.unwrap();
    schema::migrate(&mut connection, |_| ()).await.unwrap();
}

#[tokio::test]
async fn health_reports_whether_the_database_is_reachable() {
    let mut postgres = Postgres::temporary().start().await.unwrap();
    let database = postgres.superuser_url("postgres");
    migrate(&database).await;
    let platform = platform().env("DATABASE_URL", database);
    let platform = platform.start().await.unwrap();
    let url = format!("{}/health", platform.url());

    let (status, _, health) = get(url.clone()).await;
    assert_eq!(
        (status, &health["environment"]),
        (StatusCode::OK, &"development".into()),
        "{health}"
    );
    let with_database = health["status"].clone();

    postgres.stop().await.unwrap();
    let (status, _, health) = get(url).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{health}");
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
        let (status, headers, _) = get(format!("{}/api/{name}", platform.url())).await;
        assert!(headers.contains_key("x-vercel-id"), "{name}: {status}");
        assert_ne!(status, StatusCode::NOT_FOUND, "{name}");
        assert_ne!(status, StatusCode::BAD_GATEWAY, "{name}");
    }
    platform.stop().await;
}

#[tokio::test]
async fn a_function_without_a_secret_names_the_variable_in_its_log() {
    let platform = platform().env("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none");
    let platform = platform.start().await.unwrap();
    platform.remove_env("HALLPASS_SECRET");
    let (status, headers, _) = get(format!("{}/.well-known/jwks.json", platform.url())).await;
    assert!(status.is_server_error(), "{status}");
    let id = headers["x-vercel-id"].to_str().unwrap();
    let _ended_if_it_started = platform.wait_for_end(id, Duration::from_secs(1)).await;
    let said = platform
        .logs()
        .iter()
        .any(|line| line.text.contains("HALLPASS_SECRET"));
    assert!(said, "{:?}", platform.logs());
    platform.stop().await;
}
