//! Checks the built functions: one for each file in `api/`, each a separate executable that can run on Vercel.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use hallpass_platform::{Error, api_files};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::cli::read_json;
use super::elf;

/// For each file in `api/`, by its name without extension, the name of its binary in Cargo.toml.
pub(super) type Declared = BTreeMap<String, String>;

/// Maximum number of functions in a deployment on the Hobby plan.
const MOST_FUNCTIONS: usize = 12;
/// Maximum size in bytes. This is our own limit, because a small executable starts faster.
const LARGEST_BINARY: usize = 10_000_000;
/// Version of glibc on Vercel's build machines and on the machines that run functions.
const NEWEST_GLIBC: (u32, u32) = (2, 34);

/// Reads the binaries from Cargo.toml. If a file is not named there, Vercel would use the name of the file.
pub(super) fn declared(root: &Path) -> Result<Declared, Error> {
    let cargo = Command::new("cargo")
        .args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
            "--offline",
        ])
        .current_dir(root)
        .output()
        .map_err(Error::system("running cargo metadata"))?;
    let metadata: Value = serde_json::from_slice(&cargo.stdout).map_err(|error| {
        Error::Message(format!(
            "cargo metadata: {error}\n{}",
            String::from_utf8_lossy(&cargo.stderr)
        ))
    })?;
    let targets: Vec<_> = metadata["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|package| package["targets"].as_array().into_iter().flatten())
        .collect();
    let mut declared = Declared::new();
    for (name, file) in api_files(root)? {
        let target = targets.iter().find(|target| {
            target["kind"][0] == "bin" && target["src_path"].as_str().map(Path::new) == Some(&file)
        });
        let Some(binary) = target.and_then(|target| target["name"].as_str()) else {
            return Err(Error::Message(format!(
                "{} has no [[bin]] in Cargo.toml",
                file.display()
            )));
        };
        declared.insert(name, binary.to_owned());
    }
    Ok(declared)
}

/// The executables that were built, by function.
pub(super) fn built(root: &Path, functions: &Path) -> Result<BTreeMap<String, PathBuf>, Error> {
    let api = functions.join("api");
    let mut built = BTreeMap::new();
    for entry in std::fs::read_dir(&api).map_err(Error::file(&api))? {
        let path = entry.map_err(Error::file(&api))?.path();
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        if let Some(name) = name.strip_suffix(".func") {
            let config = read_json(&path.join(".vc-config.json"))?;
            let binary = config["filePathMap"]["executable"]
                .as_str()
                .unwrap_or_default();
            built.insert(name.to_owned(), root.join(binary));
        }
    }
    Ok(built)
}

pub(super) fn problems(
    root: &Path,
    functions: &Path,
    declared: &Declared,
) -> Result<Vec<String>, Error> {
    let built = built(root, functions)?;
    let mut problems = Vec::new();
    if built.len() > MOST_FUNCTIONS {
        problems.push(format!(
            "functions: there are {}, more than {MOST_FUNCTIONS}",
            built.len()
        ));
    }
    let missing = declared.keys().filter(|name| !built.contains_key(*name));
    problems.extend(missing.map(|name| format!("functions: {name} was not built")));
    let mut contents = BTreeSet::new();
    for (name, binary) in &built {
        let Some(wanted) = declared.get(name) else {
            problems.push(format!("functions: {name} has no file in api/"));
            continue;
        };
        let found = binary
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        if found != *wanted {
            problems.push(format!(
                "functions: {name} runs {found} instead of {wanted}"
            ));
        }
        let config = read_json(&functions.join(format!("api/{name}.func/.vc-config.json")))?;
        if config["runtime"] != "executable" || config["handler"] != "executable" {
            problems.push(format!(
                "functions: {name} is not run as an executable: {config}"
            ));
        }
        problems.extend(binary_problems(name, binary)?);
        let content = std::fs::read(binary).map_err(Error::file(binary))?;
        if !contents.insert(Sha256::digest(content).to_vec()) {
            problems.push(format!(
                "functions: {name} is the same binary as another function"
            ));
        }
    }
    Ok(problems)
}

fn binary_problems(name: &str, binary: &Path) -> Result<Vec<String>, Error> {
    let mode = std::fs::metadata(binary)
        .map_err(Error::file(binary))?
        .permissions()
        .mode();
    let executable = elf::read(binary)?;
    let mut problems = Vec::new();
    if mode & 0o111 == 0 {
        problems.push(format!("functions: {name} is not executable"));
    }
    if !executable.stripped {
        problems.push(format!("functions: {name} is not stripped"));
    }
    if executable.size > LARGEST_BINARY {
        problems.push(format!(
            "functions: {name} has {} bytes, more than {LARGEST_BINARY}",
            executable.size
        ));
    }
    if executable
        .glibc
        .is_none_or(|version| version > NEWEST_GLIBC)
    {
        problems.push(format!(
            "functions: {name} needs glibc {:?}",
            executable.glibc
        ));
    }
    Ok(problems)
}
