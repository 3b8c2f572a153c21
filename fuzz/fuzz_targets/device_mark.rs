//! Marks of known devices: each has one encoding, and no other text is accepted.
#![no_main]

use std::sync::LazyLock;

use hallpass_core::tokens::device::DeviceMark;
use hallpass_fuzz::{KEYS, spliced, text};
use libfuzzer_sys::fuzz_target;
use uuid::Uuid;

static GENUINE: LazyLock<String> = LazyLock::new(|| {
    let mark = DeviceMark {
        user_id: Uuid::from_u128(7),
        credential_version: 3,
        nonce: Uuid::from_u128(9),
    };
    mark.encode(&KEYS)
});

fuzz_target!(|data: &[u8]| {
    let forged = |text: &str| {
        if DeviceMark::decode(&KEYS, text).is_some() {
            assert_eq!(text, *GENUINE);
        }
    };
    forged(&text(data));
    if let Some(text) = spliced(&GENUINE, data) {
        forged(&text);
    }
    if let Some((fields, _)) = data.split_first_chunk::<36>() {
        let mark = DeviceMark {
            user_id: Uuid::from_slice(&fields[..16]).unwrap_or_default(),
            credential_version: i32::from_be_bytes(fields[16..20].try_into().unwrap_or_default()),
            nonce: Uuid::from_slice(&fields[20..]).unwrap_or_default(),
        };
        assert_eq!(DeviceMark::decode(&KEYS, &mark.encode(&KEYS)), Some(mark));
    }
});
