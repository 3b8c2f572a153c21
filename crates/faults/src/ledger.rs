//! What a client was told, compared with what the database holds.

use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

/// Changes of one kind.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Count {
    /// Acknowledged with 2xx.
    pub(crate) acknowledged: i64,
    /// Sent, and not acknowledged.
    pub(crate) open: i64,
}

impl Count {
    pub(crate) fn add(&mut self, is_acknowledged: bool) {
        if is_acknowledged {
            self.acknowledged += 1;
        } else {
            self.open += 1;
        }
    }

    /// Compares with the number of changes in the database.
    fn compare(self, applied: i64) -> Tally {
        Tally {
            acknowledged: self.acknowledged,
            lost: (self.acknowledged - applied).max(0),
            twice: (applied - self.acknowledged - self.open).max(0),
            unacknowledged: (applied - self.acknowledged).clamp(0, self.open),
        }
    }
}

/// The result of a comparison, in changes.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) acknowledged: i64,
    /// Acknowledged, and not in the database.
    pub(crate) lost: i64,
    /// Applied more often than requested.
    pub(crate) twice: i64,
    /// Not acknowledged, but applied. This is allowed.
    pub(crate) unacknowledged: i64,
}

impl Tally {
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            acknowledged: self.acknowledged + other.acknowledged,
            lost: self.lost + other.lost,
            twice: self.twice + other.twice,
            unacknowledged: self.unacknowledged + other.unacknowledged,
        }
    }
}

/// The changes of one client, which has an account and a session of its own.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) user_id: Uuid,
    /// Addresses of accounts that it created, and whether that was acknowledged.
    pub(crate) created: Vec<(String, bool)>,
    /// Changes of its own name.
    pub(crate) renamed: Count,
    /// Sign-ins after the first one.
    pub(crate) signed_in: Count,
    /// Rotations of its first session. A repetition of the same token is one change.
    pub(crate) refreshed: Count,
    /// The session that it refreshes.
    pub(crate) session_id: Uuid,
}

impl Ledger {
    pub(crate) async fn compare(&self, owner: &mut PgConnection) -> sqlx::Result<Tally> {
        let (version, sessions, generation): (i64, i64, i64) = sqlx::query_as(
            "select u.version::bigint, (select count(*) from hallpass.sessions s where s.user_id = u.id), \
             (select generation::bigint from hallpass.sessions s where s.id = $2) \
             from hallpass.users u where u.id = $1",
        )
        .bind(self.user_id)
        .bind(self.session_id)
        .fetch_one(&mut *owner)
        .await?;
        let mut all = self
            .renamed
            .compare(version - 1)
            .and(self.signed_in.compare(sessions - 1))
            .and(self.refreshed.compare(generation));
        for is_acknowledged in [true, false] {
            let addresses: Vec<_> = self
                .created
                .iter()
                .filter(|(_, acknowledged)| *acknowledged == is_acknowledged)
                .map(|(address, _)| address.as_str())
                .collect();
            let sent = i64::try_from(addresses.len()).unwrap_or(i64::MAX);
            let (found, events): (i64, i64) = sqlx::query_as(
                "select count(distinct u.id), count(e.id) from hallpass.users u \
                 left join hallpass.audit_events e on e.subject_id = u.id and e.event = 'user_created' \
                 where u.email = any($1)",
            )
            .bind(&addresses)
            .fetch_one(&mut *owner)
            .await?;
            let mut count = Count::default();
            if is_acknowledged {
                count.acknowledged = sent;
            } else {
                count.open = sent;
            }
            let mut tally = count.compare(found);
            tally.twice += events - found;
            all = all.and(tally);
        }
        Ok(all)
    }
}

/// Compares all ledgers.
pub(crate) async fn compare(url: &str, ledgers: &[Ledger]) -> sqlx::Result<Tally> {
    let mut owner = PgConnection::connect(url).await?;
    let mut all = Tally::default();
    for ledger in ledgers {
        all = all.and(ledger.compare(&mut owner).await?);
    }
    owner.close().await?;
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_lost_applied_twice_or_applied_without_an_acknowledgement() {
        let count = Count {
            acknowledged: 5,
            open: 2,
        };
        let figures = |applied| {
            let tally = count.compare(applied);
            (tally.lost, tally.twice, tally.unacknowledged)
        };
        assert_eq!(figures(4), (1, 0, 0));
        assert_eq!(figures(5), (0, 0, 0));
        assert_eq!(figures(6), (0, 0, 1));
        assert_eq!(figures(8), (0, 1, 2));
    }
}
