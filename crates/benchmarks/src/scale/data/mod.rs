//! Data sets: users, sessions and audit events of a given number, in a database of their own.

mod definitions;
mod load;
mod progress;
mod rows;
mod server;
mod size;
mod space;
mod state;

use std::path::{Path, PathBuf};

use hallpass_core::config::DatabaseConfig;
use hallpass_core::passwords::Hasher;
use hallpass_core::schema;
use hallpass_platform::{Postgres, random_password};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

use crate::Result;
pub(crate) use progress::note;
use rows::{Source, Table};
pub(crate) use size::{ADMINISTRATORS, Size, is_active, is_plain};
use state::State;

/// The password of every generated user who has one.
pub(crate) const PASSWORD: &str = "zebra umbrella note";

/// A finished data set on a running server.
#[derive(Debug)]
pub(crate) struct DataSet {
    pub(crate) size: Size,
    /// The superuser's URL of the database.
    pub(crate) url: String,
    /// The URL of the application's role.
    pub(crate) app_url: String,
    /// The server, unless it was there before.
    pub(crate) server: Option<Postgres>,
}

/// How many rows a data set has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counts {
    pub(crate) users: u64,
    pub(crate) sessions: u64,
    pub(crate) events: u64,
}

impl Counts {
    fn made_at(self, made_at: i64) -> Size {
        let Self {
            users,
            sessions,
            events,
        } = self;
        Size {
            users,
            sessions,
            events,
            made_at,
        }
    }
}

impl DataSet {
    /// The data set in this directory. What is missing is generated.
    pub(crate) async fn in_directory(directory: &Path, counts: Counts) -> Result<Self> {
        let is_new = !directory.exists();
        if is_new {
            space::check(directory, &counts.made_at(0), 0)?;
        }
        let mut server = server::start(directory).await?;
        let url = server::database(&server).await?;
        if !is_new {
            let mut connection = PgConnection::connect(&url).await?;
            let present: i64 =
                sqlx::query_scalar("select pg_database_size(current_database())::bigint")
                    .fetch_one(&mut connection)
                    .await?;
            connection.close().await?;
            space::check(
                server.data_path(),
                &counts.made_at(0),
                present.cast_unsigned(),
            )?;
        }
        let prepared = prepare(&url, counts).await;
        let (source, app_password) = prepared.map_err(|error| {
            format!(
                "{error}; to generate the data set again, delete {}",
                server.data_path().parent().unwrap_or(directory).display()
            )
        })?;
        server::finish(&mut server).await?;
        Ok(Self {
            app_url: server.url("hallpass_app", &app_password, server::DATABASE),
            size: source.size,
            url,
            server: Some(server),
        })
    }

    /// A data set that is deleted with its server.
    pub(crate) async fn temporary(counts: Counts) -> Result<Self> {
        let server = server::temporary().await?;
        let url = server::database(&server).await?;
        let (source, app_password) = prepare(&url, counts).await?;
        Ok(Self {
            app_url: server.url("hallpass_app", &app_password, server::DATABASE),
            size: source.size,
            url,
            server: Some(server),
        })
    }

    /// The data set in the database at this URL. What is missing is generated.
    pub(crate) async fn at(url: &str, counts: Counts) -> Result<Self> {
        let (source, app_password) = prepare(url, counts).await?;
        Ok(Self {
            app_url: as_application(url, &app_password)?,
            size: source.size,
            url: url.to_owned(),
            server: None,
        })
    }

    /// Stops the server.
    pub(crate) async fn close(self) -> Result<()> {
        if let Some(mut server) = self.server {
            // Otherwise the shutdown would have to write everything in ten seconds.
            server.execute("postgres", "checkpoint").await?;
            server.stop().await?;
        }
        Ok(())
    }
}

/// The default directory of a data set.
pub(crate) fn directory(data: Option<&Path>, users: u64) -> PathBuf {
    let parent = data.map_or_else(|| PathBuf::from("target/scale"), Path::to_owned);
    parent.join(users.to_string())
}

/// Generates what is missing. Returns what the rows are made of, and the password of the application's role.
async fn prepare(url: &str, counts: Counts) -> Result<(Source, String)> {
    let mut connection = PgConnection::connect(url).await?;
    let state = match State::read(&mut connection).await? {
        Some(state) => state,
        None => begin(&mut connection, url, counts).await?,
    };
    if let Some(mismatch) = state.mismatch(&counts.made_at(0)) {
        return Err(format!("the data set cannot be used: {mismatch}").into());
    }
    if !state.is_finished {
        for table in Table::ALL {
            load::fill(url, table, &state.source).await?;
        }
        definitions::restore(url).await?;
        for table in Table::ALL {
            let vacuum = format!("vacuum (analyze) {}", table.name());
            connection.execute(AssertSqlSafe(vacuum)).await?;
        }
        connection
            .execute("update benchmark.data_set set finished_at = now()")
            .await?;
    }
    connection
        .execute("create extension if not exists pg_stat_statements schema benchmark")
        .await?;
    connection.close().await?;
    let app_password = random_password()?;
    let config = direct(url)?;
    let mut operator = schema::connect(&config).await?;
    schema::grant(&mut operator, &config, Some(&app_password)).await?;
    operator.close().await?;
    Ok((state.source, app_password))
}

/// Creates the schema without indexes.
async fn begin(connection: &mut PgConnection, url: &str, counts: Counts) -> Result<State> {
    let is_foreign: bool = sqlx::query_scalar(
        "select to_regnamespace('hallpass') is not null and to_regnamespace('benchmark') is null",
    )
    .fetch_one(&mut *connection)
    .await?;
    if is_foreign {
        return Err(
            "the database has a schema of Hallpass that was not made here: use an empty database"
                .into(),
        );
    }
    connection
        .execute("create schema if not exists benchmark")
        .await?;
    let mut operator = schema::connect(&direct(url)?).await?;
    schema::migrate(&mut operator, |_| ()).await?;
    operator.close().await?;
    let made_at: i64 =
        sqlx::query_scalar("select (extract(epoch from clock_timestamp()) * 1000000)::bigint")
            .fetch_one(&mut *connection)
            .await?;
    let source = Source {
        size: counts.made_at(made_at),
        password_hash: Hasher::new(1).hash(PASSWORD.into()).await?,
    };
    let mut transaction = connection.begin().await?;
    State::begin(&mut transaction, &source).await?;
    definitions::remove(&mut transaction).await?;
    transaction.commit().await?;
    let state = State::read(connection).await?;
    state.ok_or_else(|| "the data set that was begun is missing".into())
}

fn direct(url: &str) -> Result<DatabaseConfig> {
    let get = |name: &str| (name == "DATABASE_URL").then(|| url.to_owned());
    Ok(DatabaseConfig::direct(&get)?)
}

/// The same address, with the application's role.
fn as_application(url: &str, password: &str) -> Result<String> {
    let (scheme, rest) = url
        .split_once("://")
        .ok_or("the URL of the database must begin with postgres://")?;
    let address = rest.rsplit_once('@').map_or(rest, |(_, address)| address);
    Ok(format!("{scheme}://hallpass_app:{password}@{address}"))
}
