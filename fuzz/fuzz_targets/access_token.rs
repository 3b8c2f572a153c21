//! Access tokens: only tokens with a valid signature are accepted, and only with valid claims.
#![no_main]

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hallpass_core::keys::Purpose;
use hallpass_core::tokens::access::{self, AUDIENCE, LEEWAY};
use hallpass_fuzz::{KEYS, NOW, spliced, text};
use libfuzzer_sys::fuzz_target;
use ring::signature::Ed25519KeyPair;
use uuid::Uuid;

static GENUINE: LazyLock<String> = LazyLock::new(|| {
    let roles = ["admin".to_owned(), "user".to_owned()];
    let token = access::encode(
        &KEYS,
        Uuid::from_u128(1),
        7,
        Uuid::from_u128(2),
        &roles,
        NOW,
    );
    let token = token.unwrap_or_else(|error| panic!("{error}"));
    token.expose().to_owned()
});

static PAIR: LazyLock<Ed25519KeyPair> = LazyLock::new(|| {
    let period = Some(access::period_at(NOW));
    let seed = KEYS.current.derive(Purpose::AccessToken, period);
    Ed25519KeyPair::from_seed_unchecked(&seed).unwrap_or_else(|error| panic!("{error}"))
});

fuzz_target!(|data: &[u8]| {
    let Some((way, data)) = data.split_first() else {
        return;
    };
    match way % 4 {
        0 => forged(&text(data)),
        1 => {
            if let Some(text) = spliced(&GENUINE, data) {
                forged(&text);
            }
        }
        2 => signed(&header(), data),
        _ => signed(data, &claims()),
    }
});

fn part(i: usize) -> Vec<u8> {
    let part = GENUINE.split('.').nth(i).unwrap_or_default();
    URL_SAFE_NO_PAD.decode(part).unwrap_or_default()
}

fn header() -> Vec<u8> {
    part(0)
}

fn claims() -> Vec<u8> {
    part(1)
}

/// The text is accepted only if it is identical to the genuine token.
fn forged(text: &str) {
    if access::decode(&KEYS, text, NOW).is_ok() {
        assert_eq!(text, *GENUINE);
    }
}

/// Signs this header and payload with the right key. The token is accepted only if its header is as Hallpass writes it
/// and all claims are present, have the right type and are currently valid.
fn signed(header: &[u8], payload: &[u8]) {
    let signed = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(payload)
    );
    let signature = URL_SAFE_NO_PAD.encode(PAIR.sign(signed.as_bytes()));
    let Ok(claims) = access::decode(&KEYS, &format!("{signed}.{signature}"), NOW) else {
        return;
    };
    let written: serde_json::Value = serde_json::from_slice(header).unwrap_or_default();
    assert_eq!(written.as_object().map(serde_json::Map::len), Some(3));
    assert_eq!(
        (claims.iss.as_str(), claims.aud.as_str()),
        (KEYS.issuer.as_str(), AUDIENCE)
    );
    assert!(claims.generation >= 0);
    let (now, leeway) = (NOW.unix_timestamp(), LEEWAY.whole_seconds());
    assert!(claims.iat <= now + leeway && claims.nbf <= now + leeway && claims.exp > now - leeway);
    // The claims that were read are those in the payload: other verifiers do not read a claim differently.
    let read = serde_json::to_value(&claims).unwrap_or_default();
    let written: serde_json::Value = serde_json::from_slice(payload).unwrap_or_default();
    for (name, value) in read.as_object().into_iter().flatten() {
        if !["sub", "sid", "jti"].contains(&name.as_str()) {
            assert_eq!(written[name], *value, "{name}");
        }
    }
}
