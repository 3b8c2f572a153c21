//! The query of the list of users is accepted, or refused with a 400 that names the invalid parameters.
#![no_main]

use axum::body::Body;
use axum::http::{Request, Uri};
use hallpass_fuzz::{Functions, text};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(uri) = Uri::try_from(format!("/api/users?{}", text(data))) else {
        return;
    };
    let functions = Functions::get();
    let request = Request::get(uri)
        .header("authorization", functions.bearer())
        .body(Body::empty())
        .unwrap_or_else(|error| panic!("{error}"));
    let answer = functions.answer("users", request);
    if answer.was_accepted() {
        return;
    }
    assert_eq!(answer.status, 400, "{answer:?}");
    let (code, errors) = (answer.code(), answer.json()["errors"].take());
    match code.as_str() {
        "use_cursor" | "invalid_cursor" => {}
        "invalid_query" => {
            let errors = errors.as_array().cloned().unwrap_or_default();
            assert!(!errors.is_empty(), "{answer:?}");
            assert!(errors.iter().all(|error| error["field"].is_string()));
        }
        _ => panic!("{answer:?}"),
    }
});
