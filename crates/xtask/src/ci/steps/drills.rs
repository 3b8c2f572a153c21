//! The drills of the runbook. Each recovers from an emergency on its own temporary platform.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use hallpass_platform::Error;

use crate::ci::context::{Context, run_checked};
use crate::ci::programs;

/// Arguments of the drills.
const DRILLS: [&[&str]; 5] = [
    &["recovery", "--users", "1000"],
    &["pool-exhaustion"],
    &["lost-admin"],
    &["secret-rotation"],
    &["rollback"],
];

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    context.run_checked("cargo", &["build", "--bins"]).await?;
    let path = programs::path(context).await?;
    for drill in DRILLS {
        rehearse(context, drill, Some(&path)).await?;
    }
    Ok(())
}

/// Runs a drill with the executables of the last build and this `PATH`, and checks that it leaves nothing behind.
pub(super) async fn rehearse(
    context: &Context,
    drill: &[&str],
    path: Option<&str>,
) -> Result<(), Error> {
    let own = std::env::current_exe().map_err(Error::system("finding this program"))?;
    let hallpass = own.with_file_name("hallpass");
    // The directory is world-readable, because the database server runs as another user if we are root.
    let place = tempfile::Builder::new()
        .prefix("hallpass-ci-drill-")
        .permissions(std::fs::Permissions::from_mode(0o755))
        .tempdir()
        .map_err(Error::system("making a temporary directory"))?;
    let mut program = context.program(&hallpass.to_string_lossy(), &["drill"]);
    program.arguments.extend(drill.iter().map(Into::into));
    program.arguments.push("--no-build".into());
    let directory = place.path().to_string_lossy().into_owned();
    program.environment.push(("TMPDIR".to_owned(), directory));
    if let Some(path) = path {
        program
            .environment
            .push(("PATH".to_owned(), path.to_owned()));
    }
    run_checked(program).await?;
    is_empty(place.path())
}

/// A drill that leaves files behind has failed.
fn is_empty(directory: &Path) -> Result<(), Error> {
    let left: Vec<_> = std::fs::read_dir(directory)
        .map_err(Error::file(directory))?
        .filter_map(|entry| Some(entry.ok()?.file_name()))
        .collect();
    if left.is_empty() {
        return Ok(());
    }
    Err(Error::Message(format!("the drill left behind: {left:?}")))
}
