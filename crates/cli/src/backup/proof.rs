//! Comparison of a backup with its manifest: the bytes of the file, and the restored contents.

use std::path::Path;

use super::contents::Contents;
use super::digest;
use super::manifest::Manifest;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::progress::Progress;
use crate::units;

/// Compares the size and the SHA-256 of the file with the manifest.
///
/// # Errors
/// The size or the SHA-256 differs.
pub(super) fn bytes(output: Output, file: &Path, manifest: &Manifest) -> Result<(), Failure> {
    let progress = Progress::begin(output, "checking the file");
    let (sha256, bytes) = digest::of_file(file)?;
    let size = |bytes: u64| units::bytes(i64::try_from(bytes).unwrap_or(i64::MAX));
    if bytes != manifest.bytes {
        let detail = format!(
            "{} has {bytes} bytes instead of {}",
            file.display(),
            manifest.bytes
        );
        return Err(damaged(detail));
    }
    if sha256 != manifest.sha256 {
        let detail = format!(
            "the SHA-256 of {} differs from its manifest",
            file.display()
        );
        return Err(damaged(detail));
    }
    progress.end(&format!("{}, SHA-256 matches the manifest", size(bytes)));
    Ok(())
}

/// Compares the restored contents with the manifest.
///
/// # Errors
/// The contents differ; the message lists all differences.
pub(super) fn contents(found: &Contents, manifest: &Manifest) -> Result<(), Failure> {
    let problems = found.differences(&manifest.contents);
    if problems.is_empty() {
        return Ok(());
    }
    let mut failure = damaged("the restored data differs from the backup".to_owned());
    failure.errors = problems
        .into_iter()
        .map(|problem| match problem.split_once(' ') {
            Some((kind, rest)) => (kind.to_owned(), "differs", rest.to_owned()),
            None => (problem, "differs", String::new()),
        })
        .collect();
    Err(failure)
}

fn damaged(detail: String) -> Failure {
    Failure::new(Exit::Failed, "backup_damaged", detail)
        .next("use another copy of the file, or another backup; check it with `hallpass backup verify FILE`")
}
