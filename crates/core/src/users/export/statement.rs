//! The statements of an export, built from their parts.

use serde_json::Value;
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{Postgres, QueryBuilder, Row as _};
use time::OffsetDateTime;
use uuid::Uuid;

use super::super::filter::Filter;
use super::super::list::{Sort, push_beyond};
use super::super::user::User;
use super::BATCH;
use crate::authorization::{continuing, with_viewer};
use crate::cursor::Key;
use crate::db::{Built, built};
use crate::tokens::access::Claims;

/// What filters and orders look at, and the user as a whole.
const COLUMNS: &str = "u as whole, u.id, u.email_normalized, u.email_search, u.name_normalized, u.roles, u.is_active, u.created_at";

/// A user, or, in an empty batch, none; and what is the same in every row: whether the batch is the last one,
/// and the place at which the walk ended.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) user: Option<User>,
    pub(super) is_last: bool,
    pub(super) edge: Option<Edge>,
}

/// The place of a user in any order.
#[derive(Clone, Debug)]
pub(super) struct Edge {
    pub(super) created_at: OffsetDateTime,
    pub(super) id: Uuid,
    pub(super) email_normalized: String,
}

/// Which batch of whose export.
#[derive(Clone, Copy, Debug)]
pub(super) struct Batch<'a> {
    pub(super) filter: &'a Filter,
    pub(super) sort: Sort,
}

impl Batch<'_> {
    /// Writes the export down, and gives everybody at once where the filter lets few through: then the indexes
    /// find them faster than any walk. Otherwise it walks, like every further statement.
    pub(super) fn first(self, caller: &Value, details: &Value, client: &Value) -> Built<Row> {
        let mut sql = with_viewer(caller, "users:read");
        sql.push(
            ", recorded as (insert into hallpass.audit_events select event.* from viewer v, \
             lateral hallpass.audit_event('users_exported', 'info', v.user_id, null, v.session_id, ",
        );
        sql.push_bind(client.clone())
            .push(", ")
            .push_bind(details.clone())
            .push(") as event)");
        let asks_first = !self.filter.is_empty();
        if asks_first {
            sql.push(", few as materialized (select ").push(COLUMNS);
            sql.push(" from hallpass.users u where true");
            self.filter.push(&mut sql);
            sql.push(" limit ").push_bind(BATCH + 1).push(")");
        }
        self.finish(sql, asks_first, None)
    }

    /// Walks on from a user. The session must live on; the access token was in time when the export began,
    /// and may run out while it goes on.
    pub(super) fn next(self, claims: &Claims, after: Option<&Key>) -> Built<Row> {
        let sql = with_viewer(&continuing(claims), "users:read");
        self.finish(sql, false, after)
    }

    /// A walk reads so many users in order and shows those that the filter lets through: the same price
    /// everywhere, however rare they are.
    fn finish(
        self,
        mut sql: QueryBuilder<Postgres>,
        asks_first: bool,
        after: Option<&Key>,
    ) -> Built<Row> {
        let descends = self.sort.is_descending();
        sql.push(", walked as materialized (select ").push(COLUMNS);
        sql.push(" from hallpass.users u where true");
        if asks_first {
            sql.push(" and (select count(*) from few) > ")
                .push_bind(BATCH);
        }
        if let Some(key) = after {
            push_beyond(&mut sql, key, descends);
        }
        sql.push(self.sort.order_by(descends))
            .push(" limit ")
            .push_bind(BATCH);
        sql.push("), batch as materialized (select u.* from walked u where true");
        self.filter.push(&mut sql);
        if asks_first {
            sql.push(" union all select u.* from few u where (select count(*) from few) <= ")
                .push_bind(BATCH);
        }
        sql.push(
            "), edge as materialized (select u.created_at, u.id, u.email_normalized from walked u",
        );
        sql.push(self.sort.order_by(!descends));
        sql.push(
            " limit 1) select case when u.id is not null then hallpass.user_json(u.whole) end as user, \
             (select count(*) from walked) < ",
        );
        sql.push_bind(BATCH).push(
            " as is_last, edge.created_at as edge_at, edge.id as edge_id, \
             edge.email_normalized as edge_email \
             from viewer left join edge on true left join batch u on true",
        );
        sql.push(self.sort.order_by(descends));
        built(sql, read)
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the driver hands rows over by value"
)]
fn read(row: PgRow) -> sqlx::Result<Row> {
    let user: Option<Json<User>> = row.try_get("user")?;
    let edge_at: Option<OffsetDateTime> = row.try_get("edge_at")?;
    let edge = match edge_at {
        Some(created_at) => Some(Edge {
            created_at,
            id: row.try_get("edge_id")?,
            email_normalized: row.try_get("edge_email")?,
        }),
        None => None,
    };
    Ok(Row {
        user: user.map(|Json(user)| user),
        is_last: row.try_get("is_last")?,
        edge,
    })
}
