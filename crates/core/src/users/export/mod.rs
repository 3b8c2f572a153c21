//! Exports all users that match a filter, in batches: memory use is constant, and no statement takes long.

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

/// Number of users that a statement walks through. If a filter matches no more users than this, one batch has all of
/// them.
pub const BATCH: i64 = 2_000;

/// An export in progress. Each batch is authorized again.
#[derive(Debug)]
pub struct Export {
    app: AppContext,
    claims: Claims,
    filter: Filter,
    sort: Sort,
    /// The user after whom the next batch begins.
    after: Option<Key>,
    is_over: bool,
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

    /// Returns the next batch, which may be empty, or `None` after the last one. One statement.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`], [`Error::Forbidden`]: the caller may not continue.
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
