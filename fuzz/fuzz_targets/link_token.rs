//! One-time links: one spelling each, none that we did not make, none past its time.
#![no_main]

use std::sync::LazyLock;

use hallpass_core::tokens::link::LinkToken;
use hallpass_fuzz::{KEYS, NOW, spliced, text};
use libfuzzer_sys::fuzz_target;
use uuid::Uuid;

static GENUINE: LazyLock<String> =
    LazyLock::new(|| LinkToken::new(Uuid::from_u128(7), 3, NOW).encode(&KEYS));

fuzz_target!(|data: &[u8]| {
    let forged = |text: &str| {
        if LinkToken::decode(&KEYS, text, NOW).is_some() {
            assert_eq!(text, *GENUINE);
        }
    };
    forged(&text(data));
    if let Some(text) = spliced(&GENUINE, data) {
        forged(&text);
    }
    if let Some((fields, _)) = data.split_first_chunk::<28>() {
        let token = LinkToken {
            user_id: Uuid::from_slice(&fields[..16]).unwrap_or_default(),
            credential_version: i32::from_be_bytes(fields[16..20].try_into().unwrap_or_default()),
            expires_at: i64::from_be_bytes(fields[20..].try_into().unwrap_or_default()),
        };
        let is_good = token.expires_at > NOW.unix_timestamp();
        let read = LinkToken::decode(&KEYS, &token.encode(&KEYS), NOW);
        assert_eq!(read, is_good.then_some(token));
    }
});
