//! Keeps statements that wait for one locked row from occupying every connection of an instance.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

tokio::task_local! {
    /// Hash of the row that the current statement locks.
    static ROW: u64;
}

/// Number of rows above which unused entries are removed.
const REMEMBERED: usize = 256;

/// Runs a statement that locks a row: of a user, a session, or the counters of an account.
///
/// Someone else may hold that lock: a forgotten transaction, a long migration. Each request for the row then waits for
/// `lock_timeout` with a connection of its own, and requests that need no lock would get none. Therefore the statements
/// for one row share all connections but one. A refusal costs nothing that concurrency would gain: the server would run
/// these statements one after the other in any case.
pub(crate) async fn locking<T>(row: impl Hash, statement: impl Future<Output = T>) -> T {
    let mut hasher = DefaultHasher::new();
    row.hash(&mut hasher);
    ROW.scope(hasher.finish(), statement).await
}

/// The rows that the statements of an instance are locking.
#[derive(Debug)]
pub(super) struct Rows {
    share: usize,
    by_row: Mutex<HashMap<u64, Weak<Semaphore>>>,
}

impl Rows {
    pub(super) fn new(connections: u32) -> Self {
        Self {
            share: (connections as usize).saturating_sub(1).max(1),
            by_row: Mutex::default(),
        }
    }

    /// Waits until fewer statements than the share are locking the current statement's row, for at most `limit`. `None`
    /// if it locks none in particular.
    pub(super) async fn turn(&self, limit: Duration) -> sqlx::Result<Option<OwnedSemaphorePermit>> {
        let Ok(row) = ROW.try_with(|row| *row) else {
            return Ok(None);
        };
        match timeout(limit, self.semaphore(row).acquire_owned()).await {
            Ok(permit) => Ok(permit.ok()),
            Err(_) => Err(sqlx::Error::PoolTimedOut),
        }
    }

    fn semaphore(&self, row: u64) -> Arc<Semaphore> {
        let mut by_row = self.by_row.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(semaphore) = by_row.get(&row).and_then(Weak::upgrade) {
            return semaphore;
        }
        if by_row.len() >= REMEMBERED {
            by_row.retain(|_, semaphore| semaphore.strong_count() > 0);
        }
        let semaphore = Arc::new(Semaphore::new(self.share));
        by_row.insert(row, Arc::downgrade(&semaphore));
        semaphore
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn statements_for_one_row_leave_a_connection_to_others() {
        let rows = Rows::new(3);
        let turn = |row: &'static str| locking(row, rows.turn(Duration::from_millis(10)));
        let _first = turn("a").await.unwrap().unwrap();
        let second = turn("a").await.unwrap().unwrap();
        assert!(matches!(turn("a").await, Err(sqlx::Error::PoolTimedOut)));
        assert!(turn("b").await.unwrap().is_some());
        assert!(rows.turn(Duration::ZERO).await.unwrap().is_none());
        drop(second);
        assert!(turn("a").await.unwrap().is_some());
    }
}
