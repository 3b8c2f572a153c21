//! Exports all users that match a filter, in batches: memory use is constant, and no statement takes long.

use serde_json::json;
use sqlx::query_file_as;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::filter::Filter;
use super::list::Sort;
use super::user::User;
use crate::authorization::{Actor, authorized, continuing};
use crate::client::Client;
use crate::db::Idempotency;
use crate::tokens::access::Claims;
use crate::{AppContext, Error, Result};

/// Maximum number of users in a batch.
pub const BATCH: i32 = 2_000;

/// An export in progress. Each batch is authorized again.
#[derive(Debug)]
pub struct Export {
    app: AppContext,
    claims: Claims,
    filter: Filter,
    sort: Sort,
    /// Creation time and id of the user beyond whom the next batch begins; `None` after the last batch.
    after: Option<(OffsetDateTime, Uuid)>,
}

/// A user of a batch, or the place at which the search for the batch stopped.
struct Row {
    user: Option<Json<User>>,
    id: Option<Uuid>,
    created_at: Option<OffsetDateTime>,
    stop_time: Option<OffsetDateTime>,
    stop_id: Option<Uuid>,
}

impl Export {
    /// Starts an export, records it in the audit log, and returns the first batch. One statement; needs `users:read`.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`], [`Error::Forbidden`]; [`Error::Invalid`] if `sort` is by e-mail address.
    pub async fn begin(
        app: &AppContext,
        claims: Claims,
        filter: Filter,
        sort: Sort,
        client: &Client,
    ) -> Result<(Self, Vec<User>)> {
        // An address may change between two batches. Sorted by address, its user would appear twice or not at all.
        if sort.is_by_email() {
            let message =
                "must be -createdAt or createdAt; an export can be sorted by creation time only";
            return Err(Error::invalid("sort", "invalid_value", message));
        }
        let mut export = Self {
            app: app.clone(),
            claims,
            filter,
            sort,
            after: None,
        };
        let details = json!({ "filter": export.filter, "sort": sort });
        let client = client.json();
        let conditions = export.filter.conditions();
        let rows = authorized(
            &app.db,
            Actor::Session(&export.claims),
            Idempotency::NotIdempotent,
            |caller| {
                query_file_as!(
                    Row,
                    "src/users/sql/export_begin.sql",
                    caller,
                    conditions,
                    sort.is_descending(),
                    BATCH,
                    client,
                    details,
                )
            },
        );
        let rows = rows.await?;
        let users = export.take(rows);
        Ok((export, users))
    }

    /// Returns the next batch, which may be empty, or `None` after the last one. One statement.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`], [`Error::Forbidden`]: the caller may not continue.
    pub async fn next(&mut self) -> Result<Option<Vec<User>>> {
        let Some((created_at, id)) = self.after else {
            return Ok(None);
        };
        // The access token was valid when the export began, and may expire during it. The session must still be active.
        let caller = continuing(&self.claims);
        let conditions = self.filter.conditions();
        let rows = authorized(
            &self.app.db,
            Actor::Session(&self.claims),
            Idempotency::Idempotent,
            |_| {
                query_file_as!(
                    Row,
                    "src/users/sql/export_next.sql",
                    caller,
                    conditions,
                    self.sort.is_descending(),
                    BATCH,
                    created_at,
                    id,
                )
            },
        );
        let rows = rows.await?;
        Ok(Some(self.take(rows)))
    }

    /// Remembers where the next batch begins: after a full batch, or where a search for rare users stopped.
    fn take(&mut self, rows: Vec<Row>) -> Vec<User> {
        let stop = rows.first().and_then(|row| row.stop_time.zip(row.stop_id));
        let users: Vec<_> = rows
            .into_iter()
            .filter_map(|row| Some((row.user?.0, row.created_at.zip(row.id))))
            .collect();
        let is_full = usize::try_from(BATCH).is_ok_and(|most| users.len() == most);
        let last = users.last().and_then(|(_, place)| *place);
        self.after = stop.or(last.filter(|_| is_full));
        users.into_iter().map(|(user, _)| user).collect()
    }
}
