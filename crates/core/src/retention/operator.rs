//! Deleting what is over, batch by batch: sessions, throttle counters, audit events.

use sqlx::postgres::PgConnection;
use sqlx::query_file;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::ids;
use crate::throttle::LONGEST_WINDOW;

/// The database's trigger deletes no audit event that is younger.
pub const AUDIT_KEPT_AT_LEAST: Duration = Duration::days(30);

/// What is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purge {
    /// Sessions that ended before this moment.
    Sessions(OffsetDateTime),
    /// Counters that the throttle would begin anew at this moment.
    Throttle(OffsetDateTime),
    /// Audit events that occurred before this moment, if they are older than [`AUDIT_KEPT_AT_LEAST`].
    AuditEvents(OffsetDateTime),
}

/// How far a purge has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// Rows looked at so far.
    pub scanned: i64,
    /// Rows deleted so far, or that would be.
    pub purged: i64,
}

/// Goes through a table once, in the order of its key, `size` rows a transaction; `on_batch` hears of each.
/// Killed half-way, it has done what it said, and the next run does the rest.
///
/// With `dry_run` it counts.
///
/// # Errors
/// What the database says: only the owner may.
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
