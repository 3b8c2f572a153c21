//! Marks of known devices: one spelling each, and none that we did not make.
#![no_main]

use std::sync::LazyLock;

use hallpass_core::tokens::device;
use hallpass_fuzz::{KEYS, spliced, text};
use libfuzzer_sys::fuzz_target;
use uuid::Uuid;

static GENUINE: LazyLock<String> = LazyLock::new(|| device::encode(&KEYS, Uuid::from_u128(7)));

fuzz_target!(|data: &[u8]| {
    let forged = |text: &str| {
        if device::decode(&KEYS, text).is_some() {
            assert_eq!(text, *GENUINE);
        }
    };
    forged(&text(data));
    if let Some(text) = spliced(&GENUINE, data) {
        forged(&text);
    }
    if let Some((id, _)) = data.split_first_chunk::<16>() {
        let user_id = Uuid::from_bytes(*id);
        let mark = device::encode(&KEYS, user_id);
        assert_eq!(device::decode(&KEYS, &mark), Some(user_id));
    }
});
