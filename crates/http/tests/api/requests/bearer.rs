//! Invalid access tokens: always the same response, without a database statement or an outgoing request.

use axum::http::Method;
use hallpass_core::keys::Purpose;
use hallpass_core::tokens::access;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use super::operations;
use crate::support::{Person, TestApp, jwt};

/// A compact JWS with this header and these claims.
pub(super) fn signed(key: &Ed25519KeyPair, header: &Value, claims: &Value) -> String {
    let signed = format!("{}.{}", jwt::encode(header), jwt::encode(claims));
    let signature = jwt::encode_bytes(key.sign(signed.as_bytes()).as_ref());
    format!("{signed}.{signature}")
}

/// Fails unless each of these tokens gets the same response as a request without a token, without a database statement.
pub(super) async fn expect_refused(app: &TestApp, tokens: &[String]) {
    let before = app.statements().await;
    let expected = app.get("/api/me").send().await;
    expected.expect_problem(401, "unauthenticated");
    for token in tokens {
        let answer = app.get("/api/me").token(token).send().await;
        answer.expect_problem(401, "unauthenticated");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        assert_eq!(
            answer.without_request_id(),
            expected.without_request_id(),
            "{token}"
        );
    }
    assert_eq!(app.statements().await, before);
}

fn made_at(person: &Person) -> OffsetDateTime {
    let iat = jwt::claims(&person.access_token)["iat"].as_i64().unwrap();
    OffsetDateTime::from_unix_timestamp(iat).unwrap()
}

/// The key that signed this user's access token.
pub(super) fn own_key(app: &TestApp, person: &Person) -> Ed25519KeyPair {
    let period = access::period_at(made_at(person));
    let master = &app.hallpass.keys.current;
    let seed = master.derive(Purpose::AccessToken, Some(period));
    Ed25519KeyPair::from_seed_unchecked(&seed).unwrap()
}

#[tokio::test]
async fn t11_keys_named_by_or_embedded_in_a_token_are_not_used() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["admin"]).await;
    let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
    let key = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).unwrap();
    let claims = jwt::claims(&ada.access_token);
    let genuine = jwt::header(&ada.access_token);
    let own = json!({
        "kty": "OKP", "crv": "Ed25519", "x": jwt::encode_bytes(key.public_key().as_ref())
    });
    let long = "k".repeat(10_000);
    let kid = genuine["kid"].as_str().unwrap();
    let next_but_one = kid.replace("test-", "test-9");
    let mut tokens = Vec::new();
    for change in [
        json!({}),
        json!({ "jwk": own }),
        json!({ "jku": "http://127.0.0.1:9/jwks.json" }),
        json!({ "x5u": "http://127.0.0.1:9/cert.pem", "x5c": ["AAAA"] }),
        json!({ "kid": "../../../../dev/null" }),
        json!({ "kid": "' or 1=1 --" }),
        json!({ "kid": "" }),
        json!({ "kid": null }),
        json!({ "kid": 1 }),
        json!({ "kid": long }),
        json!({ "kid": next_but_one }),
        json!({ "kid": kid.replace("test-", "production-") }),
        json!({ "crit": ["exp"] }),
        json!({ "alg": "none" }),
        json!({ "alg": "HS256" }),
        json!({ "alg": "ES256" }),
        json!({ "alg": "eddsa" }),
        json!({ "typ": "JWT" }),
        json!({ "typ": null }),
    ] {
        let mut header = genuine.clone();
        for (name, value) in change.as_object().unwrap() {
            header[name] = value.clone();
        }
        tokens.push(signed(&key, &header, &claims));
        header.as_object_mut().unwrap().remove("kid");
        tokens.push(signed(&key, &header, &claims));
    }
    expect_refused(&app, &tokens).await;
}

#[tokio::test]
async fn t09_every_claim_is_required_and_checked_even_with_a_valid_signature() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let key = own_key(&app, &ada);
    let (header, claims) = (
        jwt::header(&ada.access_token),
        jwt::claims(&ada.access_token),
    );
    let genuine = signed(&key, &header, &claims);
    app.get("/api/me").token(&genuine).send().await.expect(200);
    let now = claims["iat"].as_i64().unwrap();
    let mut tokens = Vec::new();
    for typ in [
        json!("JWT"),
        json!("jwt"),
        json!("application/at+jwt"),
        json!(1),
        Value::Null,
    ] {
        let mut header = header.clone();
        header["typ"] = typ;
        tokens.push(signed(&key, &header, &claims));
    }
    for name in claims.as_object().unwrap().keys() {
        let mut values = vec![
            Value::Null,
            json!({}),
            json!([1]),
            json!("x"),
            json!(-1),
            json!(1e300),
        ];
        values.push(match name.as_str() {
            "exp" => json!(now - 660),
            "nbf" | "iat" => json!(now + 660),
            "aud" => json!(["hallpass"]),
            "iss" => json!("https://accounts.example.com"),
            "gen" => json!(i64::from(i32::MAX) + 1),
            _ => json!(""),
        });
        for value in values {
            // Times of issue and of the beginning of validity that are long ago are valid.
            let may_be = value == -1 && ["iat", "nbf"].contains(&name.as_str());
            let mut claims = claims.clone();
            claims[name] = value;
            if !may_be {
                tokens.push(signed(&key, &header, &claims));
            }
        }
        let mut claims = claims.clone();
        claims.as_object_mut().unwrap().remove(name);
        tokens.push(signed(&key, &header, &claims));
    }
    expect_refused(&app, &tokens).await;
}

