//! A database and the command that works on it.

use std::path::Path;
use std::process::Stdio;
use std::str::FromStr as _;

use hallpass_core::authorization::Actor;
use hallpass_core::recovery::{self, Redemption};
use hallpass_core::{AppContext, Client, Config, Error, users};
use serde_json::Value;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};
use uuid::Uuid;

/// The master secret of these tests: 32 bytes in base64.
pub(crate) const SECRET: &str = "GIGZqZ8ExjSKjkIZmA5s5tnCcb5lJC2mzbr52UDIGTxX";
/// Roles are shared by all databases of the server, so that every test has to set the same.
pub(crate) const APP_PASSWORD: &str = "the apps own password, quoted ' and \\";

/// A database that is dropped with this value.
#[derive(Debug)]
pub(crate) struct TestDb {
    server: String,
    name: String,
}

/// What a run of the command gave.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A run of the command, to be.
#[derive(Debug)]
pub(crate) struct Call {
    command: Command,
    input: Option<String>,
}

#[expect(
    clippy::disallowed_methods,
    reason = "how `cargo ci --only tests` names the server"
)]
fn server() -> String {
    std::env::var("HALLPASS_TEST_DATABASE_URL").expect(
        "HALLPASS_TEST_DATABASE_URL must be a superuser's URL of a PostgreSQL server; \
         `cargo ci --only tests` starts one and sets it",
    )
}

/// The directory of `pg_dump` and `psql` comes with the `PATH` of who runs the tests.
#[expect(
    clippy::disallowed_methods,
    reason = "how `cargo ci --only tests` names the programs"
)]
pub(crate) fn path() -> String {
    std::env::var("PATH").unwrap_or_default()
}

/// The URL with another database.
fn with_database(url: &str, name: &str) -> String {
    let (base, query) = url.split_once('?').unwrap_or((url, ""));
    let (host, _) = base.rsplit_once('/').expect("a URL with a database");
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{host}/{name}{mark}{query}")
}

/// The tests' own statements name no schema. The command's do, and it connects without this setting.
async fn connect(url: &str) -> PgConnection {
    let options = PgConnectOptions::from_str(url)
        .unwrap()
        .options([("search_path", "hallpass, public")]);
    PgConnection::connect_with(&options).await.unwrap()
}

async fn execute(url: &str, sql: String) {
    let mut connection = connect(url).await;
    connection.execute(AssertSqlSafe(sql)).await.unwrap();
}

/// As a number: 150018 is 15.18.
async fn server_version(server: &str) -> i32 {
    let mut connection = connect(server).await;
    sqlx::query_scalar("select current_setting('server_version_num')::integer")
        .fetch_one(&mut connection)
        .await
        .unwrap()
}

/// Sets a password by a link's token.
pub(crate) async fn redeem(product: &AppContext, token: &str) -> Result<(), Error> {
    let redemption = Redemption {
        token: token.into(),
        password: "zebra umbrella note".into(),
        replaces: None,
    };
    let client = Client::operator("test");
    recovery::redeem(product, redemption, &client)
        .await
        .map(|_| ())
}

/// The command with these arguments and nothing of this process's environment.
pub(crate) fn hallpass(arguments: &[&str]) -> Call {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hallpass"));
    command
        .args(arguments)
        .env_clear()
        .current_dir("/")
        .kill_on_drop(true);
    Call {
        command,
        input: None,
    }
}

impl TestDb {
    /// A database without a schema.
    pub(crate) async fn empty() -> Self {
        let server = server();
        let name = format!("ops_{:08x}", Uuid::new_v4().as_fields().0);
        execute(&server, format!("create database {name}")).await;
        Self { server, name }
    }

    /// A database with the schema of this release.
    pub(crate) async fn migrated() -> Self {
        let db = Self::empty().await;
        db.run(&["migrate"]).await.succeeded();
        db
    }

