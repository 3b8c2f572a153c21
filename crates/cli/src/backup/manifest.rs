//! Manifest of a backup: the origin and the expected contents.

use std::path::{Path, PathBuf};

use hallpass_core::schema;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::contents::Contents;
use crate::failure::{Exit, Failure};

/// Version of the manifest format.
const FORM: u32 = 1;

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Manifest {
    pub(super) format: u32,
    /// Time of the snapshot, by the server's clock.
    #[serde(with = "time::serde::rfc3339")]
    pub(super) snapshot_at: OffsetDateTime,
    /// Host, port and database of the source.
    pub(super) database: String,
    pub(super) hallpass_version: String,
    pub(super) schema_version: i64,
    pub(super) server_version: String,
    pub(super) server_major: u32,
    /// Major version of `pg_dump`. An older `pg_restore` may not be able to read the file.
    pub(super) program_major: u32,
    pub(super) bytes: u64,
    pub(super) sha256: String,
    #[serde(flatten)]
    pub(super) contents: Contents,
}

impl Manifest {
    pub(super) const FORM: u32 = FORM;

    /// Path of the manifest: `FILE.json`.
    pub(super) fn path_of(file: &Path) -> PathBuf {
        let mut name = file.as_os_str().to_owned();
        name.push(".json");
        name.into()
    }

    /// Reads the manifest of a backup and checks that this release supports it.
    pub(super) fn read(file: &Path) -> Result<Self, Failure> {
        if !file.is_file() {
            let detail = format!("{} is not a file", file.display());
            return Err(Failure::new(Exit::Invalid, "not_a_backup", detail)
                .next("name the .dump file that `hallpass backup create` wrote"));
        }
        let path = Self::path_of(file);
        let text = std::fs::read_to_string(&path).map_err(|error| {
            let detail = format!("cannot read the manifest {}", path.display());
            Failure::new(Exit::Invalid, "manifest_missing", detail)
                .because(error)
                .next(
                    "keep the backup and its manifest in the same directory; a backup without a \
                     manifest is incomplete and cannot be restored",
                )
        })?;
        let damaged = |why: String| {
            let detail = format!("{} is not a valid manifest: {why}", path.display());
            Failure::new(Exit::Invalid, "manifest_damaged", detail)
                .next("use another copy of the manifest, or another backup")
        };
        let manifest: Self =
            serde_json::from_str(&text).map_err(|error| damaged(error.to_string()))?;
        if manifest.format != FORM {
            return Err(damaged(format!(
                "format {} is not supported",
                manifest.format
            )));
        }
        if manifest.schema_version > schema::expected() {
            let detail = format!(
                "the backup has schema {}, but this release only supports schemas up to {}",
                manifest.schema_version,
                schema::expected()
            );
            return Err(
                Failure::new(Exit::Invalid, "newer_schema", detail).next(format!(
                    "use release {} or later",
                    manifest.hallpass_version
                )),
            );
        }
        Ok(manifest)
    }
}
