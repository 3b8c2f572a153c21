//! Builds the functions and the operator's command.

use std::path::PathBuf;

use hallpass_platform::processes::run;
use hallpass_platform::{Error, api_files};

use super::progress::Step;
use super::project::Project;

/// Builds the executables and returns their directory.
pub(crate) async fn functions(project: &Project, release: bool) -> Result<PathBuf, Error> {
    let step = Step::begin("functions");
    let mut cargo = project.cargo().args(["build", "--bin=hallpass"]);
    for (function, _) in api_files(&project.root)? {
        cargo.arguments.push(format!("--bin={function}").into());
    }
    if release {
        cargo.arguments.push("--release".into());
    }
    cargo.show_output = true;
    let outcome = run(cargo).await?;
    if !outcome.status.success() {
        return Err(Error::Message(
            "the functions do not build (see above)".to_owned(),
        ));
    }
    let profile = if release { "release" } else { "debug" };
    let directory = project.target_directory().await?.join(profile);
    step.end(&format!("built for {profile}"));
    Ok(directory)
}
