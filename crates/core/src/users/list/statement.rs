//! The SQL statement for a page of users. It has few variants, so that servers can keep them prepared.

use serde_json::Value;
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{Postgres, QueryBuilder, Row as _};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{EXACT_MAX, ListRequest, Start, push_beyond};
use crate::authorization::with_viewer;
use crate::cursor::Key;
use crate::db::{Built, built};
use crate::users::User;

/// A search first scans this many users in the order of the list. The trigram index, which is slow for a text with
/// thousands of matches, is used only if fewer than a page of them match.
const SCAN_LIMIT: i64 = 20_000;

pub(super) struct Statement<'a> {
    pub(super) caller: &'a Value,
    pub(super) request: &'a ListRequest,
    pub(super) start: &'a Start,
}

/// A user, or `None` if the page is empty; and the counts, which are the same in every row.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) user: Option<User>,
    pub(super) key: Option<Key>,
    pub(super) counted: Option<i64>,
    pub(super) estimated: Option<i64>,
}

impl Statement<'_> {
    pub(super) fn build(&self) -> Built<Row> {
        let mut sql = with_viewer(self.caller, "users:read");
        sql.push(", ");
        if self.request.filter.is_search() {
            self.push_search(&mut sql);
        } else {
            sql.push("page as materialized (select u.id from hallpass.users u where true");
            self.push_start(&mut sql);
            self.request.filter.push(&mut sql);
            self.push_window(&mut sql);
            sql.push(")");
        }
        let with_total = self.request.with_total;
        if with_total {
            sql.push(", counted as materialized (select count(*) as n from (select from hallpass.users u where true");
            self.request.filter.push(&mut sql);
            sql.push(" limit ")
                .push_bind(EXACT_MAX + 1)
                .push(") as matches)");
        }
        sql.push(" select case when u.id is not null then hallpass.user_json(u) end as user, u.id, u.created_at, ");
        sql.push(if with_total {
            "(select n from counted)"
        } else {
            "null::bigint"
        })
        .push(" as counted, ");
        sql.push(if with_total && self.request.filter.is_empty() {
            "(select reltuples::bigint from pg_class where oid = 'hallpass.users'::regclass)"
        } else {
            "null::bigint"
        });
        sql.push(
            " as estimated from viewer left join (page join hallpass.users u on u.id = page.id) on true",
        );
        sql.push(self.order());
        built(sql, read)
    }

    fn push_search(&self, sql: &mut QueryBuilder<Postgres>) {
        let (_, wanted) = self.window();
        sql.push(
            "recent as materialized (select u.id from (select * from hallpass.users u where true",
        );
        self.push_start(sql);
        sql.push(self.order())
            .push(" limit ")
            .push_bind(SCAN_LIMIT)
            .push(") u where true");
        self.request.filter.push(sql);
        self.push_window(sql);
        // The matches are found first and sorted afterwards: with a limit here, the planner might walk through the
        // index of the sort order.
        sql.push("), found as materialized (select u.id, u.created_at, u.email_normalized from hallpass.users u where true");
        self.push_start(sql);
        self.request.filter.push(sql);
        sql.push(" and (select count(*) from recent) < ")
            .push_bind(wanted);
        sql.push("), page as materialized (select id from recent where (select count(*) from recent) >= ");
        sql.push_bind(wanted)
            .push(" union all (select u.id from found u");
        self.push_window(sql);
        sql.push("))");
    }

    /// Appends the condition that users come after the start of the page.
    fn push_start(&self, sql: &mut QueryBuilder<Postgres>) {
        if let Start::Beside(cursor) = self.start {
            push_beyond(sql, &cursor.key, self.descends());
        }
    }

    fn push_window(&self, sql: &mut QueryBuilder<Postgres>) {
        let (offset, wanted) = self.window();
        sql.push(self.order())
            .push(" limit ")
            .push_bind(wanted)
            .push(" offset ")
            .push_bind(offset);
    }

    /// Number of rows to skip and to read: one more than the page, to find out whether there is another page.
    fn window(&self) -> (i64, i64) {
        let offset = if let Start::Offset(offset) = self.start {
            *offset
        } else {
            0
        };
        (offset, self.request.size + 1)
    }

    /// Whether keys are read in descending order: the sort order, reversed if the page is before its cursor.
    fn descends(&self) -> bool {
        self.request.sort.is_descending() != self.start.is_backwards()
    }

    fn order(&self) -> &'static str {
        self.request.sort.order_by(self.descends())
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the driver hands rows over by value"
)]
fn read(row: PgRow) -> sqlx::Result<Row> {
    let user: Option<Json<User>> = row.try_get("user")?;
    let created_at: Option<OffsetDateTime> = row.try_get("created_at")?;
    let id: Option<Uuid> = row.try_get("id")?;
    Ok(Row {
        user: user.map(|Json(user)| user),
        key: created_at.zip(id).map(|(at, id)| Key::time(at, id)),
        counted: row.try_get("counted")?,
        estimated: row.try_get("estimated")?,
    })
}
