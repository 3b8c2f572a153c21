//! Builds the functions and the operator's command in the same profile as this program.

use std::path::PathBuf;

use hallpass_platform::api_files;
use hallpass_platform::processes::{Program, inherited_from_cargo, run};

use crate::Result;

/// Where the executables are.
#[derive(Debug)]
pub(crate) struct Programs {
    pub(crate) root: PathBuf,
    pub(crate) directory: PathBuf,
}

pub(crate) async fn build() -> Result<Programs> {
    let root = super::root().canonicalize()?;
    let mut cargo = Program::new("cargo").args(["build", "--bin=hallpass"]);
    for (function, _) in api_files(&root)? {
        cargo.arguments.push(format!("--bin={function}").into());
    }
    if !cfg!(debug_assertions) {
        cargo.arguments.push("--release".into());
    }
    cargo.directory = Some(root.clone());
    cargo.without = inherited_from_cargo();
    cargo.show_output = true;
    if !run(cargo).await?.status.success() {
        return Err("the functions do not build (see above)".into());
    }
    let own = std::env::current_exe()?;
    let directory = own.parent().ok_or("this program has no directory")?;
    Ok(Programs {
        root,
        directory: directory.to_owned(),
    })
}
