//! Drill: the secret is replaced in two phases, and no user is signed out.

use std::path::{Path, PathBuf};

use hallpass_platform::{Error, Platform, Postgres, random_password};

use super::environment::{ADMINISTRATOR, Environment, Server, create};
use super::operator::Operator;
use super::report::{Report, ensure};
use crate::dev::dotenv::Dotenv;

const SECRET: &str = "HALLPASS_SECRET";
const PREVIOUS: &str = "HALLPASS_SECRET_PREVIOUS";

pub(super) async fn run(environment: &Environment, report: &mut Report) -> Result<(), Error> {
    report.step("start a server and the functions, and sign in");
    let mut server = environment.server(Postgres::temporary()).await?;
    let operator = environment.operator(&server.database, None);
    operator.run(&["migrate"]).await?;
    let password = random_password()?;
    create(&operator, ADMINISTRATOR, "admin", &password).await?;
    let (platform, site) = environment.platform(&server.database).await?;
    let first = site.sign_in(ADMINISTRATOR, &password).await?;
    let directory = tempfile::tempdir().map_err(Error::system("making a temporary directory"))?;
    let rotation = Rotation::new(environment, &server, &operator, directory.path())?;
    report.done("one session is active");

    report.step("phase 1: hallpass secrets rotate, and deploy");
    rotation.run(&[], "begun").await?;
    rotation.deploy(&platform).await?;
    report.done("the new secret signs, and the previous one is still accepted");

    report.step("hallpass secrets rotate --verify");
    let url = platform.url().to_owned();
    rotation.run(&["--verify", &url], "both").await?;
    let second = site.renew_session(&first).await?;
    let other = site.sign_in(ADMINISTRATOR, &password).await?;
    report.done("the earlier session continues, and users can sign in");

    report.step("phase 2: hallpass secrets rotate --finish, and deploy");
    rotation.run(&["--finish"], "finished").await?;
    rotation.deploy(&platform).await?;
    rotation.run(&["--verify", &url], "one").await?;
    let (third, other) = (
        site.renew_session(&second).await?,
        site.renew_session(&other).await?,
    );
    report.done("all sessions continue");

    report.step("check that tokens of the previous secret are invalid");
    site.get("/api/me", Some(&first.access_token))
        .await?
        .expect(401)?;
    site.refresh(&first.refresh_token).await?.expect(401)?;
    // The deployment treats the token as a forgery, not as a reused token, so the session that it names continues.
    site.renew_session(&third).await?;
    site.renew_session(&other).await?;
    report.done("its access token and its refresh token are refused with 401");
    platform.stop().await;
    server.postgres.stop().await
}

/// The dotenv file with the variables of a deployment, and the command that changes it.
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
        variables.set("DATABASE_URL", &server.database.app_url);
        variables.set("DATABASE_URL_UNPOOLED", &server.database.owner_url);
        variables.set(SECRET, &environment.secret);
        variables.write()?;
        let mut operator = operator.clone();
        // The environment takes precedence over the file.
        operator.environment.clear();
        Ok(Self { operator, file })
    }

    /// Runs a step of the rotation, whose output must have this state.
    async fn run(&self, step: &[&str], state: &str) -> Result<(), Error> {
        let file = self.file.to_string_lossy();
        let arguments = [&["--env-file", &file, "secrets", "rotate"], step].concat();
        let answer = self.operator.run(&arguments).await?;
        ensure(answer["state"] == state, || {
            format!("the rotation is {} instead of {state}", answer["state"])
        })
    }

    /// Sets the variables of the file for the functions, as a deployment does.
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
