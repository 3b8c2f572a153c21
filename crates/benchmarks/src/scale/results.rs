//! The results as a JSON file, in which each size is replaced by its newest measurement.

use std::path::Path;

use serde::Serialize;
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};

use super::data::{DataSet, Size};
use super::measure::{Measured, Upkeep};
use crate::Result;

/// Results for one size.
#[derive(Debug, Serialize)]
pub(super) struct Results {
    users: u64,
    sessions: u64,
    events: u64,
    /// Server version, number of processors, version of the product.
    postgres: String,
    processors: usize,
    hallpass: &'static str,
    /// All searches together.
    search: Value,
    pub(super) operations: Vec<Measured>,
    #[serde(flatten)]
    pub(super) upkeep: Upkeep,
}

impl Results {
    pub(super) async fn new(
        set: &DataSet,
        search: Value,
        operations: Vec<Measured>,
        upkeep: Upkeep,
    ) -> Result<Self> {
        let mut connection = PgConnection::connect(&set.url).await?;
        let postgres = sqlx::query_scalar("select current_setting('server_version')")
            .fetch_one(&mut connection)
            .await?;
        connection.close().await?;
        let Size {
            users,
            sessions,
            events,
            ..
        } = set.size;
        Ok(Self {
            users,
            sessions,
            events,
            postgres,
            processors: std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get),
            hallpass: env!("CARGO_PKG_VERSION"),
            search,
            operations,
            upkeep,
        })
    }
}

/// Writes results into the file, beside those of other sizes. Returns all of them, the smallest first.
pub(super) fn write(path: &Path, results: &Results) -> Result<Vec<Value>> {
    let mut sizes = match std::fs::read(path) {
        Ok(bytes) => {
            let known: Value = serde_json::from_slice(&bytes)
                .map_err(|error| format!("{} has other contents: {error}", path.display()))?;
            known["sizes"].as_array().cloned().unwrap_or_default()
        }
        Err(_) => Vec::new(),
    };
    sizes.retain(|size| size["users"] != results.users);
    sizes.push(serde_json::to_value(results)?);
    sizes.sort_by_key(|size| size["users"].as_u64());
    let text = serde_json::to_string_pretty(&json!({ "sizes": sizes }))?;
    std::fs::write(path, text + "\n")?;
    Ok(sizes)
}
