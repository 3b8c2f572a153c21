//! All users that a filter lets through, batch by batch: flat memory, and no statement that takes long.

mod statement;

use serde_json::json;

use self::statement::{Batch, Row};
use super::filter::Filter;
use super::list::Sort;
use super::user::User;
use crate::authorization::{Actor, authorized};
use crate::client::Client;
use crate::cursor::Key;
use crate::db::Idempotency;
use crate::tokens::access::Claims;
use crate::{AppContext, Error, Result};

/// So many users one statement walks past. Where a filter lets no more than these through, they come at once.
pub const BATCH: i64 = 2_000;

/// An export under way. Every batch is authorised anew.
#[derive(Debug)]
pub struct Export {
    app: AppContext,
    claims: Claims,
    filter: Filter,
    sort: Sort,
    /// Beside whom the next batch begins.
    after: Option<Key>,
    is_over: bool,
}

impl Export {
    /// Begins an export, writes that down, and gives the first batch. One statement; needs `users:read`.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`], [`Error::Forbidden`]; [`Error::Invalid`] for an order of addresses.
    pub async fn begin(
        app: &AppContext,
        claims: Claims,
        filter: Filter,
        sort: Sort,
        client: &Client,
    ) -> Result<(Self, Vec<User>)> {
        // An address may change between two batches: its user would come twice, or never.
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
            is_over: false,
        };
        let details = json!({ "filter": export.filter, "sort": sort });
        let client = client.json();
        let rows = authorized(
            &app.db,
            Actor::Session(&export.claims),
            Idempotency::NotIdempotent,
            |caller| export.batch().first(caller, &details, &client),
        );
        let rows = rows.await?;
        let users = export.take(rows);
        Ok((export, users))
    }

    /// The next batch, which may be empty, or nothing where the one before was the last. One statement.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`], [`Error::Forbidden`]: the caller may not go on.
    pub async fn next(&mut self) -> Result<Option<Vec<User>>> {
        if self.is_over {
            return Ok(None);
        }
        let rows = authorized(
            &self.app.db,
            Actor::Session(&self.claims),
            Idempotency::Idempotent,
            |_| self.batch().next(&self.claims, self.after.as_ref()),
        );
        let rows = rows.await?;
        Ok(Some(self.take(rows)))
    }

    const fn batch(&self) -> Batch<'_> {
        Batch {
            filter: &self.filter,
            sort: self.sort,
        }
    }

    fn take(&mut self, rows: Vec<Row>) -> Vec<User> {
        self.is_over = rows.first().is_none_or(|row| row.is_last);
        if let Some(edge) = rows.first().and_then(|row| row.edge.clone()) {
            self.after = Some(if self.sort.is_by_email() {
                Key::Email(edge.email_normalized)
            } else {
                Key::time(edge.created_at, edge.id)
            });
        }
        rows.into_iter().filter_map(|row| row.user).collect()
    }
}
