//! Other systems that sign people in, each in a database of its own on the same server.

mod build;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use sqlx::{Connection as _, PgConnection};

use super::Failure;
use super::stack::{Function, Stack, root};
use super::traffic::{CLIENTS, Connection, request};

/// Password of every account.
const PASSWORD: &str = "zebra umbrella note";

/// Another system. Both have the paths of better-auth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Peer {
    /// better-auth, on Node.js
    BetterAuth,
    /// rustauth, with axum and sqlx
    Rustauth,
}

/// How a system hashes passwords.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    /// By its default, which is scrypt in both.
    Default,
    /// By Argon2id with our parameters.
    Argon2id,
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BetterAuth => "better-auth",
            Self::Rustauth => "rustauth",
        })
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Default => "its scrypt",
            Self::Argon2id => "Argon2id with our parameters",
        })
    }
}

impl Peer {
    /// Installs or builds it.
    pub(super) fn prepare(self) -> Result<(), Failure> {
        build::prepare(self)
    }

    fn directory(self) -> PathBuf {
        root()
            .join("crates/benchmarks/peers")
            .join(self.to_string())
    }

    fn database(self, hash: Hash) -> String {
        let name = self.to_string().replace('-', "_");
        match hash {
            Hash::Default => name,
            Hash::Argon2id => format!("{name}_argon2id"),
        }
    }

    fn environment(self, stack: &Stack, hash: Hash) -> BTreeMap<String, String> {
        let url = stack.postgres.superuser_url(&self.database(hash));
        let hash = match hash {
            Hash::Default => "default",
            Hash::Argon2id => "argon2id",
        };
        [
            ("DATABASE_URL", url.as_str()),
            ("PASSWORD_HASH", hash),
            ("NODE_ENV", "production"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
    }

    /// Starts a process on the database that [`PeerServer::start`] has made.
    pub(super) fn function(self, stack: &Stack, hash: Hash) -> Result<Function, Failure> {
        let (program, arguments) = build::command(self);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        Function::start(&program, &arguments, &self.environment(stack, hash))
    }

    /// What our session check must be a multiple of at least, if it is not enough to be faster.
    pub(super) const fn session_check_goal(self) -> Option<f64> {
        match self {
            Self::BetterAuth => Some(5.0),
            Self::Rustauth => None,
        }
    }
}

/// A running system with an account for each client.
#[derive(Debug)]
pub(super) struct PeerServer {
    pub(super) function: Function,
}

impl PeerServer {
    /// Makes the database and the accounts if they are not there, and starts a process.
    pub(super) async fn start(peer: Peer, stack: &Stack, hash: Hash) -> Result<Self, Failure> {
        let database = peer.database(hash);
        let url = stack.postgres.superuser_url("postgres");
        let mut owner = PgConnection::connect(&url).await?;
        let exists: bool =
            sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
                .bind(&database)
                .fetch_one(&mut owner)
                .await?;
        owner.close().await?;
        if exists {
            let function = peer.function(stack, hash)?;
            return Ok(Self { function });
        }
        stack
            .postgres
            .execute("postgres", format!("create database {database}"))
            .await?;
        build::migrate(peer, &peer.environment(stack, hash))?;
        let function = peer.function(stack, hash)?;
        let mut connection = Connection::open(function.port)?;
        for number in 0..CLIENTS {
            let body = format!(
                r#"{{"email":"user{number}@example.com","password":"{PASSWORD}","name":"Somebody"}}"#
            );
            let sign_up = request("POST", "/api/auth/sign-up/email", ORIGIN, &body);
            connection.exchange(&sign_up)?.ok()?;
        }
        stack.postgres.execute(&database, "vacuum analyze").await?;
        Ok(Self { function })
    }

    /// The request that signs an account in.
    pub(super) fn sign_in(number: usize) -> String {
        let number = number % CLIENTS;
        let body = format!(r#"{{"email":"user{number}@example.com","password":"{PASSWORD}"}}"#);
        request("POST", "/api/auth/sign-in/email", ORIGIN, &body)
    }

    /// The request that asks who is signed in, with a session of this account.
    pub(super) fn session_check(&self, number: usize) -> Result<String, Failure> {
        let mut connection = Connection::open(self.function.port)?;
        let cookies = connection.exchange(&Self::sign_in(number))?.ok()?.cookies;
        let headers = format!("cookie: {cookies}\r\n");
        Ok(request("GET", "/api/auth/get-session", &headers, ""))
    }
}

/// Both systems refuse requests that change something without it.
const ORIGIN: &str = "origin: http://localhost\r\n";
