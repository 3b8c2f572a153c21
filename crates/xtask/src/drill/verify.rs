//! Runs `hallpass backup verify` with a temporary server.

use std::path::Path;
use std::process::{ExitCode, Stdio};

use hallpass_platform::processes::{LastWord, watch};
use hallpass_platform::{Error, Postgres, client_programs};
use tokio::process::Command;

use super::environment::Environment;
use super::options::Options;

/// Runs the command with a temporary server. Its output and exit code become those of the drill.
pub(super) async fn run(options: &Options, file: &Path) -> Result<ExitCode, Error> {
    let file = std::path::absolute(file).map_err(Error::file(file))?;
    let environment = Environment::find(options).await?;
    let programs = client_programs().await?;
    let mut postgres = Postgres::temporary().start().await?;
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::iter::once(programs).chain(std::env::split_paths(&path));
    let path =
        std::env::join_paths(path).map_err(|error| Error::Message(format!("PATH: {error}")))?;
    let mut command = Command::new(environment.binaries.join("hallpass"));
    command
        .args(["backup", "verify"])
        .arg(&file)
        .env("PATH", path)
        // The URL is not on the command line, because its password would be visible to all users of the machine.
        .env("HALLPASS_RESTORE_URL", postgres.superuser_url("postgres"))
        .stdin(Stdio::null())
        .process_group(0)
        .kill_on_drop(true);
    if options.json {
        command.arg("--json");
    }
    let mut child = command
        .spawn()
        .map_err(Error::system("starting hallpass"))?;
    let _watched = watch(child.id().unwrap_or_default(), LastWord::TerminateGroup);
    let status = child
        .wait()
        .await
        .map_err(Error::system("waiting for hallpass"))?;
    postgres.stop().await?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(ExitCode::from(code.unwrap_or(1)))
}
