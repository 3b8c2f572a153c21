//! A database and the command that works on it.

use std::ops::Deref;

use hallpass_core::authorization::Actor;
use hallpass_core::db::APP_ROLE;
use hallpass_core::recovery::{self, Redemption};
use hallpass_core::{AppContext, Client, Config, Error, users};
use hallpass_test_support::accounts::PASSWORD;
pub(crate) use hallpass_test_support::environment::APP_PASSWORD;
use hallpass_test_support::{Call, Database, Outcome, server};
use serde_json::Value;

/// The master secret of these tests: 32 bytes in base64.
pub(crate) const SECRET: &str = "GIGZqZ8ExjSKjkIZmA5s5tnCcb5lJC2mzbr52UDIGTxX";

/// A database of one test, and calls of the command on it.
#[derive(Debug)]
pub(crate) struct TestDb(Database);

impl Deref for TestDb {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.0
    }
}

/// Sets a password with the token of a one-time link.
pub(crate) async fn redeem(product: &AppContext, token: &str) -> Result<(), Error> {
    let redemption = Redemption {
        token: token.into(),
        password: PASSWORD.into(),
        replaces: None,
    };
    let client = Client::operator("test");
    recovery::redeem(product, redemption, &client)
        .await
        .map(|_| ())
}

/// The user with this e-mail address, in any spelling.
pub(crate) async fn find_user(product: &AppContext, email: &str) -> Result<users::User, Error> {
    let id = users::Who::parse(email).id(&product.db).await?;
    users::find(product, Actor::Operator, id).await
}

/// The command with these arguments and nothing of this process's environment.
pub(crate) fn hallpass(arguments: &[&str]) -> Call {
    Call::new(env!("CARGO_BIN_EXE_hallpass"), arguments)
}

impl TestDb {
    /// A database without a schema.
    pub(crate) async fn empty() -> Self {
        Self(Database::empty().await)
    }

    /// A database with the schema of this release.
    pub(crate) async fn migrated() -> Self {
        let db = Self::empty().await;
        db.run(&["migrate"]).await.succeeded();
        db
    }

    /// A database without a schema, in an encoding that lacks most characters.
    pub(crate) async fn in_latin1() -> Self {
        let mut admin = server::connect("postgres").await;
        // Before PostgreSQL 15 there was no other provider to choose from.
        let provider = if server::version(&mut admin).await >= 150_000 {
            "locale_provider libc"
        } else {
            ""
        };
        let options = format!("encoding 'LATIN1' locale 'C' {provider} template template0");
        Self(Database::with_options(&options).await)
    }

    /// A database without a schema, whose character type is the C library's `C` or one that knows all letters.
    pub(crate) async fn with_letters(all: bool) -> Self {
        let character_type = match all {
            false => "C",
            true if cfg!(target_os = "macos") => "en_US.UTF-8",
            true => "C.UTF-8",
        };
        let options = format!("lc_ctype '{character_type}' template template0");
        Self(Database::with_options(&options).await)
    }

    /// A copy of this database, under another name.
    pub(crate) async fn copied(&self) -> Self {
        Self(self.0.copied().await)
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

    /// The URL of the role that the functions use.
    pub(crate) fn app_url(&self) -> String {
        self.direct_url(APP_ROLE, APP_PASSWORD)
    }

    /// Whether the server has a role of this name.
    pub(crate) async fn has_role(&self, name: &str) -> bool {
        let roles = "select array_agg(rolname::text) from pg_roles";
        let roles: Vec<String> = self.value(roles).await;
        roles.iter().any(|role| role == name)
    }

    /// As a role of the server that may log in and has these attributes. It stays for the next run, and each test names
    /// one of its own.
    pub(crate) async fn url_of_role(&self, name: &str, attributes: &str) -> String {
        let role = format!(
            "{}; alter role {name} login {attributes} password 'plain'",
            server::create_role(name)
        );
        self.execute(&role).await;
        self.direct_url(name, "plain")
    }

    /// Gives the database, which is empty, to such a role.
    pub(crate) async fn url_of_owner(&self, name: &str) -> String {
        let url = self.url_of_role(name, "createrole").await;
        let database = &self.name;
        let owner = format!(
            "alter database {database} owner to {name}; alter schema public owner to {name}"
        );
        self.execute(&owner).await;
        url
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
