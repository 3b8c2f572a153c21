//! A migrated database, an administrator, and the functions before it.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use hallpass_core::config::DatabaseConfig;
use hallpass_core::passwords::Hasher;
use hallpass_core::schema;
use hallpass_platform::{Platform, PlatformBuilder, Postgres, random_secret};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::{HeaderMap, Request, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

pub(crate) const EMAIL: &str = "ada@example.com";
pub(crate) const PASSWORD: &str = "zebra umbrella note";
/// Of the role that the functions are to use.
pub(crate) const APP_PASSWORD: &str = "only-for-tests";

/// What a test talks to.
#[derive(Debug)]
pub(crate) struct TestApp {
    pub(crate) postgres: Postgres,
    pub(crate) platform: Platform,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    /// The value that `Set-Cookie` gives a cookie, if it is set.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        let lines = self.headers.get_all("set-cookie").iter();
        let mut pairs =
            lines.filter_map(|line| line.to_str().ok()?.split(';').next()?.split_once('='));
        pairs
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.to_owned())
    }
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
    let config = DatabaseConfig::direct(&|name| (name == "DATABASE_URL").then(|| url.clone()));
    let config = config.unwrap();
    let mut connection = schema::connect(&config).await.unwrap();
    schema::migrate(&mut connection, |_| ()).await.unwrap();
    schema::grant(&mut connection, &config, Some(APP_PASSWORD))
        .await
        .unwrap();
    let hash = Hasher::new(1).hash(PASSWORD.into()).await.unwrap();
    let insert = format!(
        "insert into hallpass.users (id, email, email_normalized, name, name_normalized, roles, password_hash) \
         values (gen_random_uuid(), '{EMAIL}', '{EMAIL}', 'Ada', 'ada', '{{admin}}', '{hash}')"
    );
    postgres.execute(database, insert).await.unwrap();
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
        (text(&answer, "accessToken"), text(&answer, "refreshToken"))
    }

    pub(crate) fn address(&self, path: &str) -> String {
        let loopback = SocketAddr::from(([127, 0, 0, 1], self.platform.port()));
        format!("http://{loopback}{path}")
    }
}

pub(crate) fn credentials(password: &str) -> Value {
    json!({ "email": EMAIL, "password": password, "delivery": "body" })
}

pub(crate) fn text(answer: &Answer, field: &str) -> String {
    answer.body[field]
        .as_str()
        .unwrap_or_else(|| panic!("no {field}: {answer:?}"))
        .to_owned()
}

pub(crate) async fn send(request: Request<String>) -> Answer {
    send_from(Ipv4Addr::LOCALHOST, request).await
}

/// From another loopback address: another client.
pub(crate) async fn send_from(from: Ipv4Addr, request: Request<String>) -> Answer {
    let mut connector = HttpConnector::new();
    connector.set_local_address(Some(from.into()));
    let client = Client::builder(TokioExecutor::new()).build::<_, Full<Bytes>>(connector);
    let response = client
        .request(request.map(|body| Full::new(body.into())))
        .await
        .unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    Answer {
        status: parts.status,
        headers: parts.headers,
        body,
    }
}
