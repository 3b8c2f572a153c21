//! Measures the time from a keystroke in the search field of the users page until the result is drawn, with a million
//! users: in a real Chromium, with the built console, the release functions and a real PostgreSQL.
//!
//! `cargo run --example users_page`

#![expect(clippy::print_stdout, reason = "the example prints a report")]

mod million;

use std::error::Error;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use hallpass_core::config::DatabaseConfig;
use hallpass_core::passwords::Hasher;
use hallpass_core::schema;
use hallpass_platform::{Platform, Postgres, random_secret};

const EMAIL: &str = "admin@example.com";
const PASSWORD: &str = "zebra umbrella note";
/// The functions that the page sends requests to.
const FUNCTIONS: [&str; 6] = ["audit", "health", "login", "me", "refresh", "users"];

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()?;
    build(&root)?;
    let mut postgres = Postgres::temporary().start().await?;
    let url = postgres.superuser_url("postgres");
    let config = DatabaseConfig::direct(&|name| (name == "DATABASE_URL").then(|| url.clone()))?;
    let mut connection = schema::connect(&config).await?;
    schema::migrate(&mut connection, |_| ()).await?;
    let started = Instant::now();
    let hash = Hasher::new(1).hash(PASSWORD.into()).await?;
    for statement in million::statements(EMAIL, &hash) {
        postgres.execute("postgres", statement).await?;
    }
    println!("{} users in {:.0?}", million::USERS, started.elapsed());
    let platform = Platform::builder()
        .root(&root)
        .functions_dir(root.join("target/release"))
        .env("HALLPASS_SECRET", random_secret()?)
        .env("DATABASE_URL", url)
        .start()
        .await?;
    let mut typing = tokio::process::Command::new("node");
    typing
        .current_dir(root.join("web"))
        .args(["bench/typing.mjs", "--url", platform.url()])
        .env("HALLPASS_ADMIN_EMAIL", EMAIL)
        .env("HALLPASS_ADMIN_PASSWORD", PASSWORD);
    let typed = typing.status().await?;
    platform.stop().await;
    postgres.stop().await?;
    if typed.success() {
        Ok(())
    } else {
        Err(format!("{typing:?}: {typed}").into())
    }
}

/// Builds everything that is measured in release mode.
fn build(root: &Path) -> Result<(), String> {
    let mut functions = Command::new(env!("CARGO"));
    functions
        .args(["build", "--release"])
        .args(FUNCTIONS.map(|name| format!("--bin={name}")));
    // If the variables that `cargo run` sets were inherited, build scripts that depend on them would run again.
    for (name, _) in std::env::vars_os() {
        if name == "CARGO_MANIFEST_DIR" || name.to_string_lossy().starts_with("CARGO_PKG_") {
            functions.env_remove(name);
        }
    }
    succeed(functions.current_dir(root))?;
    let web = root.join("web");
    if !web.join("node_modules").is_dir() {
        succeed(Command::new("npm").arg("ci").current_dir(&web))?;
    }
    succeed(
        Command::new("npm")
            .args(["run", "--silent", "build"])
            .current_dir(&web),
    )
}

fn succeed(command: &mut Command) -> Result<(), String> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        other => Err(format!("{command:?}: {other:?}")),
    }
}
