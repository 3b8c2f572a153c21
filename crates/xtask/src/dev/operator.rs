//! Runs the operator's command to migrate and to create the first administrator.

use std::path::Path;

use hallpass_platform::Error;
use hallpass_platform::processes::{Program, run};

use super::database::{Database, OTHER_NAMES};
use super::progress::Step;

/// Exit code of `hallpass users create` if the e-mail address is in use.
const EMAIL_TAKEN: i32 = 6;

/// The command, and the variables that it needs.
#[derive(Debug)]
pub(super) struct Operator<'d> {
    /// Directory of the executables.
    pub(super) directory: &'d Path,
    pub(super) database: &'d Database,
    pub(super) secret: &'d str,
}

impl Operator<'_> {
    /// Applies the migrations, and creates the role of the functions if we have started the server.
    pub(super) async fn migrate(&self) -> Result<(), Error> {
        let step = Step::begin("schema");
        let mut command = self.command().args(["migrate"]);
        if let Some(password) = &self.database.app_password {
            command
                .environment
                .push(("HALLPASS_APP_PASSWORD".to_owned(), password.clone()));
        }
        let outcome = run(command).await?;
        if !outcome.status.success() {
            return Err(failed("hallpass migrate", &outcome.stdout, &outcome.stderr));
        }
        step.end("migrated");
        Ok(())
    }

    /// Creates the first administrator. Returns `false` if the account exists.
    pub(super) async fn create_administrator(
        &self,
        email: &str,
        password: &str,
    ) -> Result<bool, Error> {
        let mut command = self.command().args(["users", "create", "--role", "admin"]);
        let named = [
            "--email",
            email,
            "--name",
            "Administrator",
            "--password-stdin",
        ];
        command.arguments.extend(named.map(Into::into));
        command.input = Some(format!("{password}\n"));
        let outcome = run(command).await?;
        match outcome.status.code() {
            Some(0) => Ok(true),
            Some(EMAIL_TAKEN) => Ok(false),
            _ => Err(failed(
                "hallpass users create",
                &outcome.stdout,
                &outcome.stderr,
            )),
        }
    }

    fn command(&self) -> Program {
        let mut command = Program::new(self.directory.join("hallpass"));
        command.directory = Some(Path::new("/").to_owned());
        command.environment = vec![
            ("DATABASE_URL".to_owned(), self.database.url.clone()),
            (
                "DATABASE_URL_UNPOOLED".to_owned(),
                self.database.owner_url.clone(),
            ),
            ("HALLPASS_SECRET".to_owned(), self.secret.to_owned()),
        ];
        command.without = OTHER_NAMES
            .into_iter()
            .filter(|name| *name != "DATABASE_URL_UNPOOLED")
            // Variables that were set for a deployment must not affect this database.
            .chain(["HALLPASS_APP_PASSWORD", "VERCEL_ENV"])
            .map(Into::into)
            .collect();
        command
    }
}

fn failed(command: &str, stdout: &str, stderr: &str) -> Error {
    Error::Message(format!(
        "{command} failed:\n{}",
        format!("{stdout}{stderr}").trim_end()
    ))
}
