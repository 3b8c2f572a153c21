//! Runs the SQL statement for a page of users.

use sqlx::query_file;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::super::user::User;
use super::{EXACT_MAX, ListRequest, Place, Start};
use crate::authorization::{Actor, authorized};
use crate::cursor::{Key, moment};
use crate::db::Idempotency;
use crate::{AppContext, Result};

/// What the statement found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Users in the reading direction, with their places; one more than the page has, if there are more.
    pub(super) users: Vec<(User, Place)>,
    /// The last user that was looked at, if the search ended before the page was full and before the end of the list.
    pub(super) stop: Option<Place>,
    /// Number of matches that were counted, and whether these are all.
    pub(super) counted: Option<(i32, bool)>,
    /// Number of users by the statistics of the table, if the filter is empty.
    pub(super) estimated: Option<i64>,
}

pub(super) async fn run(
    app: &AppContext,
    actor: Actor<'_>,
    request: &ListRequest,
    start: &Start,
) -> Result<Found> {
    let filter = request.filter.conditions();
    let descends = request.sort.is_descending();
    let (offset, time, id, email) = match start {
        Start::Offset(offset) => (*offset, None, None, None),
        Start::Beside(cursor) => match &cursor.key {
            Key::Time(micros, id) => (0, Some(moment(*micros)), Some(*id), None),
            Key::Email(email) => (0, None, None, Some(email.as_str())),
        },
    };
    // An offset and a size are at most OFFSET_MAX.
    let number = |value: i64| i32::try_from(value).unwrap_or(i32::MAX);
    let most = request.with_total.then(|| number(EXACT_MAX));
    let rows = authorized(&app.db, actor, Idempotency::Idempotent, |caller| {
        query_file!(
            "src/users/sql/list.sql",
            caller,
            filter,
            request.sort.place_name(),
            descends,
            start.is_backwards(),
            time,
            id,
            email,
            number(offset),
            number(request.size + 1),
            most,
            request.filter.is_empty(),
        )
    });
    let rows = rows.await?;
    let mut found = Found::default();
    if let Some(row) = rows.first() {
        found.counted = row.counted.zip(row.is_complete);
        found.estimated = row.estimated;
        found.stop = place(row.stop_time, row.stop_id, row.stop_email.clone());
    }
    found.users = rows
        .into_iter()
        .filter_map(|row| {
            let place = place(row.created_at, row.id, row.email)?;
            Some((row.user?.0, place))
        })
        .collect();
    Ok(found)
}

fn place(at: Option<OffsetDateTime>, id: Option<Uuid>, email: Option<String>) -> Option<Place> {
    Some(Place {
        created_at: at?,
        id: id?,
        email: email?,
    })
}
