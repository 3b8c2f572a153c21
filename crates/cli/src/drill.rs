//! `hallpass drill`: runs the drills of `crates/xtask` with the same arguments.
//!
//! A drill needs the local platform, which is not part of a deployment's build.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

use crate::failure::{Exit, Failure};
use crate::interrupt::Interrupt;
use crate::output::Output;

const PROGRAM: &str = "xtask";
const TASK: &str = "drill";

/// Runs a drill. Its output and exit code become those of this command.
pub(crate) async fn run(output: Output, arguments: &[OsString]) -> Result<Exit, Failure> {
    run_child(output, arguments, &mut Interrupt::listen()).await
}

/// Verifies a backup on a temporary server.
pub(crate) async fn verify(
    file: &Path,
    output: Output,
    interrupt: &mut Interrupt,
) -> Result<Exit, Failure> {
    run_child(output, &["verify".into(), file.into()], interrupt).await
}

/// Checks that the drill program can be started.
pub(crate) fn is_there() -> Result<(), Failure> {
    locate().map(|_| ())
}

async fn run_child(
    output: Output,
    arguments: &[OsString],
    interrupt: &mut Interrupt,
) -> Result<Exit, Failure> {
    let mut command = locate()?;
    if output.json {
        command.arg("--json");
    }
    let mut child = command
        .args(arguments)
        .stdin(Stdio::inherit())
        .kill_on_drop(false)
        .spawn()
        .map_err(|error| {
            let program = command.as_std().get_program().to_string_lossy();
            let detail = format!("cannot start {program}");
            Failure::new(Exit::Failed, "failed", detail).because(error)
        })?;
    let pid = child.id();
    let status = loop {
        tokio::select! {
            status = child.wait() => break status?,
            // Ctrl-C sends SIGINT to the child, too; other signals are forwarded. The child then cleans up.
            () = interrupt.recv() => pass_on(pid),
        }
    };
    Exit::from_code(status.code()).ok_or_else(|| {
        let detail = format!("{PROGRAM} failed ({status})");
        Failure::new(Exit::Failed, "failed", detail)
    })
}

/// Sends SIGTERM to a child process.
#[cfg(unix)]
pub(crate) fn pass_on(pid: Option<u32>) {
    if let Some(pid) = pid {
        // The process may have ended already.
        let _status = std::process::Command::new("kill")
            .args(["-s", "TERM", &pid.to_string()])
            .stderr(Stdio::null())
            .status();
    }
}

#[cfg(not(unix))]
pub(crate) fn pass_on(_pid: Option<u32>) {}

/// The drill program next to this executable, or else cargo, which builds the program.
fn locate() -> Result<Command, Failure> {
    let beside = std::env::current_exe()
        .ok()
        .map(|own| own.with_file_name(PROGRAM))
        .filter(|program| program.is_file());
    let project = project();
    if let (Some(program), Some(_)) = (&beside, &project) {
        let mut command = Command::new(program);
        command.arg(TASK);
        return Ok(command);
    }
    let Some(project) = project else {
        return Err(Failure::new(
            Exit::Failed,
            "not_a_checkout",
            "drills run from the source of Hallpass, and the current directory is not in a checkout",
        )
        .next("run the command in a checkout; to verify a backup elsewhere, name a server with `--on URL`"));
    };
    let mut cargo = Command::new("cargo");
    cargo
        .args(["run", "--quiet", "--bin", PROGRAM, "--manifest-path"])
        .arg(project.join("Cargo.toml"))
        .args(["--", TASK]);
    Ok(cargo)
}

/// The checkout that contains the current directory.
fn project() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let is_project = |directory: &&Path| {
        directory.join("vercel.json").is_file() && directory.join("crates/xtask").is_dir()
    };
    here.ancestors().find(is_project).map(Path::to_owned)
}