    /// A database without a schema, in an encoding that lacks most characters.
    pub(crate) async fn in_latin1() -> Self {
        let server = server();
        let name = format!("ops_{:08x}", Uuid::new_v4().as_fields().0);
        let db = Self { server, name };
        // Before PostgreSQL 15 there was no other provider to choose from.
        let provider = if server_version(&db.server).await >= 150_000 {
            "locale_provider libc"
        } else {
            ""
        };
        let create = format!(
            "create database {} encoding 'LATIN1' locale 'C' {provider} template template0",
            db.name
        );
        execute(&db.server, create).await;
        db
    }

    /// A database without a schema, whose character type is the C library's `C` or one that knows all letters.
    pub(crate) async fn with_letters(all: bool) -> Self {
        let server = server();
        let name = format!("ops_{:08x}", Uuid::new_v4().as_fields().0);
        let character_type = match all {
            false => "C",
            true if cfg!(target_os = "macos") => "en_US.UTF-8",
            true => "C.UTF-8",
        };
        let create =
            format!("create database {name} lc_ctype '{character_type}' template template0");
        execute(&server, create).await;
        Self { server, name }
    }

    /// A copy of this database, under another name.
    pub(crate) async fn copied(&self) -> Self {
        let server = self.server.clone();
        let name = format!("{}_copy", self.name);
        execute(
            &server,
            format!("create database {name} template {}", self.name),
        )
        .await;
        Self { server, name }
    }

    /// A migrated database with an administrator, who has a password.
    pub(crate) async fn administered() -> Self {
        let db = Self::migrated().await;
        db.create("root@example.com", "admin").await;
        db
    }

    /// An account with the password `correct horse battery`.
    pub(crate) async fn create(&self, email: &str, role: &str) -> Value {
        let arguments = [
            "users",
            "create",
            "--json",
            "--password-stdin",
            "--name",
            "Somebody",
        ];
        let call = self
            .call(&arguments)
            .args(&["--email", email, "--role", role]);
        call.input("correct horse battery\n").run().await.json()
    }

    pub(crate) fn url(&self) -> String {
        with_database(&self.server, &self.name)
    }

    /// As the role that the functions use.
    pub(crate) fn app_url(&self) -> String {
        let options = PgConnectOptions::from_str(&self.server).unwrap();
        let password = "the%20apps%20own%20password%2C%20quoted%20%27%20and%20%5C";
        let (host, port) = (options.get_host(), options.get_port());
        format!(
            "postgres://hallpass_app:{password}@{host}:{port}/{}",
            self.name
        )
    }

    /// As a role of the server that may log in and has these attributes. It stays for the next run, and each test names
    /// one of its own.
    pub(crate) async fn url_of_role(&self, name: &str, attributes: &str) -> String {
        let role = format!(
            "do $$ begin create role {name}; exception when duplicate_object then null; end $$;
            alter role {name} login {attributes} password 'plain'"
        );
        self.execute_owned(role).await;
        let url = self.app_url();
        let (_, place) = url.split_once('@').unwrap();
        format!("postgres://{name}:plain@{place}")
    }

    /// Gives the database, which is empty, to such a role.
    pub(crate) async fn url_of_owner(&self, name: &str) -> String {
        let url = self.url_of_role(name, "createrole").await;
        let database = &self.name;
        let owner = format!(
            "alter database {database} owner to {name}; alter schema public owner to {name}"
        );
        self.execute_owned(owner).await;
        url
    }

    pub(crate) async fn connect(&self) -> PgConnection {
        connect(&self.url()).await
    }

    /// Runs statements as the owner.
    pub(crate) async fn execute(&self, sql: &'static str) {
        execute(&self.url(), sql.to_owned()).await;
    }

    /// Runs statements that a test puts together, as the owner.
    pub(crate) async fn execute_owned(&self, sql: String) {
        execute(&self.url(), sql).await;
    }

