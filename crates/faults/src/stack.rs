//! What a scenario breaks: one server for all scenarios, and functions of its own behind a proxy.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use hallpass_platform::{Error, Platform, Postgres, Proxy, random_secret};
use hallpass_test_support::accounts::{self, PASSWORD};
use hallpass_test_support::server::migrate;
use hyper::Method;
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use uuid::Uuid;

use crate::client::{Call, Client, Reply};
use crate::programs;
use crate::samples::Samples;

/// The role that the functions connect as, and its password.
pub(crate) const ROLE: &str = "hallpass_app";
const ROLE_PASSWORD: &str = "only-for-faults";
const DATABASE: &str = "postgres";
/// The default of PostgreSQL.
pub(crate) const CONNECTIONS: u32 = 100;

/// The database server, and the executables of the functions.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) postgres: Postgres,
    pub(crate) is_short: bool,
    binaries: PathBuf,
    accounts: AtomicU32,
}

/// An account, and its session.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: Uuid,
    pub(crate) email: String,
    pub(crate) session_id: Uuid,
    pub(crate) access_token: String,
    pub(crate) refresh_token: String,
}

/// The functions of a scenario.
#[derive(Debug)]
pub(crate) struct Stack {
    pub(crate) platform: Platform,
    pub(crate) proxy: Proxy,
    pub(crate) samples: Samples,
    pub(crate) admin: Person,
}

impl Server {
    /// Starts a durable server with the schema of this release.
    pub(crate) async fn start(binaries: PathBuf, is_short: bool) -> Result<Self, Error> {
        let mut builder =
            Postgres::temporary().setting("max_connections", &CONNECTIONS.to_string());
        // What was acknowledged must survive a crash.
        for name in ["fsync", "synchronous_commit", "full_page_writes"] {
            builder = builder.setting(name, "on");
        }
        let postgres = builder.start().await?;
        migrate(&postgres.superuser_url(DATABASE), ROLE_PASSWORD).await;
        Ok(Self {
            postgres,
            is_short,
            binaries,
            accounts: AtomicU32::new(0),
        })
    }

    /// One of two lengths of time in seconds: for `--short`, and otherwise.
    pub(crate) fn seconds(&self, short: f64, long: f64) -> std::time::Duration {
        std::time::Duration::from_secs_f64(if self.is_short { short } else { long })
    }

    pub(crate) fn owner_url(&self) -> String {
        self.postgres.superuser_url(DATABASE)
    }

    pub(crate) fn app_url(&self) -> String {
        self.postgres.url(ROLE, ROLE_PASSWORD, DATABASE)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.postgres.port()))
    }

    /// Runs statements as the superuser.
    pub(crate) async fn execute(&self, sql: &str) -> Result<(), Error> {
        self.postgres.execute(DATABASE, sql).await
    }

    /// A number that a query returns.
    pub(crate) async fn number(&self, sql: &str) -> Result<i64, Error> {
        let mut owner = PgConnection::connect(&self.owner_url()).await?;
        let number = sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_one(&mut owner)
            .await?;
        owner.close().await?;
        Ok(number)
    }

    /// Functions whose database is behind a new proxy.
    pub(crate) async fn stack(&self, instances: usize) -> Result<Stack, Error> {
        let proxy = Proxy::before(self.address()).await?;
        let url = proxy.in_url(&self.app_url());
        self.stack_at(instances, proxy, url, &[]).await
    }

    /// Functions that connect to this URL.
    pub(crate) async fn stack_at(
        &self,
        instances: usize,
        proxy: Proxy,
        url: String,
        environment: &[(&str, &str)],
    ) -> Result<Stack, Error> {
        let mut builder = Platform::builder()
            .root(programs::root())
            .functions_dir(&self.binaries)
            // No page of the console is requested, so it need not be built.
            .static_dir(programs::root().join("web/public"))
            .instances(instances)
            .env("HALLPASS_SECRET", random_secret()?)
            .env("DATABASE_URL", url);
        for (name, value) in environment {
            builder = builder.env(name, *value);
        }
        let platform = builder.start().await?;
        let samples = Samples::default();
        let client = Client::new(Ipv4Addr::LOCALHOST, platform.port(), &samples);
        let admin = self.sign_in(&client, "admin").await?;
        samples.take();
        Ok(Stack {
            platform,
            proxy,
            samples,
            admin,
        })
    }

    /// A new account with this role, and its first session.
    pub(crate) async fn sign_in(&self, client: &Client, role: &str) -> Result<Person, Error> {
        let number = self.accounts.fetch_add(1, Ordering::Relaxed);
        let email = format!("{role}{number}@example.com");
        let mut owner = PgConnection::connect(&self.owner_url()).await?;
        let id = accounts::insert(&mut owner, &email, &[role]).await;
        owner.close().await?;
        let reply = log_in(client, &email).await;
        if !reply.is_success() {
            return Err(Error::Message(format!(
                "no sign-in for a new account: {reply:?}"
            )));
        }
        let mut owner = PgConnection::connect(&self.owner_url()).await?;
        let session_id = sqlx::query_scalar("select id from hallpass.sessions where user_id = $1")
            .bind(id)
            .fetch_one(&mut owner)
            .await?;
        owner.close().await?;
        Ok(Person {
            id,
            email,
            session_id,
            access_token: reply.text("accessToken"),
            refresh_token: reply.text("refreshToken"),
        })
    }

    /// Undoes what a scenario that failed may have left.
    pub(crate) async fn repair(&mut self) -> Result<(), Error> {
        if self.postgres.pid().is_none() {
            self.postgres.restart().await?;
        }
        for statement in [
            &format!("alter role {ROLE} reset idle_session_timeout"),
            "alter system reset default_transaction_read_only",
            "select pg_reload_conf()",
            "drop function if exists public.faults() cascade",
        ] {
            self.execute(statement).await?;
        }
        Ok(())
    }

    pub(crate) async fn stop(mut self) -> Result<(), Error> {
        self.postgres.stop().await
    }
}

/// Signs in with the password of all accounts.
pub(crate) async fn log_in(client: &Client, email: &str) -> Reply {
    let body = json!({ "email": email, "password": PASSWORD, "delivery": "body" });
    client
        .send(Call {
            kind: "sign in",
            method: &Method::POST,
            path: "/api/login",
            token: None,
            body: Some(&body),
        })
        .await
}

impl Stack {
    /// A client with the address 127.0.x.y of this number.
    pub(crate) fn client(&self, number: u16) -> Client {
        let [high, low] = (number + 2).to_be_bytes();
        let from = Ipv4Addr::new(127, 0, high, low);
        Client::new(from, self.platform.port(), &self.samples)
    }

    /// Requests own account data as the administrator.
    pub(crate) async fn show_me(&self, client: &Client) -> Reply {
        client
            .get("me", "/api/me", Some(&self.admin.access_token))
            .await
    }

    /// Requests a page of users as the administrator.
    pub(crate) async fn list_users(&self, client: &Client) -> Reply {
        let token = Some(self.admin.access_token.as_str());
        client.get("list", "/api/users?pageSize=10", token).await
    }
}
