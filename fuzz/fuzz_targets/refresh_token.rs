//! Refresh tokens: each has one encoding, and no other text is accepted.
#![no_main]

use std::sync::LazyLock;

use hallpass_core::tokens::refresh::RefreshToken;
use hallpass_fuzz::{KEYS, spliced, text};
use libfuzzer_sys::fuzz_target;
use uuid::Uuid;

static GENUINE: LazyLock<String> = LazyLock::new(|| {
    spelled(RefreshToken {
        user_id: Uuid::from_u128(5),
        session_id: Uuid::from_u128(7),
        generation: 3,
    })
});

fn spelled(token: RefreshToken) -> String {
    token.encode(&KEYS).expose().to_owned()
}

fuzz_target!(|data: &[u8]| {
    let forged = |text: &str| {
        if RefreshToken::decode(&KEYS, text).is_some() {
            assert_eq!(text, *GENUINE);
        }
    };
    forged(&text(data));
    if let Some(text) = spliced(&GENUINE, data) {
        forged(&text);
    }
    if let Some((fields, _)) = data.split_first_chunk::<36>() {
        let token = RefreshToken {
            user_id: Uuid::from_slice(&fields[..16]).unwrap_or_default(),
            session_id: Uuid::from_slice(&fields[16..32]).unwrap_or_default(),
            generation: i32::from_be_bytes(fields[32..].try_into().unwrap_or_default()),
        };
        assert_eq!(RefreshToken::decode(&KEYS, &spelled(token)), Some(token));
    }
});
