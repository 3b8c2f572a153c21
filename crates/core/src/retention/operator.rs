//! Purges sessions, throttle counters and audit events in batches, for the operator's command.

use sqlx::postgres::PgConnection;
use sqlx::query_file;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::ids;
use crate::throttle::LONGEST_WINDOW;

/// Minimum age of audit events that may be deleted. A trigger in the database enforces it.
pub const AUDIT_KEPT_AT_LEAST: Duration = Duration::days(30);

/// The rows to delete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purge {
    /// Sessions that ended before this time.
    Sessions(OffsetDateTime),
    /// Throttle counters that have expired at this time, so that the throttle would start them again.
    Throttle(OffsetDateTime),
    /// Audit events that occurred before this time and are older than [`AUDIT_KEPT_AT_LEAST`].
    AuditEvents(OffsetDateTime),
}

/// Progress of a purge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// Number of rows checked so far.
    pub scanned: i64,
    /// Number of rows deleted so far, or that would have been deleted.
    pub purged: i64,
}

/// Goes through a table once, in the order of its primary key, with `size` rows in a transaction. Calls `on_batch`
/// after each batch. If it is killed, the finished batches stay deleted, and the next run deletes the rest.
///
/// With `dry_run`, it only counts.
///
/// # Errors
/// Database errors; only the owner of the schema may delete these rows.
pub async fn purge(
    connection: &mut PgConnection,
    what: Purge,
    size: i32,
    dry_run: bool,
    mut on_batch: impl FnMut(Batch),
) -> sqlx::Result<Batch> {
    let mut place = Vec::new();
    let mut so_far = Batch::default();
    loop {
        let (batch, last) = match what {
            Purge::Sessions(before) => sessions(connection, &place, before, size, dry_run).await?,
            Purge::Throttle(now) => throttle(connection, &place, now, size, dry_run).await?,
            Purge::AuditEvents(before) => {
                audit_events(connection, &place, before, size, dry_run).await?
            }
        };
        so_far.scanned += batch.scanned;
        so_far.purged += batch.purged;
        on_batch(so_far);
        match last {
            Some(last) if batch.scanned >= size.into() => place = last,
            _ => return Ok(so_far),
        }
    }
}

type Looked = (Batch, Option<Vec<u8>>);

fn id(place: &[u8]) -> Uuid {
    Uuid::from_slice(place).unwrap_or_default()
}

fn bytes(id: Option<Uuid>) -> Option<Vec<u8>> {
    id.map(|id| id.as_bytes().to_vec())
}

async fn sessions(
    connection: &mut PgConnection,
    place: &[u8],
    before: OffsetDateTime,
    size: i32,
    dry_run: bool,
) -> sqlx::Result<Looked> {
    let row = query_file!(
        "src/retention/sql/operator_sessions.sql",
        id(place),
        before,
        size,
        dry_run
    )
    .fetch_one(connection)
    .await?;
    let (scanned, purged) = (row.scanned, row.purged);
    Ok((Batch { scanned, purged }, bytes(row.last_id)))
}

async fn throttle(
    connection: &mut PgConnection,
    place: &[u8],
    now: OffsetDateTime,
    size: i32,
    dry_run: bool,
) -> sqlx::Result<Looked> {
    let forgotten = now - Duration::seconds(LONGEST_WINDOW.into());
    let row = query_file!(
        "src/retention/sql/operator_throttle.sql",
        place,
        forgotten,
        now,
        size,
        dry_run
    )
    .fetch_one(connection)
    .await?;
    let (scanned, purged) = (row.scanned, row.purged);
    Ok((Batch { scanned, purged }, row.last_key))
}

async fn audit_events(
    connection: &mut PgConnection,
    place: &[u8],
    before: OffsetDateTime,
    size: i32,
    dry_run: bool,
) -> sqlx::Result<Looked> {
    let until = ids::until(before);
    if dry_run {
        let row = query_file!(
            "src/retention/sql/count_audit_events.sql",
            id(place),
            until,
            before,
            size
        )
        .fetch_one(connection)
        .await?;
        let (scanned, purged) = (row.scanned, row.purged);
        return Ok((Batch { scanned, purged }, bytes(row.last_id)));
    }
    let row = query_file!(
        "src/retention/sql/operator_audit_events.sql",
        id(place),
        until,
        before,
        size
    )
    .fetch_one(connection)
    .await?;
    let (scanned, purged) = (row.scanned, row.purged);
    Ok((Batch { scanned, purged }, bytes(row.last_id)))
}