#[tokio::test]
async fn t09_a_modified_token_is_refused() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let [header, payload, signature] = jwt::parts(&ada.access_token);
    let mut tokens = Vec::new();
    for (name, value) in [
        ("roles", json!(["admin"])),
        ("sub", json!(uuid::Uuid::now_v7())),
        ("gen", json!(1)),
        ("exp", json!(4_102_444_800_u64)),
        ("exp", json!(1e300)),
        ("aud", json!(["hallpass"])),
    ] {
        let mut claims = jwt::claims(&ada.access_token);
        claims[name] = value;
        tokens.push(format!("{header}.{}.{signature}", jwt::encode(&claims)));
    }
    let none = jwt::encode(&json!({ "alg": "none", "typ": "at+jwt" }));
    tokens.extend([
        format!("{none}.{payload}."),
        format!("{header}.{payload}."),
        format!("{header}.{payload}"),
        format!("{header}.{payload}.{signature}.{signature}"),
        format!(
            "{header}.{payload}.{}",
            signature.replace(&signature[..4], "AAAA")
        ),
        format!("{header}.{payload}.{signature}="),
        format!("{payload}.{header}.{signature}"),
        "..".to_owned(),
        String::new(),
        "x".repeat(100_000),
        "\u{e4}.\u{e4}.\u{e4}".to_owned(),
    ]);
    expect_refused(&app, &tokens).await;
}

#[tokio::test]
async fn t09_expired_and_future_tokens_are_refused() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let session_id = jwt::claims(&ada.access_token)["sid"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let at = |offset: Duration| {
        let now = made_at(&ada) + offset;
        let token = access::encode(&app.hallpass.keys, session_id, 0, ada.id, &[], now);
        token.unwrap().expose().to_owned()
    };
    let refused = [
        at(-Duration::minutes(21)),
        at(-Duration::days(400)),
        at(Duration::minutes(11)),
        at(Duration::days(31)),
    ];
    expect_refused(&app, &refused).await;
    // Instances accept deviations of minutes, because their clocks may be wrong. The database checks these tokens by
    // its own clock.
    for offset in [Duration::seconds(-615), Duration::seconds(15)] {
        let answer = app.get("/api/me").token(&at(offset)).send().await;
        answer.expect_problem(401, "unauthenticated");
    }
    app.get("/api/me")
        .token(&at(-Duration::minutes(9)))
        .send()
        .await
        .expect(200);
}

#[tokio::test]
async fn a_token_in_the_query_or_the_body_is_not_accepted() {
    let app = TestApp::new().await;
    let admin = app.signed_in("admin@example.com", &["admin"]).await;
    let before = app.statements().await;
    // RFC 6750 sections 2.2 and 2.3 allow tokens in bodies and queries. Hallpass does not: URLs end in logs and
    // histories.
    for operation in operations(&admin)
        .into_iter()
        .filter(|operation| operation.needs_token)
    {
        for name in ["access_token", "token", "authorization"] {
            let path = format!("{}?{name}={}", operation.path, admin.access_token);
            let call = app.call(operation.method.clone(), &path);
            call.send().await.expect_problem(401, "unauthenticated");
        }
    }
    let body = format!("access_token={}", admin.access_token);
    let call = app
        .call(Method::PATCH, "/api/me")
        .body("application/x-www-form-urlencoded", body);
    call.send().await.expect_problem(401, "unauthenticated");
    assert_eq!(app.statements().await, before);
}

#[tokio::test]
async fn every_operation_that_needs_a_token_checks_it_first() {
    let app = TestApp::new().await;
    let admin = app.signed_in("admin@example.com", &["admin"]).await;
    let before = app.statements().await;
    for operation in operations(&admin)
        .into_iter()
        .filter(|operation| operation.needs_token)
    {
        for authorization in [
            None,
            Some("Bearer".to_owned()),
            Some("Bearer x.y.z".to_owned()),
            Some(format!("Basic {}", admin.access_token)),
            Some(format!("Bearer {0}, Bearer {0}", admin.access_token)),
            Some(format!("Bearer {0} {0}", admin.access_token)),
            Some(admin.access_token.clone()),
        ] {
            let call = app.call(operation.method.clone(), &operation.path);
            // The session cookie authenticates only refresh and sign-out.
            let call = call.cookie(&admin.refresh_token).body("text/plain", "{");
            let call = match &authorization {
                Some(value) => call.header("authorization", value),
                None => call,
            };
            call.send().await.expect_problem(401, "unauthenticated");
        }
    }
    assert_eq!(app.statements().await, before);
    let twice = format!("Bearer {}", admin.access_token);
    let call = app
        .get("/api/me")
        .bearer(&admin)
        .also("authorization", &twice);
    call.send().await.expect_problem(401, "unauthenticated");
    let lower_case = format!("bearer {}", admin.access_token);
    let call = app
        .call(Method::GET, "/api/me")
        .header("authorization", &lower_case);
    call.send().await.expect(200);
}
