//! Builds the console if its sources have changed since the last build.

use std::path::{Path, PathBuf};

use hallpass_platform::processes::{Program, run};
use hallpass_platform::{Error, hex};
use sha2::{Digest as _, Sha256};

use super::progress::Step;
use super::project::Project;

/// Builds `web/dist` if it is missing or not up to date.
pub(super) async fn build(project: &Project) -> Result<(), Error> {
    let step = Step::begin("console");
    let web = project.root.join("web");
    if !web.join("package.json").is_file() {
        return Err(Error::Message(format!(
            "{} has no package.json",
            web.display()
        )));
    }
    let locks = fingerprint(
        &web,
        &[web.join("package.json"), web.join("package-lock.json")],
    )?;
    // The stamps are in node_modules, so that they are removed with it. `npm ci` removes node_modules.
    let installed = web.join("node_modules/.hallpass-installed");
    let built = web.join("node_modules/.hallpass-built");
    let mut result = "unchanged";
    if read(&installed) != locks {
        npm(&web, &["ci", "--no-audit", "--no-fund"]).await?;
        write(&installed, &locks)?;
        result = "installed and built";
    }
    let sources = fingerprint(&web, &sources(&web)?)?;
    if read(&built) != sources || !web.join("dist/index.html").is_file() {
        // `bundle` does not check the sizes of the files, which may exceed their limits during development.
        npm(&web, &["run", "bundle"]).await?;
        write(&built, &sources)?;
        if result == "unchanged" {
            result = "built";
        }
    }
    step.end(result);
    Ok(())
}

async fn npm(web: &Path, arguments: &[&str]) -> Result<(), Error> {
    let mut npm = Program::new("npm").args(arguments.iter().copied());
    npm.directory = Some(web.to_owned());
    let outcome = run(npm).await?;
    if outcome.status.success() {
        return Ok(());
    }
    Err(Error::Message(format!(
        "npm {} in web failed:\n{}{}",
        arguments.join(" "),
        outcome.stdout,
        outcome.stderr
    )))
}

/// All files under `web` except installed and built ones, in a fixed order.
fn sources(web: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    let mut directories = vec![web.to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(&directory).map_err(Error::file(&directory))? {
            let path = entry.map_err(Error::file(&directory))?.path();
            let is_made = path == web.join("node_modules") || path == web.join("dist");
            if path.is_dir() && !is_made {
                directories.push(path);
            } else if path.is_file() {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

fn fingerprint(web: &Path, files: &[PathBuf]) -> Result<String, Error> {
    let mut hash = Sha256::new();
    for file in files {
        let content = std::fs::read(file).map_err(Error::file(file))?;
        let name = file.strip_prefix(web).unwrap_or(file);
        hash.update(name.as_os_str().as_encoded_bytes());
        hash.update([0]);
        hash.update(Sha256::digest(content));
    }
    Ok(hex(&hash.finalize()))
}

fn read(stamp: &Path) -> String {
    std::fs::read_to_string(stamp).unwrap_or_default()
}

fn write(stamp: &Path, text: &str) -> Result<(), Error> {
    // npm does not create node_modules if there is nothing to install.
    if let Some(directory) = stamp.parent() {
        std::fs::create_dir_all(directory).map_err(Error::file(directory))?;
    }
    std::fs::write(stamp, text).map_err(Error::file(stamp))
}
