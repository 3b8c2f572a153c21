//! Wycheproof's JSON Web Signatures. None of them is ours, so our decoder must refuse all of them, at whatever check.
//! They use other algorithms, so each is tried again with more and more of our header, to reach the later checks.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::tests::now;
use super::*;
use crate::keys::tests::keys;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vectors {
    number_of_tests: usize,
    test_groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    tests: Vec<Vector>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vector {
    tc_id: u32,
    comment: String,
    jws: String,
}

fn vectors() -> Vec<Vector> {
    let text = include_str!("../vectors/json_web_signature_test.json");
    let vectors: Vectors = serde_json::from_str(text).unwrap();
    let tests: Vec<_> = vectors
        .test_groups
        .into_iter()
        .flat_map(|g| g.tests)
        .collect();
    assert_eq!(tests.len(), vectors.number_of_tests);
    assert!(tests.len() > 400);
    tests
}

/// The same token with these parameters in its header; `None` if its header cannot be read.
fn with_header(jws: &str, parameters: &Value) -> Option<String> {
    let (header, rest) = jws.split_once('.')?;
    let bytes = URL_SAFE_NO_PAD.decode(header).ok()?;
    let mut header: Value = serde_json::from_slice(&bytes).ok()?;
    let object = header.as_object_mut()?;
    object.extend(parameters.as_object()?.clone());
    Some(format!(
        "{}.{rest}",
        URL_SAFE_NO_PAD.encode(header.to_string())
    ))
}

#[test]
fn t09_tokens_of_the_test_vectors_are_refused() {
    let keys = keys(1, None, "production");
    let kid = key_id(&keys, &keys.current, period_at(now()));
    let (mut by_algorithm, mut by_signature) = (0, 0);
    for Vector {
        tc_id,
        comment,
        jws,
    } in vectors()
    {
        let expect_refused = |jws: &str| match decode(&keys, jws, now()) {
            Ok(_) => panic!("{tc_id} {comment}: {jws}"),
            Err(Refused(reason)) => reason,
        };
        expect_refused(&jws);
        let named = with_header(&jws, &json!({ "kid": kid, "typ": TYPE }));
        if named.is_some_and(|jws| expect_refused(&jws) == "not an EdDSA access token") {
            by_algorithm += 1;
        }
        let only_ours = with_header(&jws, &json!({ "kid": kid, "typ": TYPE, "alg": "EdDSA" }));
        if only_ours.is_some_and(|jws| expect_refused(&jws) == "InvalidSignature") {
            by_signature += 1;
        }
    }
    // Most of the tokens are well formed, so they must have reached the intended check.
    assert!(by_algorithm > 350, "{by_algorithm}");
    assert!(by_signature > 350, "{by_signature}");
}
