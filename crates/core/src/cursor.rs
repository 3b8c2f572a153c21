//! Cursors: opaque texts that say where a page of a list begins.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{Error, Result};

/// Maximum length of a cursor that is decoded, in bytes.
const CURSOR_MAX: usize = 1024;

/// The row next to which a page begins, on which side of it, and the sort order. The order also identifies the
/// list, so that a cursor fits one list only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cursor<O> {
    #[serde(rename = "s")]
    pub(crate) order: O,
    #[serde(rename = "b")]
    pub(crate) before: bool,
    #[serde(rename = "k")]
    pub(crate) key: Key,
}

/// Sort key of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Key {
    /// Creation time in microseconds since 1970 (PostgreSQL's resolution), and the row's id.
    #[serde(rename = "c")]
    Time(i64, Uuid),
    /// A normalized e-mail address.
    #[serde(rename = "e")]
    Email(String),
}

/// Kind of sort key that a sort order uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyKind {
    Time,
    Email,
}

impl Key {
    pub(crate) fn time(at: OffsetDateTime, id: Uuid) -> Self {
        let micros = at.unix_timestamp_nanos() / 1000;
        Self::Time(i64::try_from(micros).unwrap_or(i64::MAX), id)
    }
}

/// Time of a key whose range was checked when the cursor was decoded.
pub(crate) fn moment(micros: i64) -> OffsetDateTime {
    let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1000);
    at.unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

impl<O: Serialize + DeserializeOwned + PartialEq> Cursor<O> {
    pub(crate) fn encode(&self) -> String {
        let json = serde_json::to_vec(self).expect("numbers and texts can always be serialized");
        URL_SAFE_NO_PAD.encode(json)
    }

    pub(crate) fn decode(text: &str, order: &O, kind: KeyKind) -> Result<Self> {
        let bytes = (text.len() <= CURSOR_MAX)
            .then(|| URL_SAFE_NO_PAD.decode(text).ok())
            .flatten();
        let cursor: Self = bytes
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .ok_or(Error::InvalidCursor)?;
        let fits = cursor.order == *order
            && match &cursor.key {
                Key::Time(micros, _) => {
                    // PostgreSQL's timestamps begin in 4714 BC, those of `OffsetDateTime` earlier.
                    kind == KeyKind::Time
                        && OffsetDateTime::from_unix_timestamp(micros / 1_000_000)
                            .is_ok_and(|at| at.year() > 0)
                }
                Key::Email(email) => kind == KeyKind::Email && !email.contains('\0'),
            };
        if fits {
            Ok(cursor)
        } else {
            Err(Error::InvalidCursor)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
    enum Order {
        Up,
        Down,
    }

    #[test]
    fn a_cursor_can_be_decoded_for_its_own_order_only() {
        let at = OffsetDateTime::from_unix_timestamp_nanos(1_700_000_000_123_456_000).unwrap();
        let cursor = Cursor {
            order: Order::Down,
            before: true,
            key: Key::time(at, Uuid::from_u128(9)),
        };
        let read = |order, kind| Cursor::decode(&cursor.encode(), &order, kind);
        assert_eq!(read(Order::Down, KeyKind::Time).unwrap(), cursor);
        assert!(read(Order::Up, KeyKind::Time).is_err());
        assert!(read(Order::Down, KeyKind::Email).is_err());
    }

    proptest! {
        #[test]
        fn decoding_a_cursor_never_panics(text in ".{0,200}") {
            let _ = Cursor::decode(&text, &Order::Up, KeyKind::Time);
            let _ = Cursor::decode(&URL_SAFE_NO_PAD.encode(&text), &Order::Up, KeyKind::Email);
        }
    }
}
