//! `If-Match` (RFC 9110 sections 5.6.1 and 13.1.1) is a list of entity tags or `*`; anything else is refused.
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
    let value = data.trim_ascii();
    if value == b"*" {
        assert!(answer.was_accepted(), "{answer:?}");
        return;
    }
    let tags: Option<Vec<&[u8]>> = elements(value).map(opaque_tag).collect();
    // Whether a tag is stale is decided by the database, after the check of the permission, so this is a 503 here.
    if tags.is_some_and(|tags| !tags.is_empty()) {
        assert!(answer.was_accepted(), "{answer:?}");
    } else {
        assert_eq!(answer.status, 400, "{answer:?}");
    }
});

/// The elements of a list, without empty ones. A comma inside quotes is not a separator.
fn elements(list: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut is_quoted = false;
    let pieces = list.split(move |byte| {
        is_quoted ^= *byte == b'"';
        *byte == b',' && !is_quoted
    });
    pieces
        .map(<[u8]>::trim_ascii)
        .filter(|piece| !piece.is_empty())
}

/// The part between the quotes of a strong or weak entity tag; `None` if the element is not an entity tag.
fn opaque_tag(element: &[u8]) -> Option<&[u8]> {
    let quoted = element.strip_prefix(b"W/").unwrap_or(element);
    let tag = quoted.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    let is_allowed = |byte: &u8| *byte > 0x20 && *byte != b'"' && *byte != 0x7f;
    tag.iter().all(is_allowed).then_some(tag)
}
