//! What in the trail deserves a look.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::query_file;
use sqlx::types::Json;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::thresholds::{FAILED_SIGN_INS_A_MINUTE, FAILED_SIGN_INS_AT_ONE_ACCOUNT_AN_HOUR};
use crate::Result;
use crate::db::{Db, Idempotency};
use crate::ids;

/// From so many accounts tried from one network on, or addresses that nobody has, somebody is going through a list.
const ACCOUNTS_OF_A_NETWORK: i64 = 5;
/// From so many networks that fail at one account on, somebody spreads the guessing.
const NETWORKS_OF_AN_ACCOUNT: i64 = 5;
/// A sign-in after so many failures from the same network within an hour may be a guess that was right.
const FAILURES_BEFORE: i64 = 5;
/// How far back the programs are looked up that somebody has signed in with.
const KNOWN_DEVICES: Duration = Duration::days(60);

/// Something that deserves a look.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// What it is, snake case; stable.
    pub kind: String,
    /// `info`, `warning` or `critical`.
    pub severity: String,
    /// The first of the events it is made of.
    #[serde(with = "crate::timestamp")]
    pub first_at: OffsetDateTime,
    /// The last of them.
    #[serde(with = "crate::timestamp")]
    pub last_at: OffsetDateTime,
    /// How many there are.
    pub count: i64,
    /// Whom it is about.
    pub user_id: Option<Uuid>,
    /// Their address as it is now.
    pub user_email: Option<String>,
    /// An IPv4 address or an IPv6 /64.
    pub network: Option<String>,
    /// What else there is to say; its fields depend on the kind.
    pub details: Value,
}

/// All findings since then, the worst and newest first. One statement that reads the events since then, and the
/// sign-ins of two months.
///
/// # Errors
/// Only the database's.
pub async fn suspicious(db: &Db, since: OffsetDateTime) -> Result<Vec<Finding>> {
    let known = since - KNOWN_DEVICES;
    let rows = db.fetch_all(Idempotency::Idempotent, || {
        query_file!(
            "src/monitoring/sql/suspicious.sql",
            ids::since(since),
            since,
            FAILED_SIGN_INS_A_MINUTE,
            ACCOUNTS_OF_A_NETWORK,
            NETWORKS_OF_AN_ACCOUNT,
            FAILURES_BEFORE,
            ids::since(known),
            FAILED_SIGN_INS_AT_ONE_ACCOUNT_AN_HOUR,
        )
    });
    Ok(rows.await?.into_iter().map(|row| row.finding.0).collect())
}
