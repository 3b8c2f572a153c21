//! How the other systems are installed and started.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::Peer;
use crate::load::Failure;

/// Installs the versions of the lock file.
pub(super) fn prepare(peer: Peer) -> Result<(), Failure> {
    let mut command = match peer {
        Peer::BetterAuth => {
            let mut npm = Command::new("npm");
            npm.args(["ci", "--no-fund", "--no-audit", "--loglevel=error"]);
            npm
        }
        Peer::Rustauth => {
            let mut cargo = Command::new(env!("CARGO"));
            cargo.args(["build", "--release", "--locked", "--target-dir"]);
            cargo.arg(target());
            cargo
        }
    };
    let status = command
        .current_dir(peer.directory())
        .stdout(Stdio::null())
        .status();
    if status.is_ok_and(|status| status.success()) {
        return Ok(());
    }
    Err(
        format!("{peer} cannot be prepared ({command:?}); leave it out with: --without {peer}")
            .into(),
    )
}

/// A directory of its own: the features of its dependencies are others than ours.
fn target() -> PathBuf {
    super::root().join("target/benchmarks/rustauth")
}

/// Program and arguments of its server.
pub(super) fn command(peer: Peer) -> (PathBuf, Vec<String>) {
    match peer {
        Peer::BetterAuth => {
            let script = peer.directory().join("server.mjs");
            ("node".into(), vec![script.display().to_string()])
        }
        Peer::Rustauth => (target().join("release/rustauth-server"), Vec::new()),
    }
}

/// Makes its tables.
pub(super) fn migrate(peer: Peer, environment: &BTreeMap<String, String>) -> Result<(), Failure> {
    let (program, arguments) = command(peer);
    let status = Command::new(program)
        .args(arguments)
        .arg("migrate")
        .envs(environment)
        .stdout(Stdio::null())
        .status()?;
    if !status.success() {
        return Err(format!("{peer} cannot make its tables").into());
    }
    Ok(())
}
