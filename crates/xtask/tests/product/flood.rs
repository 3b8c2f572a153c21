//! Forged tokens cause no database connection and no statement, according to the server's own counters.

use std::net::TcpListener;
use std::time::Duration;

use futures_util::stream;
use futures_util::stream::StreamExt as _;
use hallpass_core::db::APP_ROLE;
use hallpass_platform::{Platform, Postgres};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::{Method, Request, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::json;
use sqlx::{Connection as _, PgConnection};

use crate::test_app::{APP_PASSWORD, PASSWORD, TestApp, credentials, functions, migrate};

/// Database that only the functions use. The observer connects to another database.
const DATABASE: &str = "hallpass";
/// Number of forged tokens for each kind of request.
const FORGERIES: usize = 600;

/// The server's counters for the database of the functions.
#[derive(Debug, PartialEq, Eq, sqlx::FromRow)]
struct Counted {
    /// Number of connections since the counters were reset.
    sessions: i64,
    /// Number of current connections.
    backends: i32,
    /// Number of statements that the role of the functions has executed.
    statements: i64,
}

async fn counted(postgres: &Postgres) -> Counted {
    // Before version 15, the server writes statistics to a file, at most twice a second.
    if postgres.version().starts_with("14.") {
        tokio::time::sleep(Duration::from_millis(750)).await;
    }
    let url = postgres.superuser_url("postgres");
    let mut observer = PgConnection::connect(&url).await.unwrap();
    let sql = "select sessions, numbackends as backends, \
         (select coalesce(sum(calls), 0)::bigint from pg_stat_statements s join pg_roles r on r.oid = s.userid \
          where s.dbid = d.datid and r.rolname = $2) as statements \
         from pg_stat_database d where datname = $1";
    let counted = sqlx::query_as(sql).bind(DATABASE).bind(APP_ROLE);
    counted.fetch_one(&mut observer).await.unwrap()
}

/// Ends all connections, so that a function that needs one must open it, and returns the counters. A function connects
/// once while it starts; a connection that it opens late is ended, too.
async fn disconnect(postgres: &Postgres) -> Counted {
    let terminate =
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = 'hallpass'";
    loop {
        postgres.execute("postgres", terminate).await.unwrap();
        let before = counted(postgres).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        if before.backends == 0 && counted(postgres).await == before {
            return before;
        }
    }
}

async fn start() -> TestApp {
    let postgres = Postgres::temporary().start().await.unwrap();
    for sql in [
        "create extension pg_stat_statements",
        "create database hallpass",
    ] {
        postgres.execute("postgres", sql).await.unwrap();
    }
    migrate(&postgres, DATABASE).await;
    let url = postgres.url(APP_ROLE, APP_PASSWORD, DATABASE);
    let platform = functions().env("DATABASE_URL", url).start().await.unwrap();
    TestApp { postgres, platform }
}

/// A request with a forged token, and its expected status.
struct Forged {
    method: Method,
    path: &'static str,
    headers: Vec<(&'static str, String)>,
    body: String,
    status: StatusCode,
}

impl Forged {
    fn new(method: Method, path: &'static str, status: StatusCode) -> Self {
        Self {
            method,
            path,
            headers: Vec::new(),
            body: String::new(),
            status,
        }
    }

    fn bearer(mut self, token: &str) -> Self {
        self.headers
            .push(("authorization", format!("Bearer {token}")));
        self
    }

    fn cookie(mut self, name: &str, token: &str) -> Self {
        self.headers.push(("cookie", format!("{name}={token}")));
        self.headers
            .push(("sec-fetch-site", "same-origin".to_owned()));
        self
    }

    fn json(mut self, body: &serde_json::Value) -> Self {
        self.headers
            .push(("content-type", "application/json".to_owned()));
        self.body = body.to_string();
        self
    }
}

/// Genuine tokens, which forged ones are derived from.
struct Tokens {
    access: String,
    refresh: String,
    link: String,
    device: String,
}

impl Tokens {
    async fn of(app: &TestApp) -> Self {
        let (access, refresh) = app.sign_in().await;
        let mut browser = credentials(PASSWORD);
        browser["delivery"] = json!("cookie");
        let answer = app.post("/api/login", &browser).await;
        let device = answer.cookie("__Host-hallpass-device").unwrap();
        let bob = json!({ "email": "bob@example.com", "name": "Bob", "roles": ["user"] });
        let answer = app.post_as(&access, "/api/users", &bob).await;
        let link = answer.field("setupLink");
        let link = link.split_once('#').unwrap().1.to_owned();
        Self {
            access,
            refresh,
            link,
            device,
        }
    }

    /// The requests of round `i`. In each of them one character of a genuine token is changed, which is closer to a
    /// valid token than anything that can be made without the key.
    fn forged(&self, i: usize) -> Vec<Forged> {
        let unauthorized = StatusCode::UNAUTHORIZED;
        let (access, refresh) = (changed(&self.access, i), changed(&self.refresh, i));
        // A token without the prefix of one-time links would be refused as incomplete.
        let link = format!("hpl_{}", changed(&self.link[4..], i));
        let device = changed(&self.device, i);
        let session = "__Host-hallpass";
        vec![
            Forged::new(Method::GET, "/api/users", unauthorized).bearer(&access),
            Forged::new(
                Method::DELETE,
                "/api/users/0197a3c4-0000-7000-8000-000000000000",
                unauthorized,
            )
            .bearer(&access),
            Forged::new(Method::GET, "/api/me", unauthorized).bearer(&access),
            Forged::new(Method::GET, "/api/me/sessions", unauthorized).bearer(&refresh),
            Forged::new(Method::POST, "/api/refresh", unauthorized)
                .json(&json!({ "refreshToken": refresh })),
            Forged::new(Method::POST, "/api/refresh", unauthorized).cookie(session, &refresh),
            Forged::new(Method::POST, "/api/recovery", unauthorized)
                .json(&json!({ "token": link, "password": PASSWORD })),
            Forged::new(Method::POST, "/api/recovery/inspect", unauthorized)
                .json(&json!({ "token": link })),
            // Signing out is idempotent, and does not reveal whether the tokens are valid.
            Forged::new(Method::POST, "/api/logout", StatusCode::NO_CONTENT)
                .bearer(&access)
                .cookie(session, &refresh),
            // The request contains no credentials. With credentials, the first statement would count the attempt.
            Forged::new(Method::POST, "/api/login", StatusCode::UNPROCESSABLE_ENTITY)
                .bearer(&access)
                .cookie("__Host-hallpass-device", &device)
                .json(&json!({ "email": "ada@example.com" })),
            Forged::new(Method::GET, "/.well-known/jwks.json", StatusCode::OK).bearer(&access),
        ]
    }
}

/// Replaces the `i`th character of a token by another one. If `i` exceeds the length, it starts again with other
/// replacements.
fn changed(token: &str, i: usize) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bytes = token.as_bytes().to_vec();
    let place = i % bytes.len();
    let before = bytes[place];
    let at = LETTERS.iter().position(|letter| *letter == before);
    let round = 1 + i / token.len();
    bytes[place] = LETTERS[(at.unwrap_or(0) + round) % 64];
    assert_ne!(bytes[place], before);
    String::from_utf8(bytes).unwrap()
}

async fn send(client: &Client<HttpConnector, Full<Bytes>>, app: &TestApp, forged: Forged) {
    let mut request = Request::builder()
        .method(forged.method.clone())
        .uri(app.address(forged.path));
    for (name, value) in &forged.headers {
        request = request.header(*name, value);
    }
    let request = request.body(Full::new(forged.body.into())).unwrap();
    let response = client.request(request).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(status, forged.status, "{} {body:?}", forged.path);
}

#[tokio::test]
async fn t11_thousands_of_forged_tokens_cause_no_connection_and_no_statement() {
    let app = start().await;
    let tokens = Tokens::of(&app).await;
    // Every function runs, and its connections are ended. `/health` is not requested, because it queries the database
    // in any case.
    let me = app.get("/api/me", &tokens.access).await;
    assert_eq!(me.status, StatusCode::OK, "{me:?}");
    for function in ["refresh", "recovery", "logout", "keys", "health"] {
        app.platform.warm(function, 0).await.unwrap();
    }
    let before = disconnect(&app.postgres).await;
    assert!(before.sessions > 0 && before.statements > 0, "{before:?}");
    let client = Client::builder(TokioExecutor::new()).build_http();
    let sent = stream::iter((0..FORGERIES).flat_map(|i| tokens.forged(i)))
        .map(|forged| send(&client, &app, forged))
        .buffer_unordered(8)
        .count()
        .await;
    assert_eq!(sent, 11 * FORGERIES);
    assert_eq!(counted(&app.postgres).await, before);

    // The counters work: a genuine token causes one connection and a statement.
    let me = app.get("/api/me", &tokens.access).await;
    assert_eq!(me.status, StatusCode::OK, "{me:?}");
    let after = counted(&app.postgres).await;
    assert_eq!(
        (after.sessions - before.sessions, after.backends),
        (1, 1),
        "{before:?} {after:?}"
    );
    assert!(after.statements > before.statements, "{after:?}");
    app.stop().await;
}

#[tokio::test]
async fn t11_the_public_keys_are_served_without_ever_connecting() {
    let database = TcpListener::bind("127.0.0.1:0").unwrap();
    database.set_nonblocking(true).unwrap();
    let place = database.local_addr().unwrap();
    let url = format!("postgres://app:none@{place}/none");
    let platform: Platform = functions().env("DATABASE_URL", url).start().await.unwrap();
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    for path in ["/.well-known/jwks.json", "/api/openapi.json"] {
        let address = format!("http://127.0.0.1:{}{path}", platform.port());
        for _ in 0..50 {
            let answer = client.get(address.parse().unwrap()).await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK);
        }
    }
    let nobody = database.accept().unwrap_err();
    assert_eq!(nobody.kind(), std::io::ErrorKind::WouldBlock);
    // A function that needs the database connects while it starts.
    platform.warm("me", 0).await.unwrap();
    let database = tokio::net::TcpListener::from_std(database).unwrap();
    let accepted = tokio::time::timeout(Duration::from_secs(10), database.accept()).await;
    accepted.unwrap().unwrap();
    platform.stop().await;
}
