//! The database of `cargo dev`: on a server of its own, or the one in `DATABASE_URL`.

use hallpass_platform::{Error, Postgres, PostgresVersion, random_password};
use sqlx::{Connection as _, PgConnection};

use super::data::Data;
use super::dotenv::Dotenv;
use super::progress::Step;
use super::project::Project;

const DATABASE: &str = "hallpass";
/// Role that owns the database and migrates it.
const OWNER: &str = "hallpass_owner";
/// Role of the functions. The operator's command creates it when it migrates the database.
const APP: &str = "hallpass_app";

/// Variables that would select a database other than ours.
pub(super) const OTHER_NAMES: [&str; 5] = [
    "DATABASE_URL_POOLED",
    "DATABASE_URL_UNPOOLED",
    "POSTGRES_URL",
    "POSTGRES_URL_NON_POOLING",
    "POSTGRES_PRISMA_URL",
];

/// Connection details of the database.
#[derive(Debug)]
pub(super) struct Database {
    /// The server, if we have started it.
    pub(super) server: Option<Postgres>,
    /// URL for the functions.
    pub(super) url: String,
    /// URL for migrations.
    pub(super) owner_url: String,
    /// The password for the role of the functions, if we have started the server.
    pub(super) app_password: Option<String>,
}

/// Uses the server in `DATABASE_URL`, or starts our own.
pub(super) async fn start(
    project: &Project,
    data: &Data,
    kept: &mut Dotenv,
    version: PostgresVersion,
) -> Result<Database, Error> {
    let step = Step::begin("database");
    if let Some(url) = project.variable("DATABASE_URL") {
        let owner_url = project.variable("DATABASE_URL_UNPOOLED").unwrap_or(url);
        step.end("the server that DATABASE_URL names");
        return Ok(Database {
            server: None,
            url: url.to_owned(),
            owner_url: owner_url.to_owned(),
            app_password: None,
        });
    }
    let database = start_own(project, data, kept, version).await?;
    if let Some(server) = &database.server {
        let release = server.version().split('-').next().unwrap_or_default();
        step.end(&format!(
            "PostgreSQL {release} on 127.0.0.1:{}",
            server.port()
        ));
    }
    Ok(database)
}

async fn start_own(
    project: &Project,
    data: &Data,
    kept: &mut Dotenv,
    version: PostgresVersion,
) -> Result<Database, Error> {
    let before = kept.get("DATABASE_URL_UNPOOLED").and_then(Login::parse);
    let before_app = kept.get("DATABASE_URL").and_then(Login::parse);
    let mut builder = Postgres::in_directory(data.database())
        .packages(project.root.join("crates/platform/postgres"))
        .version(version);
    if let Some(login) = &before {
        builder = builder.port(login.port);
    }
    let server = builder.start().await?;
    let owner_password = before.map_or_else(random_password, |login| Ok(login.password))?;
    let app_password = before_app.map_or_else(random_password, |login| Ok(login.password))?;
    prepare(&server, &owner_password).await?;
    let url = server.url(APP, &app_password, DATABASE);
    let owner_url = server.url(OWNER, &owner_password, DATABASE);
    kept.set("DATABASE_URL", &url);
    kept.set("DATABASE_URL_UNPOOLED", &owner_url);
    kept.write()?;
    Ok(Database {
        server: Some(server),
        url,
        owner_url,
        app_password: Some(app_password),
    })
}

/// Creates the owner and its database, and sets up what only a superuser may. Can be repeated.
async fn prepare(server: &Postgres, owner_password: &str) -> Result<(), Error> {
    let create_owner = format!(
        "do $$ begin create role {OWNER}; exception when duplicate_object then null; end $$;
         alter role {OWNER} login createrole password '{owner_password}';
         grant pg_monitor to {OWNER};"
    );
    server.execute("postgres", create_owner).await?;
    let mut connection = PgConnection::connect(&server.superuser_url("postgres")).await?;
    let exists: bool =
        sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
            .bind(DATABASE)
            .fetch_one(&mut connection)
            .await?;
    connection.close().await?;
    if !exists {
        server
            .execute(
                "postgres",
                format!("create database {DATABASE} owner {OWNER}"),
            )
            .await?;
    }
    server
        .execute(
            DATABASE,
            "create extension if not exists pg_stat_statements",
        )
        .await
}

/// The parts of a URL that we have written.
struct Login {
    password: String,
    port: u16,
}

impl Login {
    fn parse(url: &str) -> Option<Self> {
        let (_, rest) = url.split_once("://")?;
        let (login, rest) = rest.split_once('@')?;
        let (_, password) = login.split_once(':')?;
        let (port, _) = rest.strip_prefix("127.0.0.1:")?.split_once('/')?;
        let is_ours = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let password = Some(password).filter(|password| password.chars().all(is_ours))?;
        Some(Self {
            password: password.to_owned(),
            port: port.parse().ok()?,
        })
    }
}
