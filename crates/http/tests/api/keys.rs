//! GET /.well-known/jwks.json and GET /api/openapi.json

use std::collections::HashSet;

use ring::signature::{ED25519, UnparsedPublicKey};
use serde_json::Value;

use crate::support::{TestApp, jwt};

async fn keys(app: &TestApp) -> Vec<Value> {
    let body = app.get("/.well-known/jwks.json").send().await.expect(200);
    assert_eq!(body.as_object().unwrap().len(), 1);
    body["keys"].as_array().unwrap().clone()
}

#[tokio::test]
async fn three_keys_are_published_and_nothing_secret_is_in_them() {
    let app = TestApp::new().await;
    let keys = keys(&app).await;
    assert_eq!(keys.len(), 3);
    for key in &keys {
        let mut names: Vec<_> = key.as_object().unwrap().keys().collect();
        names.sort();
        assert_eq!(names, ["alg", "crv", "kid", "kty", "use", "x"]);
        assert_eq!(
            (&key["kty"], &key["crv"]),
            (&"OKP".into(), &"Ed25519".into())
        );
        assert_eq!((&key["alg"], &key["use"]), (&"EdDSA".into(), &"sig".into()));
        assert_eq!(jwt::bytes(key["x"].as_str().unwrap()).len(), 32);
        assert!(key["kid"].as_str().unwrap().starts_with("test-"));
    }
    let different: HashSet<_> = keys.iter().map(|key| (&key["kid"], &key["x"])).collect();
    assert_eq!(different.len(), 3);
}

#[tokio::test]
async fn others_can_verify_an_access_token_with_them() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let kid = jwt::header(&ada.access_token)["kid"].clone();
    let keys = keys(&app).await;
    // The current period's stands between its neighbours.
    assert_eq!(keys[1]["kid"], kid);
    let key = jwt::bytes(keys[1]["x"].as_str().unwrap());
    let (signed, signature) = ada.access_token.rsplit_once('.').unwrap();
    let verified =
        UnparsedPublicKey::new(&ED25519, key).verify(signed.as_bytes(), &jwt::bytes(signature));
    assert!(verified.is_ok());
}

#[tokio::test]
async fn an_access_token_says_what_rfc_9068_wants() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["viewer"]).await;
    let header = jwt::header(&ada.access_token);
    assert_eq!(
        (&header["alg"], &header["typ"]),
        (&"EdDSA".into(), &"at+jwt".into())
    );
    let claims = jwt::claims(&ada.access_token);
    assert_eq!(claims["iss"], "hallpass/test");
    assert_eq!(claims["aud"], "hallpass");
    assert_eq!(claims["sub"], ada.id.to_string());
    assert_eq!(claims["roles"], serde_json::json!(["viewer"]));
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
        600
    );
    assert_eq!(claims["nbf"], claims["iat"]);
    // Nothing personal: the token may be logged by others.
    let names: HashSet<_> = claims
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let expected = [
        "iss", "aud", "sub", "sid", "gen", "iat", "nbf", "exp", "jti", "roles",
    ];
    assert_eq!(names, HashSet::from(expected));
}

#[tokio::test]
async fn while_a_secret_is_replaced_the_keys_of_both_are_published() {
    let app = TestApp::new().await;
    let old: HashSet<_> = keys(&app)
        .await
        .iter()
        .map(|key| key["kid"].to_string())
        .collect();
    let rotating = app.beside(&[
        (
            "HALLPASS_SECRET",
            "2UKw/IQpqEwOgCAXsIzEuTCG8akBP8nW3BNNvG1UPKg=",
        ),
        (
            "HALLPASS_SECRET_PREVIOUS",
            "/mPAwiTtniOtB4WVTwZo9/WNmg7DPRFVRHfG4ETrZlk=",
        ),
    ]);
    let both: HashSet<_> = keys(&rotating)
        .await
        .iter()
        .map(|key| key["kid"].to_string())
        .collect();
    assert_eq!(both.len(), 6);
    assert!(both.is_superset(&old));
}

#[tokio::test]
async fn keys_and_document_may_be_cached_by_anybody_and_cost_no_statement() {
    let app = TestApp::new().await;
    let before = app.statements().await;
    for (path, age) in [
        (
            "/.well-known/jwks.json",
            "public, max-age=3600, stale-while-revalidate=86400",
        ),
        (
            "/api/keys",
            "public, max-age=3600, stale-while-revalidate=86400",
        ),
        ("/api/openapi.json", "public, max-age=300"),
    ] {
        let answer = app.get(path).send().await;
        answer.expect(200);
        assert_eq!(answer.header("cache-control"), Some(age), "{path}");
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!(answer.header("set-cookie"), None);
    }
    assert_eq!(app.statements().await, before);
}

#[tokio::test]
async fn t33_keys_are_there_without_a_database() {
    let app = TestApp::new().await.cut_off();
    assert_eq!(keys(&app).await.len(), 3);
}

#[tokio::test]
async fn the_document_that_is_served_is_the_one_that_is_checked_in() {
    let app = TestApp::new().await;
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi.json");
    let answer = app.get("/api/openapi.json").send().await;
    answer.expect(200);
    assert_eq!(answer.text(), std::fs::read_to_string(path).unwrap());
    assert!(
        answer.json()["openapi"]
            .as_str()
            .unwrap()
            .starts_with("3.1")
    );
}
