//! The JSON body of every operation that has one is accepted, or refused with a reason, and never causes a 500. The
//! input is the operation's id in openapi.json, a line feed, and the body.
#![no_main]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::body::Body;
use axum::http::Request;
use hallpass_fuzz::Functions;
use libfuzzer_sys::{Corpus, fuzz_target};
use serde_json::Value;

/// Maximum length of a body in bytes.
const BODY_MAX: usize = 64 * 1024;
const SOME_ID: &str = "0197a3c4-0000-7000-8000-000000000000";

/// Method and path of each operation by its id, from openapi.json, so that no operation is forgotten.
static OPERATIONS: LazyLock<BTreeMap<String, (String, String)>> = LazyLock::new(|| {
    let document = include_str!("../../openapi.json");
    let document: Value = serde_json::from_str(document).unwrap_or_default();
    let mut all = BTreeMap::new();
    for (path, operations) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in operations.as_object().into_iter().flatten() {
            let id = operation["operationId"].as_str().unwrap_or_default();
            // This operation has no parameters, but reads a body in order to refuse unknown fields.
            if operation.get("requestBody").is_some() || id == "renewSetupLink" {
                let path = path.replace("{id}", SOME_ID);
                all.insert(id.to_owned(), (method.to_uppercase(), path));
            }
        }
    }
    assert!(all.len() >= 10, "{all:?}");
    all
});

fuzz_target!(|data: &[u8]| -> Corpus {
    let (id, body) = match data.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&data[..end], &data[end + 1..]),
        None => return Corpus::Reject,
    };
    let operation = str::from_utf8(id).ok().and_then(|id| OPERATIONS.get(id));
    let Some((method, path)) = operation else {
        return Corpus::Reject;
    };
    let functions = Functions::get();
    let request = Request::builder()
        .method(method.as_str())
        .uri(path)
        .header("content-type", "application/json")
        .header("if-match", "\"1\"")
        .header("authorization", functions.bearer())
        .body(Body::from(body.to_vec()))
        .unwrap_or_else(|error| panic!("{error}"));
    let function = path.split('/').nth(2).unwrap_or_default();
    let answer = functions.answer(function, request);
    answer.expect_any(&[400, 401, 413, 422, 503]);
    if body.len() > BODY_MAX {
        assert_eq!(answer.status, 413);
        return Corpus::Keep;
    }
    // 422 is allowed: the parser may stop at an unknown field or a wrong type, before the invalid part.
    if serde_json::from_slice::<Value>(body).is_err() && !body.is_empty() {
        answer.expect_any(&[400, 422]);
    }
    match answer.status {
        // The access token is valid, so only a token in the body can be refused.
        401 => assert!(["refresh", "recovery"].contains(&function), "{answer:?}"),
        422 => {
            let errors = answer.json()["errors"].take();
            let said = errors.as_array().is_some_and(|errors| !errors.is_empty());
            assert!(said, "{answer:?}");
        }
        503 => assert!(answer.was_accepted(), "{answer:?}"),
        _ => {}
    }
    Corpus::Keep
});
