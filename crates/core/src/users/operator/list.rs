//! The list for the operator: the newest first, by cursor, without totals.

use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{Postgres, QueryBuilder, Row as _};
use uuid::Uuid;

use super::super::list::{Page, SIZE_MAX, Sort, push_beyond};
use super::super::{Filter, User};
use crate::cursor::{Cursor, Key, KeyKind};
use crate::db::{Built, Effect, built};
use crate::{AppContext, Error, Result};

/// How far a search looks in the order of the list before it asks the trigram index: see the other list.
const LOOKED_THROUGH: i64 = 20_000;

type Row = (User, Key);

/// A page of the users, beside the one that `cursor` names. One statement.
///
/// # Errors
/// [`Error::InvalidCursor`], [`Error::Invalid`].
pub async fn list(
    app: &AppContext,
    filter: &Filter,
    cursor: Option<&str>,
    size: i64,
) -> Result<Page> {
    if !(1..=SIZE_MAX).contains(&size) {
        let message = format!("must be a whole number from 1 to {SIZE_MAX}");
        return Err(Error::invalid("size", "out_of_range", message));
    }
    let start = cursor
        .map(|text| Cursor::decode(text, &Sort::Newest, KeyKind::Time))
        .transpose()?;
    let rows = app
        .db
        .fetch_all(Effect::Repeatable, || build(filter, start.as_ref(), size));
    Ok(assemble(start.as_ref(), size, rows.await?))
}

fn build(filter: &Filter, start: Option<&Cursor<Sort>>, size: i64) -> Built<Row> {
    let wanted = size + 1;
    let order = if start.is_some_and(|cursor| cursor.before) {
        " order by u.created_at, u.id"
    } else {
        " order by u.created_at desc, u.id desc"
    };
    let mut sql = QueryBuilder::new("");
    if filter.is_search() {
        sql.push("with recent as materialized (select u.id from (select * from hallpass.users u where true");
        push_start(&mut sql, start);
        sql.push(order).push(" limit ").push_bind(LOOKED_THROUGH);
        sql.push(") u where true");
        filter.push(&mut sql);
        sql.push(order).push(" limit ").push_bind(wanted);
        sql.push("), found as materialized (select u.id from hallpass.users u where true");
        push_start(&mut sql, start);
        filter.push(&mut sql);
        sql.push(" and (select count(*) from recent) < ")
            .push_bind(wanted);
        sql.push("), page as (select id from recent where (select count(*) from recent) >= ");
        sql.push_bind(wanted);
        sql.push(" union all select id from found) ");
    } else {
        sql.push("with page as (select u.id from hallpass.users u where true");
        push_start(&mut sql, start);
        filter.push(&mut sql);
        sql.push(order).push(" limit ").push_bind(wanted).push(") ");
    }
    sql.push(
        "select hallpass.user_json(u) as user, u.id, u.created_at from page join hallpass.users u on u.id = page.id",
    );
    sql.push(order).push(" limit ").push_bind(wanted);
    built(sql, |row| read(&row))
}

fn push_start(sql: &mut QueryBuilder<Postgres>, start: Option<&Cursor<Sort>>) {
    if let Some(cursor) = start {
        push_beyond(sql, &cursor.key, !cursor.before);
    }
}

fn read(row: &PgRow) -> sqlx::Result<Row> {
    let Json(user) = row.try_get("user")?;
    let id: Uuid = row.try_get("id")?;
    Ok((user, Key::time(row.try_get("created_at")?, id)))
}

fn assemble(start: Option<&Cursor<Sort>>, size: i64, mut rows: Vec<Row>) -> Page {
    let backwards = start.is_some_and(|cursor| cursor.before);
    let size = usize::try_from(size).unwrap_or_default();
    let has_more = rows.len() > size;
    rows.truncate(size);
    if backwards {
        rows.reverse();
    }
    let cursor = |before, place: Option<&Row>| {
        place.map(|(_, key)| {
            let (order, key) = (Sort::Newest, key.clone());
            Cursor { order, before, key }.encode()
        })
    };
    let has_prev = if backwards { has_more } else { start.is_some() };
    let has_next = backwards || has_more;
    Page {
        prev: cursor(true, rows.first()).filter(|_| has_prev),
        next: cursor(false, rows.last()).filter(|_| has_next),
        users: rows.into_iter().map(|(user, _)| user).collect(),
        total: None,
    }
}
