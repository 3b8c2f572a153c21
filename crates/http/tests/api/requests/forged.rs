//! Forged access tokens, in all known ways to deceive verifiers: other algorithms and header parameters that name a
//! key. Also what the caller and the log learn about the reason.

use std::net::TcpListener;

use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
};
use ring::{digest, hmac};
use serde_json::{Value, json};

use super::bearer::{expect_refused, own_key, signed};
use crate::support::{Log, Person, TestApp, jwt};

/// The header of a genuine token with other parameters.
fn header_with(person: &Person, changes: &Value) -> Value {
    let mut header = jwt::header(&person.access_token);
    for (name, value) in changes.as_object().unwrap() {
        header[name] = value.clone();
    }
    header
}

/// The part of a token that is signed: header and claims, encoded.
fn to_sign(person: &Person, changes: &Value) -> String {
    let [_, payload, _] = jwt::parts(&person.access_token);
    format!("{}.{payload}", jwt::encode(&header_with(person, changes)))
}

/// A public key in every encoding that a verifier could use as the secret of an HMAC by mistake.
fn spellings(key: &[u8]) -> Vec<Vec<u8>> {
    // The constant prefix of a SubjectPublicKeyInfo with an Ed25519 key (RFC 8410).
    let spki = [
        &[
            0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
        ][..],
        key,
    ]
    .concat();
    let x = jwt::encode_bytes(key);
    let pem = |end: &str| {
        let base64 = jwt::standard(&spki);
        format!("-----BEGIN PUBLIC KEY-----\n{base64}\n-----END PUBLIC KEY-----{end}")
    };
    vec![
        key.to_vec(),
        x.clone().into_bytes(),
        json!({ "kty": "OKP", "crv": "Ed25519", "x": x })
            .to_string()
            .into_bytes(),
        pem("").into_bytes(),
        pem("\n").into_bytes(),
        spki,
        Vec::new(),
    ]
}

#[tokio::test]
async fn t09_the_public_key_is_not_accepted_as_an_hmac_secret() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["admin"]).await;
    let published = app.get("/.well-known/jwks.json").send().await.expect(200);
    let mut tokens = Vec::new();
    for key in published["keys"].as_array().unwrap() {
        let key_bytes = jwt::bytes(key["x"].as_str().unwrap());
        for secret in spellings(&key_bytes) {
            for (name, algorithm) in [
                ("HS256", hmac::HMAC_SHA256),
                ("HS384", hmac::HMAC_SHA384),
                ("HS512", hmac::HMAC_SHA512),
                ("EdDSA", hmac::HMAC_SHA512),
            ] {
                let text = to_sign(&ada, &json!({ "alg": name, "kid": key["kid"] }));
                let mac = hmac::sign(&hmac::Key::new(algorithm, &secret), text.as_bytes());
                tokens.push(format!("{text}.{}", jwt::encode_bytes(mac.as_ref())));
            }
        }
    }
    assert_eq!(tokens.len(), 3 * 7 * 4);
    expect_refused(&app, &tokens).await;
}

#[tokio::test]
async fn t09_other_algorithms_are_refused_even_with_a_valid_signature() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["admin"]).await;
    let ours = own_key(&app, &ada);
    let claims = jwt::claims(&ada.access_token);
    let random = SystemRandom::new();
    let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
    let theirs = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random).unwrap();
    let mut tokens = Vec::new();
    for name in [
        "none", "None", "NONE", "nOnE", "", "HS256", "HS384", "HS512", "RS256", "RS384", "RS512",
        "PS256", "ES256", "ES384", "ES512", "ES256K", "Ed25519", "Ed448", "eddsa", "EdDSA ",
    ] {
        let text = to_sign(&ada, &json!({ "alg": name }));
        let ecdsa = theirs.sign(&random, text.as_bytes()).unwrap();
        let rsa_sized = digest::digest(&digest::SHA256, text.as_bytes())
            .as_ref()
            .repeat(8);
        for signature in [
            &[][..],
            ours.sign(text.as_bytes()).as_ref(),
            ecdsa.as_ref(),
            &rsa_sized,
        ] {
            tokens.push(format!("{text}.{}", jwt::encode_bytes(signature)));
        }
        tokens.push(text);
    }
    for value in [json!(null), json!(1), json!(["EdDSA"]), json!({})] {
        tokens.push(signed(
            &ours,
            &header_with(&ada, &json!({ "alg": value })),
            &claims,
        ));
    }
    // The same token with the right algorithm name is valid, so the others are refused because of the name.
    let genuine = signed(&ours, &header_with(&ada, &json!({})), &claims);
    app.get("/api/me").token(&genuine).send().await.expect(200);
    expect_refused(&app, &tokens).await;
}

