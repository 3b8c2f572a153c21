//! Tools that a step needs. A missing tool is installed if possible; otherwise the error says what to install.

use std::path::Path;

use hallpass_platform::Error;
use nix::unistd::geteuid;

use super::context::{Context, run_checked};

/// Whether one of these programs is installed. A program is a name on PATH or a path.
pub(super) fn has(programs: &[&str]) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    programs.iter().any(|program| {
        std::env::split_paths(&path).any(|directory| directory.join(program).is_file())
            || (program.starts_with('/') && Path::new(program).is_file())
    })
}

/// Checks that one of these programs is installed. If none is, installs the Debian package.
pub(super) async fn need(context: &Context, programs: &[&str], package: &str) -> Result<(), Error> {
    if has(programs) {
        return Ok(());
    }
    install(context, package).await.map_err(|error| {
        Error::Message(format!("{} is missing: {error}", programs.join(" or ")))
    })?;
    if has(programs) {
        return Ok(());
    }
    Err(Error::Message(format!(
        "package {package} does not contain {}",
        programs.join(" or ")
    )))
}

/// Installs a Debian package.
pub(super) async fn install(context: &Context, package: &str) -> Result<(), Error> {
    if !geteuid().is_root() || !has(&["apt-get"]) {
        return Err(Error::Message(format!(
            "install {package} (on Debian: sudo apt-get install {package})"
        )));
    }
    for arguments in [
        &["update", "-qq"][..],
        &["install", "-qq", "-y", "--no-install-recommends", package],
    ] {
        let mut apt = context.program("apt-get", arguments);
        apt.environment
            .push(("DEBIAN_FRONTEND".to_owned(), "noninteractive".to_owned()));
        run_checked(apt).await?;
    }
    Ok(())
}

/// Path of a program that cargo installs in this version: the one on PATH, or else one that is built in `target`.
///
/// It is built without optimization, which takes a third of the time. These programs only run for a second or two.
pub(super) async fn cargo_tool(
    context: &Context,
    name: &str,
    version: &str,
) -> Result<String, Error> {
    if has(&[name]) {
        return Ok(name.to_owned());
    }
    let root = context.root().join("target/tools").join(version);
    let program = root.join("bin").join(name);
    if !program.is_file() {
        let mut install = context.program(
            "cargo",
            &["install", name, "--locked", "--debug", "--version", version],
        );
        install.arguments.extend(["--root".into(), root.into()]);
        install
            .environment
            .push(("CARGO_PROFILE_DEV_DEBUG".to_owned(), "0".to_owned()));
        run_checked(install).await?;
    }
    Ok(program.to_string_lossy().into_owned())
}

/// Fails if npm is missing. It is a part of Node.js, which is not installed automatically because there is no single
/// package of it.
pub(super) fn need_npm() -> Result<(), Error> {
    if has(&["npm"]) {
        return Ok(());
    }
    Err(Error::Message(
        "npm is missing: install Node.js 20.19 or later".to_owned(),
    ))
}

#[cfg(test)]
mod tests {
    use super::has;

    #[test]
    fn programs_are_found_by_name_and_by_path() {
        assert!(has(&["sh"]));
        assert!(has(&["no-such-program", "/bin/sh"]));
        assert!(!has(&["no-such-program", "/no/such/program"]));
    }
}
