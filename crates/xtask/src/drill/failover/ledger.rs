//! What the clients were promised, and what the database holds.

use hallpass_platform::Error;
use sqlx::{Connection as _, PgConnection};

use crate::site::{SignedIn, Site};

/// Number of an account's changes that a client has asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    /// Answered with 2xx.
    pub(super) acknowledged: i64,
    /// Answered with 503: the change may have been applied.
    pub(super) unknown: i64,
}

/// Accounts that a client created: e-mail address, and id if the request was acknowledged.
pub(super) type Created = Vec<(String, Option<String>)>;

/// The client that changes one user's name to ever higher numbers.
#[derive(Debug)]
pub(super) struct Updated {
    pub(super) user_id: String,
    pub(super) count: Count,
    /// The number in the last acknowledged name.
    pub(super) last: i64,
}

/// The client that refreshes the only session of a user.
#[derive(Debug)]
pub(super) struct Refreshed {
    pub(super) email: String,
    pub(super) count: Count,
}

/// The client that signs in again and again.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) email: String,
    pub(super) sessions: Vec<SignedIn>,
    pub(super) unknown: i64,
}

/// What all clients were promised.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub(super) created: Vec<Created>,
    pub(super) updated: Vec<Updated>,
    pub(super) refreshed: Vec<Refreshed>,
    pub(super) opened: Vec<Opened>,
}

/// The comparison of the ledger with the database.
#[derive(Debug, Default)]
pub(super) struct Balance {
    pub(super) acknowledged: i64,
    /// Acknowledged and not in the database.
    pub(super) lost: Vec<String>,
    /// Applied more often than asked for.
    pub(super) twice: Vec<String>,
    /// Sessions of honest clients that do not work any more.
    pub(super) ended: Vec<String>,
    /// Answered with 503, and applied all the same. This is allowed.
    pub(super) applied_unknown: i64,
}

impl Balance {
    /// Compares a number of changes with what the database holds.
    fn compare(&mut self, what: &str, count: Count, found: i64) {
        self.acknowledged += count.acknowledged;
        if found < count.acknowledged {
            self.lost.push(format!(
                "{what}: {} acknowledged, {found} found",
                count.acknowledged
            ));
        } else if found > count.acknowledged + count.unknown {
            self.twice.push(format!(
                "{what}: {} requested, {found} found",
                count.acknowledged + count.unknown
            ));
        } else {
            self.applied_unknown += found - count.acknowledged;
        }
    }

    /// Compares the ledger with the database at this URL, and uses all sessions once more.
    ///
    /// # Errors
    /// The database or the functions cannot be reached.
    pub(super) async fn of(ledger: &Ledger, url: &str, site: &Site) -> Result<Self, Error> {
        let mut balance = Self::default();
        let mut connection = PgConnection::connect(url).await?;
        for client in &ledger.created {
            balance.add_created(client, &mut connection).await?;
        }
        for client in &ledger.updated {
            balance.add_updated(client, &mut connection).await?;
        }
        for client in &ledger.refreshed {
            balance.add_refreshed(client, &mut connection).await?;
        }
        for client in &ledger.opened {
            balance.add_opened(client, &mut connection, site).await?;
        }
        connection.close().await?;
        Ok(balance)
    }

    async fn add_created(
        &mut self,
        client: &Created,
        connection: &mut PgConnection,
    ) -> Result<(), Error> {
        let (emails, ids): (Vec<_>, Vec<_>) = client
            .iter()
            .map(|(email, id)| (email.as_str(), id.as_deref()))
            .unzip();
        let rows: Vec<(String, Option<String>, Option<String>, i64)> = sqlx::query_as(
            "select asked.email, asked.id, u.id::text,
                (select count(*) from hallpass.audit_events where event = 'user_created' and subject_id = u.id)
            from unnest($1::text[], $2::text[]) as asked (email, id)
            left join hallpass.users u on u.email_normalized = asked.email",
        )
        .bind(emails)
        .bind(ids)
        .fetch_all(connection)
        .await?;
        for (email, id, found, events) in rows {
            // Another id would be another account than the one that the client was told.
            let is_found = found.is_some() && (id.is_none() || id == found);
            let acknowledged = i64::from(id.is_some());
            let count = Count {
                acknowledged,
                unknown: 1 - acknowledged,
            };
            let found = if is_found { events } else { 0 };
            self.compare(&format!("create {email}"), count, found);
        }
        Ok(())
    }