#[tokio::test]
async fn t11_key_headers_of_a_token_are_refused_and_nothing_is_fetched() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["admin"]).await;
    let trap = TcpListener::bind("127.0.0.1:0").unwrap();
    trap.set_nonblocking(true).unwrap();
    let place = trap.local_addr().unwrap();
    let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
    let stranger = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).unwrap();
    let jwk = json!({
        "kty": "OKP", "crv": "Ed25519", "x": jwt::encode_bytes(stranger.public_key().as_ref())
    });
    let claims = jwt::claims(&ada.access_token);
    let mut tokens = Vec::new();
    for changes in [
        json!({ "jku": format!("http://{place}/jwks.json") }),
        json!({ "jku": format!("http://{place}/jwks.json"), "kid": "another" }),
        json!({ "x5u": format!("http://{place}/certificate.pem") }),
        json!({ "x5u": format!("http://{place}/certificate.pem"), "x5c": ["AAAA"], "x5t": "AAAA" }),
        json!({ "url": format!("http://{place}/"), "iss": format!("http://{place}/") }),
        json!({ "kid": format!("http://{place}/jwks.json") }),
        json!({ "kid": format!("file://{}", file!()) }),
        json!({ "jwk": jwk }),
        json!({ "jwk": jwk, "kid": null }),
        json!({ "crit": ["exp"] }),
        json!({ "crit": [] }),
        json!({ "crit": ["b64"], "b64": false }),
        json!({ "b64": false }),
        json!({ "zip": "DEF" }),
        json!({ "enc": "A128GCM" }),
        json!({ "cty": "JWT" }),
    ] {
        let header = header_with(&ada, &changes);
        tokens.push(signed(&stranger, &header, &claims));
        tokens.push(signed(&own_key(&app, &ada), &header, &claims));
    }
    expect_refused(&app, &tokens).await;
    let nobody = trap.accept().unwrap_err();
    assert_eq!(nobody.kind(), std::io::ErrorKind::WouldBlock);
}

#[tokio::test]
async fn t09_the_reason_of_a_refusal_is_only_in_the_log() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["admin"]).await;
    let key = own_key(&app, &ada);
    let (header, claims) = (
        jwt::header(&ada.access_token),
        jwt::claims(&ada.access_token),
    );
    let with = |name: &str, value: Value| {
        let mut claims = claims.clone();
        claims[name] = value;
        signed(&key, &header, &claims)
    };
    let named = |changes: Value| signed(&key, &header_with(&ada, &changes), &claims);
    let now = claims["iat"].as_i64().unwrap();
    let [head, payload, _] = jwt::parts(&ada.access_token);
    let mut answers = Vec::new();
    for (token, reason) in [
        (with("exp", json!(now - 660)), "expired"),
        (with("iat", json!(now + 660)), "made in the future"),
        (with("nbf", json!(now + 660)), "made in the future"),
        (with("iss", json!("https://other.test")), "InvalidIssuer"),
        (with("aud", json!("other")), "InvalidAudience"),
        (named(json!({ "kid": "other" })), "unknown kid"),
        (
            named(json!({ "alg": "HS256" })),
            "not an EdDSA access token",
        ),
        (named(json!({ "typ": "JWT" })), "not an EdDSA access token"),
        (
            named(json!({ "crit": ["exp"] })),
            "header parameters that we do not write",
        ),
        (format!("{head}.{payload}."), "InvalidSignature"),
        ("x".repeat(5000), "too long"),
    ] {
        let log = Log::catch();
        let answer = app.get("/api/me").token(&token).send().await;
        answer.expect_problem(401, "unauthenticated");
        assert!(!answer.text().contains(reason), "{}", answer.text());
        answers.push(answer.without_request_id());
        let lines = log.lines();
        let refused = lines
            .iter()
            .find(|line| line["event"] == "authn_token_refused");
        let refused = refused.unwrap_or_else(|| panic!("{lines:?}"));
        assert_eq!(refused["reason"], reason);
        assert!(!log.text().contains(&token));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
}
