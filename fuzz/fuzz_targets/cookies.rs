//! The `Cookie` header: the refresh token is accepted only if there is exactly one session cookie, and only byte for
//! byte. The cookie of a known device cannot prevent a sign-in.
#![no_main]

use std::sync::LazyLock;

use axum::body::Body;
use axum::http::{HeaderValue, Request};
use hallpass_core::tokens::refresh::RefreshToken;
use hallpass_fuzz::{Functions, KEYS};
use libfuzzer_sys::fuzz_target;
use uuid::Uuid;

const SESSION: &[u8] = b"__Host-hallpass=";

static GENUINE: LazyLock<String> = LazyLock::new(|| {
    let token = RefreshToken {
        user_id: Uuid::from_u128(5),
        session_id: Uuid::from_u128(7),
        generation: 3,
    };
    token.encode(&KEYS).expose().to_owned()
});

fuzz_target!(|data: &[u8]| {
    // Two bytes that headers cannot contain have a special meaning: 1 is the genuine token, 2 begins another header
    // line.
    let lines: Vec<Vec<u8>> = data
        .split(|byte| *byte == 2)
        .map(|line| {
            let pieces: Vec<&[u8]> = line.split(|byte| *byte == 1).collect();
            pieces.join(GENUINE.as_bytes())
        })
        .collect();
    let values: Option<Vec<_>> = lines
        .iter()
        .map(|line| HeaderValue::from_bytes(line).ok())
        .collect();
    let Some(values) = values else {
        return;
    };
    let request = |path: &str, body: &'static str| {
        let mut request = Request::post(path)
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/json")
            .body(Body::from(body))
            .unwrap_or_else(|error| panic!("{error}"));
        for value in &values {
            request.headers_mut().append("cookie", value.clone());
        }
        request
    };
    let functions = Functions::get();
    let refresh = functions.answer("refresh", request("/api/refresh", ""));
    let named = lines.join(&b';');
    let named: Vec<_> = named
        .split(|byte| *byte == b';')
        .map(<[u8]>::trim_ascii)
        .filter_map(|pair| pair.strip_prefix(SESSION))
        .collect();
    if named == [GENUINE.as_bytes()] {
        assert!(refresh.was_accepted(), "{refresh:?}");
    } else {
        assert_eq!(refresh.code(), "invalid_refresh_token");
    }
    let credentials = r#"{"email":"ada@example.com","password":"zebra umbrella note"}"#;
    let login = functions.answer("login", request("/api/login", credentials));
    assert!(login.was_accepted(), "{login:?}");
});
