//! Builds a page from the statement's rows: cuts it to size, restores the order and adds the cursors of the
//! neighbouring pages.

use super::super::email::normalize_email;
use super::statement::Row;
use super::{EXACT_MAX, ListRequest, Page, Relation, Start, Total};
use crate::cursor::{Cursor, Key};

pub(super) fn assemble(request: &ListRequest, start: &Start, rows: Vec<Row>) -> Page {
    let total = request.with_total.then(|| total(rows.first())).flatten();
    let mut found: Vec<_> = rows
        .into_iter()
        .filter_map(|row| row.user.zip(row.key))
        .collect();
    let size = usize::try_from(request.size).expect("a size is from 1 to 100");
    let has_more = found.len() > size;
    found.truncate(size);
    let backwards = start.is_backwards();
    if backwards {
        found.reverse();
    }
    // In the reading direction, one more row than requested shows that there is a next page. In the other direction,
    // there are the rows that were skipped, or at least the cursor's own user.
    let came_from = match start {
        Start::Offset(offset) => *offset > 0,
        Start::Beside(_) => true,
    };
    let (has_prev, has_next) = if backwards {
        (has_more, came_from)
    } else {
        (came_from, has_more)
    };
    let cursor = |before: bool, place: Option<&(super::User, Key)>| {
        place.map(|(user, key)| {
            let key = if request.sort.is_by_email() {
                Key::Email(normalize_email(&user.email))
            } else {
                key.clone()
            };
            Cursor {
                order: request.sort,
                before,
                key,
            }
            .encode()
        })
    };
    let prev = cursor(true, found.first()).filter(|_| has_prev);
    let next = cursor(false, found.last()).filter(|_| has_next);
    Page {
        users: found.into_iter().map(|(user, _)| user).collect(),
        next,
        prev,
        total,
    }
}

fn total(row: Option<&Row>) -> Option<Total> {
    let row = row?;
    let counted = row.counted?;
    if counted <= EXACT_MAX {
        return Some(Total {
            value: counted,
            relation: Relation::Exact,
        });
    }
    // The statistics of a table that was never analysed, or long ago, may be lower than the number that was counted.
    match row.estimated.filter(|estimate| *estimate > EXACT_MAX) {
        Some(value) => Some(Total {
            value,
            relation: Relation::Estimated,
        }),
        None => Some(Total {
            value: EXACT_MAX,
            relation: Relation::AtLeast,
        }),
    }
}
