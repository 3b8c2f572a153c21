//! Tokens of one-time links: each has one encoding, and no other text is accepted. Their age is checked by the
//! database.
#![no_main]

use std::sync::LazyLock;

use hallpass_core::tokens::link::LinkToken;
use hallpass_fuzz::{KEYS, NOW, spliced, text};
use libfuzzer_sys::fuzz_target;
use time::OffsetDateTime;
use uuid::Uuid;

static GENUINE: LazyLock<String> = LazyLock::new(|| {
    let token = LinkToken {
        user_id: Uuid::from_u128(7),
        credential_version: 3,
        made_at: NOW,
    };
    token.encode(&KEYS)
});

fuzz_target!(|data: &[u8]| {
    let forged = |text: &str| {
        if LinkToken::decode(&KEYS, text).is_some() {
            assert_eq!(text, *GENUINE);
        }
    };
    forged(&text(data));
    if let Some(text) = spliced(&GENUINE, data) {
        forged(&text);
    }
    if let Some((fields, _)) = data.split_first_chunk::<28>() {
        let made_at = i64::from_be_bytes(fields[20..].try_into().unwrap_or_default());
        // Microseconds since 1970. Not every number of them is a valid date.
        let made_at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(made_at) * 1_000);
        if let Ok(made_at) = made_at {
            let token = LinkToken {
                user_id: Uuid::from_slice(&fields[..16]).unwrap_or_default(),
                credential_version: i32::from_be_bytes(
                    fields[16..20].try_into().unwrap_or_default(),
                ),
                made_at,
            };
            assert_eq!(LinkToken::decode(&KEYS, &token.encode(&KEYS)), Some(token));
        }
    }
});
