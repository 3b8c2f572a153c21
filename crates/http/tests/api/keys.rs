//! GET /.well-known/jwks.json, the discovery documents and GET /api/openapi.json

use std::collections::HashSet;

use ring::signature::{ED25519, UnparsedPublicKey};
use serde_json::{Value, json};

use crate::support::{TestApp, jwt};

async fn keys(app: &TestApp) -> Vec<Value> {
    let body = app.get("/.well-known/jwks.json").send().await.expect(200);
    assert_eq!(body.as_object().unwrap().len(), 1);
    body["keys"].as_array().unwrap().clone()
}

#[tokio::test]
async fn three_public_keys_are_published_without_secrets() {
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
async fn a_published_key_verifies_an_access_token() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let kid = jwt::header(&ada.access_token)["kid"].clone();
    let keys = keys(&app).await;
    // The key of the current period is listed between those of the previous and the next period.
    assert_eq!(keys[1]["kid"], kid);
    let key = jwt::bytes(keys[1]["x"].as_str().unwrap());
    let (signed, signature) = ada.access_token.rsplit_once('.').unwrap();
    let verified =
        UnparsedPublicKey::new(&ED25519, key).verify(signed.as_bytes(), &jwt::bytes(signature));
    assert!(verified.is_ok());
}

#[tokio::test]
async fn an_access_token_has_the_header_and_the_claims_of_rfc_9068() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["viewer"]).await;
    let header = jwt::header(&ada.access_token);
    assert_eq!(
        (&header["alg"], &header["typ"]),
        (&"EdDSA".into(), &"at+jwt".into())
    );
    let claims = jwt::claims(&ada.access_token);
    assert_eq!(claims["iss"], "https://hallpass.test");
    assert_eq!(claims["aud"], "hallpass");
    assert_eq!(claims["sub"], ada.id.to_string());
    assert_eq!(claims["roles"], serde_json::json!(["viewer"]));
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
        600
    );
    assert_eq!(claims["nbf"], claims["iat"]);
    // No personal data: services that receive the token may log it.
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
async fn keys_and_document_are_publicly_cacheable_and_cost_no_statement() {
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
        (
            "/api/keys/jwks.json",
            "public, max-age=3600, stale-while-revalidate=86400",
        ),
        (
            "/.well-known/openid-configuration",
            "public, max-age=3600, stale-while-revalidate=86400",
        ),
        ("/api/openapi.json", "public, max-age=300"),
    ] {
        let answer = app.get(path).send().await;
        answer.expect(200);
        assert_eq!(answer.header("cache-control"), Some(age), "{path}");
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!(answer.header("set-cookie"), None);
        let origin = (path != "/api/openapi.json").then_some("*");
        assert_eq!(
            answer.header("access-control-allow-origin"),
            origin,
            "{path}"
        );
        assert_eq!(answer.header("access-control-allow-credentials"), None);
    }
    assert_eq!(app.statements().await, before);
}

#[tokio::test]
async fn issuer_metadata_names_the_issuer_and_the_address_of_its_keys() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let issuer = jwt::claims(&ada.access_token)["iss"].clone();
    for path in [
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
        "/api/keys/openid-configuration",
        "/api/keys/oauth-authorization-server",
    ] {
        let answer = app.get(path).send().await;
        let body = answer.expect(200);
        assert_eq!(body["issuer"], issuer, "{path}");
        assert_eq!(body["jwks_uri"], "https://hallpass.test/api/keys/jwks.json");
        assert_eq!(
            body["id_token_signing_alg_values_supported"],
            json!(["EdDSA"])
        );
        assert_eq!(body["response_types_supported"], json!(["none"]));
        assert_eq!(body["subject_types_supported"], json!(["public"]));
    }
    let claims = jwt::claims(&ada.access_token);
    let body = app
        .get("/.well-known/openid-configuration")
        .send()
        .await
        .json();
    let named = body["claims_supported"].as_array().unwrap().iter();
    let named: HashSet<_> = named.map(|name| name.as_str().unwrap()).collect();
    let written = claims.as_object().unwrap().keys().map(String::as_str);
    assert_eq!(named, written.collect());
    let keys = app.get("/api/keys/jwks.json").send().await.expect(200);
    assert_eq!(keys, app.get("/.well-known/jwks.json").send().await.json());
    // The addresses of an issuer with the path `/auth`, which this issuer's URL does not have.
    for path in [
        "/.well-known/openid-configuration/auth",
        "/.well-known/oauth-authorization-server/auth",
    ] {
        app.get(path).send().await.expect_problem(404, "not_found");
    }
}

#[tokio::test]
async fn the_metadata_of_an_issuer_with_a_path_is_found_at_both_addresses() {
    let app = TestApp::with(&[("HALLPASS_URL", "https://app.example.com/auth/v1/")]).await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let issuer = "https://app.example.com/auth/v1";
    assert_eq!(jwt::claims(&ada.access_token)["iss"], issuer);
    app.get("/api/me").bearer(&ada).send().await.expect(200);
    for path in [
        // The path that arrives if an application's rewrite strips `/auth/v1`.
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
        "/.well-known/openid-configuration/auth/v1",
        "/.well-known/oauth-authorization-server/auth/v1",
        "/api/keys/openid-configuration",
    ] {
        let body = app.get(path).send().await.expect(200);
        assert_eq!(body["issuer"], issuer, "{path}");
        assert_eq!(body["jwks_uri"], format!("{issuer}/api/keys/jwks.json"));
    }
    for path in ["auth", "auth/v1/x", "other"] {
        let path = format!("/.well-known/oauth-authorization-server/{path}");
        app.get(&path).send().await.expect_problem(404, "not_found");
    }
}

#[tokio::test]
async fn a_token_of_another_environment_or_issuer_is_refused() {
    let app = TestApp::new().await;
    for other in [
        &[("VERCEL_ENV", "preview")][..],
        &[("HALLPASS_URL", "https://another.test")],
        &[("HALLPASS_URL", "https://hallpass.test/auth")],
    ] {
        let person = format!("{}@example.com", other[0].1.len());
        let ada = app.beside(other).signed_in(&person, &["user"]).await;
        let answer = app.get("/api/me").bearer(&ada).send().await;
        answer.expect_problem(401, "unauthenticated");
    }
}

#[tokio::test]
async fn t33_public_keys_are_served_without_a_database() {
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
