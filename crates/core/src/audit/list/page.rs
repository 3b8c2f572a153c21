//! Builds a page from the statement's rows: cuts it to size, puts the newest event first and adds the cursors
//! of the neighbouring pages.

use time::OffsetDateTime;
use uuid::Uuid;

use super::statement::Row;
use super::{AuditEvent, AuditPage, Order, Start};
use crate::cursor::{Cursor, Key};

pub(super) fn assemble(size: i64, start: Start, rows: Vec<Row>) -> AuditPage {
    let edge = rows.first().and_then(|row| row.edge);
    let mut events: Vec<_> = rows.into_iter().filter_map(|row| row.event).collect();
    let size = usize::try_from(size).expect("a size is from 1 to 100");
    let has_more = events.len() > size;
    events.truncate(size);
    // In the reading direction, the next page begins after the page's last event, or where the scan stopped.
    let last = events.last().filter(|_| has_more).map(key);
    let onwards = last.or_else(|| edge.map(|(at, id)| Key::time(at, id)));
    // In the other direction, it begins before the page's first event, or, if the page is empty, at the page's own
    // start.
    let back = start.place.map(|place| match events.first() {
        Some(event) => key(event),
        None => just_past(place, start.backwards),
    });
    if start.backwards {
        events.reverse();
    }
    let cursor = |before, key: Option<Key>| {
        let order = Order::Newest;
        key.map(|key| Cursor { order, before, key }.encode())
    };
    let (newer, older) = if start.backwards {
        (onwards, back)
    } else {
        (back, onwards)
    };
    AuditPage {
        events,
        next: cursor(false, older),
        prev: cursor(true, newer),
    }
}

fn key(event: &AuditEvent) -> Key {
    Key::time(event.occurred_at, event.id)
}

/// A key directly behind this one in the reading direction. A page that starts there and is read in the
/// opposite direction begins with the event of this key.
fn just_past((at, id): (OffsetDateTime, Uuid), backwards: bool) -> Key {
    let id = id.as_u128();
    let id = if backwards {
        id.saturating_add(1)
    } else {
        id.saturating_sub(1)
    };
    Key::time(at, Uuid::from_u128(id))
}
