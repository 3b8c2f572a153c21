//! What is measured: the functions as they are shipped, on a real PostgreSQL.

mod function;
mod pgbench;
mod statement;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use hallpass_core::db::APP_ROLE;
use hallpass_platform::{Postgres, client_programs, random_secret};
use hallpass_test_support::accounts::{self, PASSWORD};
use hallpass_test_support::server;
use sqlx::{Connection as _, PgConnection};

use super::Failure;
use super::traffic::{Connection, request};
pub(super) use function::Function;
pub(super) use pgbench::Pgbench;
pub(super) use statement::Statement;

/// Connections of a function to its database: what a deployment has by default.
pub(super) const CONNECTIONS: usize = 3;
/// Password of the role that the functions and pgbench use.
const APP_PASSWORD: &str = "only-for-measurements";
/// The functions that are measured.
const FUNCTIONS: [&str; 5] = ["health", "login", "me", "refresh", "users"];
/// Number of accounts. Each signs in with the same password.
const ACCOUNTS: usize = 1_000;

/// Sessions, audit events and counters from before. In empty tables, plans read from the beginning, and prepared
/// statements keep them while the tables grow.
const HISTORY: &str = "
    insert into hallpass.sessions (id, user_id, created_at, idle_expires_at, expires_at)
    select gen_random_uuid(), u.id, now() - i * interval '1 hour', now() + interval '14 days', now() + interval '30 days'
    from hallpass.users u, generate_series(1, 10) as i;
    insert into hallpass.audit_events (id, occurred_at, event, severity, actor_id, subject_id, session_id, details)
    select gen_random_uuid(), now(), 'login', 'info', s.user_id, s.user_id, s.id, '{}' from hallpass.sessions s;
    insert into hallpass.login_throttle (key, failures, first_failure_at)
    select sha256(u.email::bytea), 1, now() from hallpass.users u";

/// A database with accounts, and the functions that were started.
#[derive(Debug)]
pub(super) struct Stack {
    pub(super) postgres: Postgres,
    pub(super) pgbench: PathBuf,
    environment: BTreeMap<String, String>,
}

/// The project's directory.
pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Builds the functions beside this program, as they are shipped.
pub(super) fn build() -> Result<(), Failure> {
    if cfg!(debug_assertions) {
        return Err("only a release build can be measured: cargo benchmarks load".into());
    }
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--release"]).current_dir(root());
    for name in FUNCTIONS {
        cargo.args(["--bin", name]);
    }
    if !cargo.status()?.success() {
        return Err("the functions cannot be built".into());
    }
    Ok(())
}

/// pgbench of the server's major version.
pub(super) async fn pgbench_program() -> Result<PathBuf, Failure> {
    let program = client_programs().await?.join("pgbench");
    if !program.is_file() {
        let missing = program.display();
        return Err(
            format!("there is no {missing}; install PostgreSQL's contributed programs").into(),
        );
    }
    Ok(program)
}

/// The address of an account.
pub(super) fn email(number: usize) -> String {
    format!("user{}@example.com", number % ACCOUNTS)
}

impl Stack {
    pub(super) async fn start(pgbench: PathBuf) -> Result<Self, Failure> {
        // One file in JSON, from which the statements of the functions are read.
        let postgres = Postgres::temporary()
            .setting("logging_collector", "on")
            .setting("log_destination", "jsonlog")
            .setting("log_directory", "log")
            .setting("log_filename", "postgresql.log")
            // As durable as a server that people rely on.
            .setting("fsync", "on")
            .setting("synchronous_commit", "on")
            .setting("full_page_writes", "on")
            .start()
            .await?;
        let url = postgres.superuser_url("postgres");
        server::migrate(&url, APP_PASSWORD).await;
        let mut owner = PgConnection::connect(&url).await?;
        accounts::insert(&mut owner, "admin@example.com", &["admin"]).await;
        for number in 0..ACCOUNTS {
            accounts::insert(&mut owner, &email(number), &["user"]).await;
        }
        owner.close().await?;
        postgres.execute("postgres", HISTORY).await?;
        postgres.execute("postgres", "vacuum analyze").await?;
        let database = postgres.url(APP_ROLE, APP_PASSWORD, "postgres");
        let environment = [
            ("DATABASE_URL", database),
            ("DATABASE_CONNECTION_LIMIT", CONNECTIONS.to_string()),
            ("HALLPASS_SECRET", random_secret()?),
            ("HALLPASS_URL", "http://localhost".to_owned()),
            ("VERCEL", "1".to_owned()),
            ("VERCEL_ENV", "development".to_owned()),
        ];
        Ok(Self {
            postgres,
            pgbench,
            environment: environment
                .map(|(name, value)| (name.to_owned(), value))
                .into(),
        })
    }

    /// Starts a process of a function.
    pub(super) fn function(&self, name: &str) -> Result<Function, Failure> {
        let binary = std::env::current_exe()?.with_file_name(name);
        Function::start(&binary, &[], &self.environment)
    }

    /// The server's first process.
    pub(super) fn server(&self) -> Result<u32, Failure> {
        Ok(self.postgres.pid().ok_or("the server does not run")?)
    }

    pub(super) async fn stop(mut self) -> Result<(), Failure> {
        Ok(self.postgres.stop().await?)
    }
}

/// The request that signs an account in, from one of 65,536 networks.
pub(super) fn sign_in(email: &str, network: usize) -> String {
    let body = format!(r#"{{"email":"{email}","password":"{PASSWORD}","delivery":"body"}}"#);
    let [high, low] = [network / 256 % 256, network % 256];
    let address = format!("x-real-ip: 10.{high}.{low}.1\r\n");
    request("POST", "/api/login", &address, &body)
}

/// The tokens of a new session.
#[derive(Debug)]
pub(super) struct Tokens {
    pub(super) access: String,
    pub(super) refresh: String,
}

/// Signs an account in at this function.
pub(super) fn tokens(login: &Function, email: &str) -> Result<Tokens, Failure> {
    let answer = Connection::open(login.port)?.exchange(&sign_in(email, 0))?;
    let answer = answer.ok()?;
    Ok(Tokens {
        access: answer.text("accessToken")?.to_owned(),
        refresh: answer.text("refreshToken")?.to_owned(),
    })
}