    async fn add_updated(
        &mut self,
        client: &Updated,
        connection: &mut PgConnection,
    ) -> Result<(), Error> {
        let (name, version, events): (String, i32, i64) = sqlx::query_as(
            "select name, version,
                (select count(*) from hallpass.audit_events where event = 'user_updated' and subject_id = u.id)
            from hallpass.users u where id = $1::uuid",
        )
        .bind(&client.user_id)
        .fetch_one(connection)
        .await?;
        let what = format!("update {}", client.user_id);
        self.compare(&what, client.count, i64::from(version) - 1);
        if events != i64::from(version) - 1 {
            let difference = format!("{what}: version {version}, {events} audit events");
            self.twice.push(difference);
        }
        let number = name.rsplit(' ').next().and_then(|n| n.parse().ok());
        if number.is_none_or(|number: i64| number < client.last) {
            let lost = format!("{what}: {} is acknowledged, {name} found", client.last);
            self.lost.push(lost);
        }
        Ok(())
    }

    async fn add_refreshed(
        &mut self,
        client: &Refreshed,
        connection: &mut PgConnection,
    ) -> Result<(), Error> {
        let (generation, revoked): (i32, Option<String>) = sqlx::query_as(
            "select s.generation, s.revoked_reason from hallpass.sessions s
            join hallpass.users u on u.id = s.user_id where u.email_normalized = $1",
        )
        .bind(&client.email)
        .fetch_one(connection)
        .await?;
        let what = format!("session of {}", client.email);
        self.compare(&what, client.count, i64::from(generation));
        if let Some(reason) = revoked {
            self.ended.push(format!("{what}: {reason}"));
        }
        Ok(())
    }

    async fn add_opened(
        &mut self,
        client: &Opened,
        connection: &mut PgConnection,
        site: &Site,
    ) -> Result<(), Error> {
        let (sessions, events): (i64, i64) = sqlx::query_as(
            "select (select count(*) from hallpass.sessions where user_id = u.id),
                (select count(*) from hallpass.audit_events where event = 'login' and subject_id = u.id)
            from hallpass.users u where email_normalized = $1",
        )
        .bind(&client.email)
        .fetch_one(connection)
        .await?;
        let what = format!("sign-ins of {}", client.email);
        let count = Count {
            acknowledged: i64::try_from(client.sessions.len()).unwrap_or(i64::MAX),
            unknown: client.unknown,
        };
        self.compare(&what, count, sessions);
        if events != sessions {
            let difference = format!("{what}: {sessions} sessions, {events} audit events");
            self.twice.push(difference);
        }
        for session in &client.sessions {
            let answer = site.refresh(&session.refresh_token).await?;
            if answer.status != 200 {
                let ended = format!("{what}: a refresh is answered with {}", answer.status);
                self.ended.push(ended);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn balance(acknowledged: i64, unknown: i64, found: i64) -> Balance {
        let mut balance = Balance::default();
        let count = Count {
            acknowledged,
            unknown,
        };
        balance.compare("it", count, found);
        balance
    }

    #[test]
    fn an_acknowledged_change_that_is_missing_is_lost() {
        assert_eq!(balance(3, 2, 2).lost.len(), 1);
        assert!(balance(3, 2, 3).lost.is_empty());
    }

    #[test]
    fn a_change_that_nobody_asked_for_was_applied_twice() {
        assert_eq!(balance(3, 2, 6).twice.len(), 1);
        let allowed = balance(3, 2, 5);
        assert!(allowed.twice.is_empty());
        assert_eq!(allowed.applied_unknown, 2);
    }
}
