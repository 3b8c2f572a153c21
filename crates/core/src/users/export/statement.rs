//! The SQL statements of an export.

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

/// The columns that filters and orders use, and the whole user.
const COLUMNS: &str = "u as whole, u.id, u.email_normalized, u.email_search, u.name_normalized, u.roles, u.is_active, u.created_at";

/// A user, or `None` if the batch is empty; and two values that are the same in all rows: whether the batch is the last
/// one, and the user at whom the walk stopped.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) user: Option<User>,
    pub(super) is_last: bool,
    pub(super) edge: Option<Edge>,
}

/// Sort keys of a user, for all orders.
#[derive(Clone, Debug)]
pub(super) struct Edge {
    pub(super) created_at: OffsetDateTime,
    pub(super) id: Uuid,
    pub(super) email_normalized: String,
}

/// A batch of an export.
#[derive(Clone, Copy, Debug)]
pub(super) struct Batch<'a> {
    pub(super) filter: &'a Filter,
    pub(super) sort: Sort,
}

impl Batch<'_> {
    /// The first statement, which also records the export. If the filter matches few users, it returns all of them at
    /// once, because the indexes find them faster than a walk. Otherwise it walks, as all further statements do.
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

    /// Continues the walk after a user. The session must still be active. The access token was valid when the export
    /// began, and may expire during the export.
    pub(super) fn next(self, claims: &Claims, after: Option<&Key>) -> Built<Row> {
        let sql = with_viewer(&continuing(claims), "users:read");
        self.finish(sql, false, after)
    }

    /// A walk reads a fixed number of users in order, and returns those that match the filter. Each statement costs the
    /// same, however rare matching users are.
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
