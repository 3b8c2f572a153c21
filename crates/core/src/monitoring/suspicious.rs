//! Finds suspicious events in the audit log.

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

/// Number of accounts (or of addresses without an account) tried from one network that indicates a list of addresses.
const ACCOUNTS_OF_A_NETWORK: i64 = 5;
/// Number of networks with failed sign-ins at one account that indicates distributed guessing.
const NETWORKS_OF_AN_ACCOUNT: i64 = 5;
/// Number of failures from a network within an hour, after which a sign-in from there may be a correct guess.
const FAILURES_BEFORE: i64 = 5;
/// Period in which a user agent counts as known for a user.
const KNOWN_DEVICES: Duration = Duration::days(60);

/// A suspicious event or group of events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Kind of finding in snake case; stable.
    pub kind: String,
    /// `info`, `warning` or `critical`.
    pub severity: String,
    /// Time of the first event.
    #[serde(with = "crate::timestamp")]
    pub first_at: OffsetDateTime,
    /// Time of the last event.
    #[serde(with = "crate::timestamp")]
    pub last_at: OffsetDateTime,
    /// Number of events.
    pub count: i64,
    /// Id of the affected user.
    pub user_id: Option<Uuid>,
    /// Current e-mail address of the affected user.
    pub user_email: Option<String>,
    /// Network: an IPv4 address or an IPv6 /64.
    pub network: Option<String>,
    /// Further details; the fields depend on the kind.
    pub details: Value,
}

/// Lists all findings since the given time, by severity and then newest first. One statement, which reads the events
/// since then and the sign-ins of two months.
///
/// # Errors
/// Database errors only.
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
