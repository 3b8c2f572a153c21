//! Access tokens as somebody sees them who has only the text.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;

/// The parts of a compact JWS: header, payload, signature.
pub(crate) fn parts(token: &str) -> [String; 3] {
    let parts: Vec<_> = token.split('.').map(str::to_owned).collect();
    parts
        .try_into()
        .unwrap_or_else(|_| panic!("no JWS: {token}"))
}

pub(crate) fn header(token: &str) -> Value {
    decode(&parts(token)[0])
}

pub(crate) fn claims(token: &str) -> Value {
    decode(&parts(token)[1])
}

pub(crate) fn encode(json: &Value) -> String {
    encode_bytes(json.to_string().as_bytes())
}

pub(crate) fn encode_bytes(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The base64 of PEM files.
pub(crate) fn standard(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

fn decode(part: &str) -> Value {
    serde_json::from_slice(&bytes(part)).unwrap()
}

pub(crate) fn bytes(part: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(part).unwrap()
}
