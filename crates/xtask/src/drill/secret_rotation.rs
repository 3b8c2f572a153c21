//! The master secret is replaced in two phases while people are signed in, and nobody notices.

use std::path::{Path, PathBuf};

use hallpass_platform::{Error, Platform, Postgres, random_password};

use super::client::goes_on;
use super::environment::{ADMINISTRATOR, Environment, Server, create};
use super::operator::Operator;
use super::report::{Report, ensure};
use crate::dev::dotenv::Dotenv;

const SECRET: &str = "HALLPASS_SECRET";
const PREVIOUS: &str = "HALLPASS_SECRET_PREVIOUS";

pub(super) async fn run(environment: &Environment, report: &mut Report) -> Result<(), Error> {
    report.step("start a server and the functions, and sign in");
    let mut server = environment.server(Postgres::temporary()).await?;
    let operator = environment.operator(&server, None);
    operator.run(&["migrate"]).await?;
    let password = random_password()?;
    create(&operator, ADMINISTRATOR, "admin", &password).await?;
    let (platform, site) = environment.platform(&server).await?;
    let first = site.sign_in(ADMINISTRATOR, &password).await?;
    let directory = tempfile::tempdir().map_err(Error::system("making a temporary directory"))?;
    let rotation = Rotation::new(environment, &server, &operator, directory.path())?;
    report.done("one session is open");

    report.step("phase 1: hallpass secrets rotate, and deploy");
    rotation.run(&[], "begun").await?;
    rotation.deploy(&platform).await?;
    report.done("a new secret signs, the one before is still taken");

    report.step("hallpass secrets rotate --verify");
    let url = platform.url().to_owned();
    rotation.run(&["--verify", &url], "both").await?;
    let second = goes_on(&site, &first).await?;
    let other = site.sign_in(ADMINISTRATOR, &password).await?;
    report.done("the session of before goes on; people sign in");

    report.step("phase 2: hallpass secrets rotate --finish, and deploy");
    rotation.run(&["--finish"], "finished").await?;
    rotation.deploy(&platform).await?;
    rotation.run(&["--verify", &url], "one").await?;
    let (third, other) = (
        goes_on(&site, &second).await?,
        goes_on(&site, &other).await?,
    );
    report.done("every session goes on");

    report.step("what was signed with the old secret is worth nothing");
    site.get("/api/me", Some(&first.access_token))
        .await?
        .is(401)?;
    site.refresh(&first.refresh_token).await?.is(401)?;
    // A forgery to the deployment, not a reuse: the session that it names is left alone.
    goes_on(&site, &third).await?;
    goes_on(&site, &other).await?;
    report.done("its access token and its refresh token answer 401");
    platform.stop().await;
    server.postgres.stop().await
}

/// The file that a deployment takes its variables from, and the command that works on it.
struct Rotation {
    operator: Operator,
    file: PathBuf,
}

impl Rotation {
    fn new(
        environment: &Environment,
        server: &Server,
        operator: &Operator,
        directory: &Path,
    ) -> Result<Self, Error> {
        let file = directory.join(".env.production");
        let mut variables = Dotenv::read(&file)?;
        variables.set("DATABASE_URL", &server.app_url);
        variables.set("DATABASE_URL_UNPOOLED", &server.owner_url);
        variables.set(SECRET, &environment.secret);
        variables.write()?;
        let mut operator = operator.clone();
        // What stands in the environment wins over the file.
        operator.environment.clear();
        Ok(Self { operator, file })
    }

    /// Runs a step of the rotation, which must end in this state.
    async fn run(&self, step: &[&str], state: &str) -> Result<(), Error> {
        let file = self.file.to_string_lossy();
        let arguments = [&["--env-file", &file, "secrets", "rotate"], step].concat();
        let answer = self.operator.run(&arguments).await?;
        ensure(answer["state"] == state, || {
            format!("the rotation is {} instead of {state}", answer["state"])
        })
    }

    /// What the file says becomes what the functions have, as a deployment does it.
    async fn deploy(&self, platform: &Platform) -> Result<(), Error> {
        let variables = Dotenv::read(&self.file)?;
        platform.set_env(SECRET, variables.get(SECRET).unwrap_or_default());
        match variables.get(PREVIOUS) {
            Some(previous) => platform.set_env(PREVIOUS, previous),
            None => platform.remove_env(PREVIOUS),
        }
        platform.recycle().await;
        Ok(())
    }
}