    /// One value, as the owner.
    pub(crate) async fn value<T>(&self, sql: &'static str) -> T
    where
        T: sqlx::Type<sqlx::Postgres> + for<'r> sqlx::Decode<'r, sqlx::Postgres> + Send + Unpin,
    {
        let mut connection = self.connect().await;
        sqlx::query_scalar(sql)
            .fetch_one(&mut connection)
            .await
            .unwrap()
    }

    /// The command with this database and the tests' secret.
    pub(crate) fn call(&self, arguments: &[&str]) -> Call {
        hallpass(arguments)
            .env("DATABASE_URL", &self.url())
            .env("HALLPASS_SECRET", SECRET)
    }

    pub(crate) async fn run(&self, arguments: &[&str]) -> Outcome {
        self.call(arguments).run().await
    }

    /// The product on this database, as a function would have it.
    pub(crate) fn product(&self) -> AppContext {
        self.product_in("development")
    }

    pub(crate) fn product_in(&self, environment: &str) -> AppContext {
        let url = self.url();
        let config = Config::read(&|name| match name {
            "DATABASE_URL" => Some(url.clone()),
            "HALLPASS_SECRET" => Some(SECRET.to_owned()),
            "VERCEL_ENV" => Some(environment.to_owned()),
            _ => None,
        });
        AppContext::new(config.unwrap(), |_| unreachable!("no service is named"))
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let sql = format!("drop database {} with (force)", self.name);
        let server = self.server.clone();
        // A runtime of its own: this one may be unwinding.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(execute(&server, sql));
        });
        dropped.join().unwrap();
    }
}

impl Call {
    pub(crate) fn args(mut self, arguments: &[&str]) -> Self {
        self.command.args(arguments);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    pub(crate) fn directory(mut self, directory: &Path) -> Self {
        self.command.current_dir(directory);
        self
    }

    pub(crate) fn input(mut self, text: &str) -> Self {
        self.input = Some(text.to_owned());
        self
    }

    pub(crate) fn spawn(self) -> Child {
        self.spawn_at(Stdio::piped())
    }

    /// With this as standard input.
    pub(crate) fn spawn_at(mut self, input: impl Into<Stdio>) -> Child {
        self.command
            .stdin(input)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    pub(crate) async fn run(mut self) -> Outcome {
        let input = self.input.take().unwrap_or_default();
        let mut child = self.spawn();
        let mut stdin = child.stdin.take().unwrap();
        // A command that reads nothing may be gone before it is written to.
        let _ = stdin.write_all(input.as_bytes()).await;
        drop(stdin);
        let output = child.wait_with_output().await.unwrap();
        Outcome {
            code: output.status.code().expect("it ends by itself"),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Outcome {
    #[track_caller]
    pub(crate) fn succeeded(self) -> Self {
        assert_eq!(self.code, 0, "{self:#?}");
        self
    }

    /// The answer of a command that succeeded and said nothing beside it.
    #[track_caller]
    pub(crate) fn json(self) -> Value {
        let outcome = self.succeeded();
        assert_eq!(outcome.stderr, "");
        serde_json::from_str(&outcome.stdout).expect("JSON")
    }

    /// The error of a command that failed with this exit code and gave no answer.
    #[track_caller]
    pub(crate) fn failed(self, code: i32) -> Value {
        assert_eq!(self.code, code, "{self:#?}");
        assert_eq!(self.stdout, "");
        let error: Value = serde_json::from_str(&self.stderr).expect("JSON");
        assert_eq!(error["exitCode"], code);
        assert!(
            error["detail"]
                .as_str()
                .is_some_and(|text| !text.is_empty())
        );
        error
    }
}

/// The user with this e-mail address, in any spelling.
pub(crate) async fn find_user(product: &AppContext, email: &str) -> Result<users::User, Error> {
    let id = users::Who::parse(email).id(&product.db).await?;
    users::find(product, Actor::Operator, id).await
}
