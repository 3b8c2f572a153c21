//! Finds the functions of a project: the files in `api/`, by Vercel's rules.

use std::path::{Path, PathBuf};

use crate::Error;

/// Name and file of every function, sorted by name.
///
/// # Errors
/// The directory cannot be read.
pub fn api_files(root: &Path) -> Result<Vec<(String, PathBuf)>, Error> {
    let api = root.join("api");
    let mut files = Vec::new();
    for entry in std::fs::read_dir(&api).map_err(Error::file(&api))? {
        let path = entry.map_err(Error::file(&api))?.path();
        let name = path
            .file_stem()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        if path.extension().is_some_and(|extension| extension == "rs")
            && !name.starts_with(['_', '.'])
        {
            files.push((name, path));
        }
    }
    files.sort();
    Ok(files)
}
