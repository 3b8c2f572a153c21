//! Builds a page from what the statement found: cuts it to size, restores the order and adds the cursors of the
//! neighbouring pages.

use super::statement::Found;
use super::{EXACT_MAX, ListRequest, Page, Place, Relation, Start, Total};
use crate::cursor::Cursor;

pub(super) fn assemble(request: &ListRequest, start: &Start, found: Found) -> Page {
    let total = total(&found);
    let Found {
        mut users, stop, ..
    } = found;
    let size = usize::try_from(request.size).expect("a size is from 1 to 100");
    let has_more = users.len() > size;
    users.truncate(size);
    let backwards = start.is_backwards();
    // In the reading direction, one more user than requested shows that there is a next page, and a search that stopped
    // continues where it stopped. In the other direction, there are the users that were skipped, or at least the
    // cursor's own user.
    let came_from = match start {
        Start::Offset(offset) => *offset > 0,
        Start::Beside(_) => true,
    };
    let ahead = if has_more {
        users.last().map(|(_, place)| place)
    } else {
        stop.as_ref()
    };
    // A page without users begins and ends where the search stopped.
    let behind = users.first().map(|(_, place)| place).or(stop.as_ref());
    let cursor = |before: bool, place: &Place| {
        let order = request.sort;
        let key = place.key(order);
        Cursor { order, before, key }.encode()
    };
    let ahead = ahead.map(|place| cursor(backwards, place));
    let behind = behind
        .filter(|_| came_from)
        .map(|place| cursor(!backwards, place));
    let (prev, next) = if backwards {
        users.reverse();
        (ahead, behind)
    } else {
        (behind, ahead)
    };
    Page {
        users: users.into_iter().map(|(user, _)| user).collect(),
        next,
        prev,
        total,
    }
}

/// A total of many users is estimated if there is no filter, and otherwise a lower bound.
fn total(found: &Found) -> Option<Total> {
    let of = |value, relation| Some(Total { value, relation });
    let (counted, is_complete) = match (found.counted, found.estimated) {
        (Some((counted, is_complete)), _) => (i64::from(counted), is_complete),
        (None, Some(estimated)) => return of(estimated, Relation::Estimated),
        (None, None) => return None,
    };
    if counted <= EXACT_MAX {
        let relation = if is_complete {
            Relation::Exact
        } else {
            Relation::AtLeast
        };
        return of(counted, relation);
    }
    // The statistics of a table that was analysed long ago may be lower than the number that was counted.
    match found.estimated.filter(|estimate| *estimate > EXACT_MAX) {
        Some(estimated) => of(estimated, Relation::Estimated),
        None => of(EXACT_MAX, Relation::AtLeast),
    }
}
