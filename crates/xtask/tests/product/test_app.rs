//! A migrated database, an administrator, and the functions before it.

use std::net::SocketAddr;
use std::path::PathBuf;

use hallpass_platform::{Platform, PlatformBuilder, Postgres, random_secret};
pub(crate) use hallpass_test_support::accounts::PASSWORD;
use hallpass_test_support::client::send;
use hallpass_test_support::{Answer, accounts, server};
use hyper::{Request, StatusCode};
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};

pub(crate) const EMAIL: &str = "ada@example.com";
/// The password of the role that the functions use. Tests write it into URLs as it is.
pub(crate) const APP_PASSWORD: &str = "only-for-tests";

/// What a test talks to.
#[derive(Debug)]
pub(crate) struct TestApp {
    pub(crate) postgres: Postgres,
    pub(crate) platform: Platform,
}

/// A server with today's schema and one administrator.
pub(crate) async fn database() -> Postgres {
    // Durable: what was acknowledged must be there after a crash.
    let durable = ["fsync", "synchronous_commit", "full_page_writes"];
    let builder = durable.iter().fold(Postgres::temporary(), |builder, name| {
        builder.setting(name, "on")
    });
    let postgres = builder.start().await.unwrap();
    migrate(&postgres, "postgres").await;
    postgres
}

/// Today's schema, the application's role and one administrator in a database that is there.
pub(crate) async fn migrate(postgres: &Postgres, database: &str) {
    let url = postgres.superuser_url(database);
    server::migrate(&url, APP_PASSWORD).await;
    let mut owner = PgConnection::connect(&url).await.unwrap();
    accounts::insert(&mut owner, EMAIL, &["admin"]).await;
    owner.close().await.unwrap();
}

/// Where this test run built the functions.
pub(crate) fn binaries() -> PathBuf {
    let binaries = std::env::current_exe()
        .unwrap()
        .ancestors()
        .nth(2)
        .unwrap()
        .to_owned();
    assert!(
        binaries.join("login").is_file(),
        "build them first: cargo build --bins"
    );
    binaries
}

/// The functions as this test run built them.
pub(crate) fn functions() -> PlatformBuilder {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    Platform::builder()
        .root(root)
        .functions_dir(binaries())
        .env("HALLPASS_SECRET", random_secret().unwrap())
}

impl TestApp {
    pub(crate) async fn start(instances: usize) -> Self {
        let postgres = database().await;
        let platform = functions()
            .instances(instances)
            .env("DATABASE_URL", postgres.superuser_url("postgres"))
            .start()
            .await
            .unwrap();
        Self { postgres, platform }
    }

    pub(crate) async fn stop(mut self) {
        self.platform.stop().await;
        self.postgres.stop().await.unwrap();
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.post_with(&[], path, body).await
    }

    pub(crate) async fn post_as(&self, access_token: &str, path: &str, body: &Value) -> Answer {
        let bearer = format!("Bearer {access_token}");
        self.post_with(&[("authorization", &bearer)], path, body)
            .await
    }

    /// With further headers.
    pub(crate) async fn post_with(
        &self,
        headers: &[(&str, &str)],
        path: &str,
        body: &Value,
    ) -> Answer {
        let request = Request::post(self.address(path)).header("content-type", "application/json");
        let request = headers.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        });
        send(request.body(body.to_string()).unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str, access_token: &str) -> Answer {
        let request = Request::get(self.address(path))
            .header("authorization", format!("Bearer {access_token}"));
        send(request.body(String::new()).unwrap()).await
    }

    /// Signs in and gives the access token and the refresh token.
    pub(crate) async fn sign_in(&self) -> (String, String) {
        let answer = self.post("/api/login", &credentials(PASSWORD)).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        (answer.field("accessToken"), answer.field("refreshToken"))
    }

    pub(crate) fn address(&self, path: &str) -> String {
        let loopback = SocketAddr::from(([127, 0, 0, 1], self.platform.port()));
        format!("http://{loopback}{path}")
    }
}

pub(crate) fn credentials(password: &str) -> Value {
    json!({ "email": EMAIL, "password": password, "delivery": "body" })
}
