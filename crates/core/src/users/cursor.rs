//! Cursors: where a page of the list begins, as an opaque text.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use super::list::Sort;
use crate::{Error, Result};

/// The longest cursor that is looked at, in bytes.
const CURSOR_MAX: usize = 1024;

/// The user beside whom a page begins, and on which side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cursor {
    #[serde(rename = "s")]
    pub(super) sort: Sort,
    #[serde(rename = "b")]
    pub(super) before: bool,
    #[serde(rename = "k")]
    pub(super) key: Key,
}

/// The place of a user in the order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Key {
    #[serde(rename = "c")]
    Created(i64, Uuid),
    #[serde(rename = "e")]
    Email(String),
}

impl Key {
    /// Microseconds: what Postgres keeps of a time.
    pub(super) fn created(at: OffsetDateTime, id: Uuid) -> Self {
        let micros = at.unix_timestamp_nanos() / 1000;
        Self::Created(i64::try_from(micros).unwrap_or(i64::MAX), id)
    }
}

impl Cursor {
    pub(super) fn encode(&self) -> String {
        // A struct of numbers and texts can always be written.
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    pub(super) fn decode(text: &str, sort: Sort) -> Result<Self> {
        let bytes = (text.len() <= CURSOR_MAX)
            .then(|| URL_SAFE_NO_PAD.decode(text).ok())
            .flatten();
        let cursor: Self = bytes
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .ok_or(Error::InvalidCursor)?;
        let fits = cursor.sort == sort
            && match &cursor.key {
                Key::Created(micros, _) => {
                    // Postgres begins later than `OffsetDateTime` does: in 4714 BC.
                    !sort.is_by_email()
                        && OffsetDateTime::from_unix_timestamp(micros / 1_000_000)
                            .is_ok_and(|at| at.year() > 0)
                }
                Key::Email(email) => sort.is_by_email() && !email.contains('\0'),
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

    #[test]
    fn a_cursor_comes_back_and_fits_its_order_only() {
        let at = OffsetDateTime::from_unix_timestamp_nanos(1_700_000_000_123_456_000).unwrap();
        let cursor = Cursor {
            sort: Sort::Newest,
            before: true,
            key: Key::created(at, Uuid::from_u128(9)),
        };
        assert_eq!(
            Cursor::decode(&cursor.encode(), Sort::Newest).unwrap(),
            cursor
        );
        assert!(Cursor::decode(&cursor.encode(), Sort::Oldest).is_err());
        let mixed = Cursor {
            sort: Sort::Email,
            ..cursor
        };
        assert!(Cursor::decode(&mixed.encode(), Sort::Email).is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,200}") {
            let _ = Cursor::decode(&text, Sort::Newest);
            let _ = Cursor::decode(&URL_SAFE_NO_PAD.encode(&text), Sort::Email);
        }
    }
}
