//! `If-Match`: a version in the one spelling that we give out, or a stale one.
#![no_main]

use axum::body::Body;
use axum::http::{HeaderValue, Request};
use hallpass_fuzz::Functions;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(value) = HeaderValue::from_bytes(data) else {
        return;
    };
    let functions = Functions::get();
    let request = Request::patch("/api/users/0197a3c4-0000-7000-8000-000000000000")
        .header("content-type", "application/json")
        .header("authorization", functions.bearer())
        .header("if-match", value)
        .body(Body::from(r#"{"name":"Ada"}"#))
        .unwrap_or_else(|error| panic!("{error}"));
    let answer = functions.answer("users", request);
    let tag = data.trim_ascii();
    let version: Option<i32> = str::from_utf8(tag)
        .ok()
        .and_then(|tag| tag.trim_matches('"').parse().ok());
    if version.is_some_and(|version| tag == format!("\"{version}\"").as_bytes()) {
        assert!(answer.was_accepted(), "{answer:?}");
    } else {
        assert_eq!(answer.status, 412, "{answer:?}");
    }
});
