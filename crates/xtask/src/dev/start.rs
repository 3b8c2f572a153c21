//! Starts everything. Steps that are fast and may fail come first.

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;

use hallpass_platform::{
    Error, Output, Platform, PlatformBuilder, Postgres, PostgresVersion, bind, random_secret,
};

use super::administrator::Administrator;
use super::data::Data;
use super::database::{Database, OTHER_NAMES};
use super::dotenv::Dotenv;
use super::operator::Operator;
use super::options::Options;
use super::progress::line;
use super::project::{Project, shown};
use super::requests::{readable, readable_trouble};
use super::{build, console, database, demo};

/// Everything that runs.
#[derive(Debug)]
pub(super) struct Running {
    platform: Platform,
    server: Option<Postgres>,
    _data: Data,
}

impl Running {
    pub(super) fn url(&self) -> &str {
        self.platform.url()
    }

    /// Stops the functions before the server, because they close their connections.
    pub(super) async fn stop(self) -> Result<(), Error> {
        self.platform.stop().await;
        match self.server {
            Some(mut server) => server.stop().await,
            None => Ok(()),
        }
    }
}

/// Asks for confirmation before the database is deleted.
pub(super) fn agree(options: &Options) -> Result<(), Error> {
    if !options.reset {
        return Ok(());
    }
    let project = Project::find()?;
    if project.variable("DATABASE_URL").is_some() {
        return Err(Error::Message(
            "--reset only deletes the local database, but DATABASE_URL is set to another server"
                .to_owned(),
        ));
    }
    if options.yes {
        return Ok(());
    }
    let directory = data_directory(&project, options);
    if !std::io::stdin().is_terminal() {
        return Err(Error::Message(
            "--reset deletes the database; confirm with --yes".to_owned(),
        ));
    }
    let mut stderr = std::io::stderr();
    let _closed = write!(
        stderr,
        "Delete the database in {}? [y/N] ",
        shown(&directory)
    );
    let mut answer = String::new();
    std::io::stdin()
        .read_line(&mut answer)
        .map_err(Error::system("reading the answer"))?;
    if matches!(answer.trim(), "y" | "Y" | "yes") {
        return Ok(());
    }
    Err(Error::Message("nothing was deleted".to_owned()))
}

/// Starts everything. Dropping the future ends what it has started.
pub(super) async fn start(options: &Options) -> Result<Running, Error> {
    let project = Project::find()?;
    let url = format!("http://localhost:{}", options.port);
    let data = Data::lock(&data_directory(&project, options), &url)?;
    let listeners = bind(options.port).await?;
    project.check_tools().await?;
    if options.reset {
        Postgres::in_directory(data.database()).delete().await?;
        line("database       deleted");
    }
    let mut kept = Dotenv::read(&data.environment_file())?;
    let secret = secret(&project, &mut kept)?;
    // The operator's command creates one-time links, which must lead to this URL.
    kept.set("HALLPASS_URL", &url);
    kept.write()?;
    let administrator = Administrator::choose(&project, &mut kept)?;

    let (database, binaries, ()) = tokio::try_join!(
        database::start(&project, &data, &mut kept, options.postgres),
        build::functions(&project, options.release),
        console::build(&project),
    )?;
    let operator = Operator {
        directory: &binaries,
        database: &database,
        secret: &secret,
    };
    operator.migrate().await?;
    administrator.create(&operator, &kept).await?;

    let platform = Platform::builder()
        .root(&project.root)
        .functions_dir(&binaries)
        .instances(options.instances.into())
        .output(output(options))
        .listeners(listeners);
    let mut platform = with_environment(platform, &project, &database, &secret);
    // `hallpass secrets rotate` has written the previous secret to the file. With it, a restart ends no session.
    let is_given = |name| project.variable(name).is_some();
    if let Some(previous) = kept.get(PREVIOUS)
        && ![SECRET, PREVIOUS].into_iter().any(is_given)
    {
        platform = platform.env(PREVIOUS, previous);
    }
    let platform = platform.start().await?;
    if let Some(number) = options.demo {
        demo::create(platform.url(), &administrator, number).await?;
    }
    if options.data.is_some() {
        let file = shown(&data.environment_file());
        line(&format!(
            "command        cargo hallpass --env-file {file} COMMAND"
        ));
    }
    Ok(Running {
        platform,
        server: database.server,
        _data: data,
    })
}

/// Readable lines on a terminal, and the unchanged JSON lines elsewhere.
fn output(options: &Options) -> Output {
    match (options.quiet, std::io::stdout().is_terminal()) {
        (true, _) => Output::Format(readable_trouble),
        // A line of a request replaces the progress of `--demo`, which ends without a line break.
        (false, true) => Output::Format(|line| Some(format!("\r\x1b[2K{}", readable(line)))),
        (false, false) => Output::Show,
    }
}

fn data_directory(project: &Project, options: &Options) -> PathBuf {
    options
        .data
        .clone()
        .unwrap_or_else(|| project.root.join(".hallpass"))
}

const SECRET: &str = "HALLPASS_SECRET";
const PREVIOUS: &str = "HALLPASS_SECRET_PREVIOUS";

/// The secret of the environment, or else the stored one, or else a new one.
fn secret(project: &Project, kept: &mut Dotenv) -> Result<String, Error> {
    if let Some(secret) = project.variable(SECRET).or_else(|| kept.get(SECRET)) {
        return Ok(secret.to_owned());
    }
    let secret = random_secret()?;
    kept.set(SECRET, &secret);
    kept.write()?;
    Ok(secret)
}

/// Passes those variables of the environment to the functions that configure them, and no others.
fn with_environment(
    mut platform: PlatformBuilder,
    project: &Project,
    database: &Database,
    secret: &str,
) -> PlatformBuilder {
    let is_ours = |name: &str| {
        name.starts_with("HALLPASS_ADMIN_")
            || ["HALLPASS_APP_PASSWORD", PostgresVersion::VARIABLE].contains(&name)
    };
    let configures = |name: &str| {
        ["HALLPASS_", "DATABASE_", "VERCEL_", "POSTGRES_", "OTEL_"]
            .iter()
            .any(|prefix| name.starts_with(prefix))
            || ["RUST_LOG", "RUST_BACKTRACE", "CRON_SECRET"].contains(&name)
    };
    for (name, value) in project.variables() {
        let names_another = database.server.is_some() && OTHER_NAMES.contains(&name);
        if configures(name) && !is_ours(name) && !names_another {
            platform = platform.env(name, value);
        }
    }
    platform
        .env("DATABASE_URL", &database.url)
        .env(SECRET, secret)
}
