//! What a drill works with: a server, the schema, the operator's command, and the functions.

use std::path::{Path, PathBuf};

use hallpass_platform::{
    Error, Platform, Postgres, PostgresBuilder, random_password, random_secret,
};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use super::operator::Operator;
use super::options::Options;
use super::report::ensure;
use crate::dev::build;
use crate::dev::project::Project;
use crate::site::Site;

/// E-mail address of the administrator in a drill.
pub(super) const ADMINISTRATOR: &str = "root@example.com";
/// Names of the database and of its owner.
const DATABASE: &str = "hallpass";
const OWNER: &str = "hallpass_owner";

/// What every drill needs before it starts anything.
#[derive(Debug)]
pub(super) struct Environment {
    pub(super) root: PathBuf,
    pub(super) binaries: PathBuf,
    pub(super) secret: String,
    owner_password: String,
    app_password: String,
}

/// A server with a database.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) postgres: Postgres,
    pub(super) database: Database,
}

/// Addresses of the database.
#[derive(Debug)]
pub(super) struct Database {
    /// URL of its owner.
    pub(super) owner_url: String,
    /// URL of the functions' role, which `hallpass migrate` creates.
    pub(super) app_url: String,
}

impl Environment {
    pub(super) async fn find(options: &Options) -> Result<Self, Error> {
        let project = Project::find()?;
        let binaries = if options.no_build {
            let own = std::env::current_exe().map_err(Error::system("finding this program"))?;
            let beside = own.parent().map(PathBuf::from).unwrap_or_default();
            ensure(
                beside.join("hallpass").is_file() && beside.join("login").is_file(),
                || {
                    format!(
                        "{} does not contain all programs: run the drill without --no-build",
                        beside.display()
                    )
                },
            )?;
            beside
        } else {
            build::functions(&project, false).await?
        };
        Ok(Self {
            root: project.root,
            binaries,
            secret: random_secret()?,
            owner_password: random_password()?,
            app_password: random_password()?,
        })
    }

    /// A new server with an empty database. As at hosting providers, its owner is no superuser.
    pub(super) async fn server(&self, builder: PostgresBuilder) -> Result<Server, Error> {
        let postgres = builder.start().await?;
        self.create_database(&postgres.superuser_url("postgres"))
            .await?;
        Ok(Server {
            database: self.database_on(postgres.port()),
            postgres,
        })
    }

    /// Creates the owner and an empty database.
    pub(super) async fn create_database(&self, superuser_url: &str) -> Result<(), Error> {
        let owner = format!(
            "create role {OWNER} login createrole createdb password '{}'; grant pg_monitor, pg_signal_backend to {OWNER}",
            self.owner_password
        );
        let mut connection = PgConnection::connect(superuser_url).await?;
        for sql in [owner, format!("create database {DATABASE} owner {OWNER}")] {
            sqlx::raw_sql(AssertSqlSafe(sql))
                .execute(&mut connection)
                .await?;
        }
        Ok(connection.close().await?)
    }

    /// Addresses of the database on the server at a port.
    pub(super) fn database_on(&self, port: u16) -> Database {
        let url = |role, password: &str| {
            format!("postgres://{role}:{password}@127.0.0.1:{port}/{DATABASE}")
        };
        Database {
            owner_url: url(OWNER, &self.owner_password),
            app_url: url("hallpass_app", &self.app_password),
        }
    }

    /// The operator's command on a database, with the owner's connection.
    pub(super) fn operator(&self, database: &Database, programs: Option<PathBuf>) -> Operator {
        let variables = [
            ("DATABASE_URL", &database.app_url),
            ("DATABASE_URL_UNPOOLED", &database.owner_url),
            ("HALLPASS_SECRET", &self.secret),
            ("HALLPASS_APP_PASSWORD", &self.app_password),
        ];
        Operator {
            binaries: self.binaries.clone(),
            programs,
            environment: variables
                .map(|(name, value)| (name.to_owned(), value.clone()))
                .to_vec(),
        }
    }

    /// The functions, which connect as the role with the least privileges.
    pub(super) async fn platform(&self, database: &Database) -> Result<(Platform, Site), Error> {
        self.platform_of(&self.root, &self.binaries, database).await
    }

    /// The functions of another checkout.
    pub(super) async fn platform_of(
        &self,
        root: &Path,
        binaries: &Path,
        database: &Database,
    ) -> Result<(Platform, Site), Error> {
        let platform = Platform::builder()
            .root(root)
            .functions_dir(binaries)
            // Drills do not request pages of the console, so it need not be built.
            .static_dir(root.join("web/public"))
            .env("HALLPASS_SECRET", &self.secret)
            .env("DATABASE_URL", &database.app_url)
            .start()
            .await?;
        let site = Site::new(platform.url());
        Ok((platform, site))
    }
}

/// Creates an account with a password.
pub(super) async fn create(
    operator: &Operator,
    email: &str,
    role: &str,
    password: &str,
) -> Result<(), Error> {
    let arguments = [
        "users",
        "create",
        "--email",
        email,
        "--name",
        "Drill",
        "--role",
        role,
        "--password-stdin",
    ];
    let input = format!("{password}\n");
    operator.run_to(0, &arguments, Some(&input)).await?;
    Ok(())
}
