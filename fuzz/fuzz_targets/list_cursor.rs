//! Cursors of the list of users, as texts and as the JSON that they encode, are accepted or `invalid_cursor`.
#![no_main]

use axum::body::Body;
use axum::http::Request;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hallpass_fuzz::Functions;
use libfuzzer_sys::fuzz_target;

/// Requests a page with this cursor. Returns whether it is accepted; panics if it is refused with another problem than
/// `invalid_cursor`.
fn look(sort: &str, cursor: &str) -> bool {
    let functions = Functions::get();
    let request = Request::get(format!("/api/users?sort={sort}&cursor={cursor}"))
        .header("authorization", functions.bearer())
        .body(Body::empty())
        .unwrap_or_else(|error| panic!("{error}"));
    let answer = functions.answer("users", request);
    if !answer.was_accepted() {
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (400, "invalid_cursor")
        );
    }
    answer.was_accepted()
}

fuzz_target!(|data: &[u8]| {
    let Some((order, data)) = data.split_first() else {
        return;
    };
    let sort = ["-createdAt", "createdAt", "email", "-email"][usize::from(order % 4)];
    let inside = URL_SAFE_NO_PAD.encode(data);
    // An empty cursor counts as missing and gives the first page.
    if !inside.is_empty() && look(sort, &inside) {
        let json: serde_json::Value = serde_json::from_slice(data).unwrap_or_default();
        assert_eq!(json["s"], sort);
        assert!(json["b"].is_boolean());
        // A cursor is invalid for another sort order.
        let other = if sort == "email" { "-email" } else { "email" };
        assert!(!look(other, &inside));
    }
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_=.~".contains(byte);
    if !data.is_empty() && data.iter().all(plain) {
        look(sort, &String::from_utf8_lossy(data));
    }
});
