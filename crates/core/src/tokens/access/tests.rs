use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::Ed25519KeyPair;
use serde_json::{Value, json};

use super::*;
use crate::keys::tests::keys;

pub(super) fn now() -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::days(20_000)
}

fn token(keys: &Keys, at: OffsetDateTime) -> String {
    let roles = ["admin".to_owned()];
    let text = encode(keys, Uuid::from_u128(1), 7, Uuid::from_u128(2), &roles, at).unwrap();
    text.expose().to_owned()
}

/// Signs any header and claims with the real key.
fn forge(keys: &Keys, header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(header), part(claims));
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed(&keys.current, period_at(now()))).unwrap();
    format!(
        "{signed}.{}",
        URL_SAFE_NO_PAD.encode(pair.sign(signed.as_bytes()))
    )
}

fn genuine(keys: &Keys) -> (Value, Value) {
    let text = token(keys, now());
    let part = |i: usize| {
        let encoded = text.split('.').nth(i).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(encoded).unwrap()).unwrap()
    };
    (part(0), part(1))
}

#[test]
fn a_token_is_valid_for_ten_minutes_and_its_claims_are_returned() {
    let keys = keys(1, None, "production");
    let text = token(&keys, now());
    let claims = decode(&keys, &text, now()).unwrap();
    assert_eq!(
        (claims.sid, claims.generation, claims.sub),
        (Uuid::from_u128(1), 7, Uuid::from_u128(2))
    );
    assert_eq!(claims.iss, "https://production.example.com");
    assert_eq!(claims.exp - claims.iat, 600);
    let end = now() + ACCESS_TOKEN_LIFETIME + LEEWAY;
    assert!(decode(&keys, &text, end - Duration::SECOND).is_ok());
    assert_eq!(
        decode(&keys, &text, end),
        Err(Refused(
            "access token refused: expired".replace("access token refused: ", "")
        ))
    );
    assert!(decode(&keys, &text, now() - LEEWAY).is_ok());
    assert!(decode(&keys, &text, now() - LEEWAY - Duration::SECOND).is_err());
}

#[test]
fn the_forger_of_these_tests_can_make_a_valid_token() {
    let keys = keys(1, None, "production");
    let (header, claims) = genuine(&keys);
    assert!(decode(&keys, &forge(&keys, &header, &claims), now()).is_ok());
}

#[test]
fn t09_all_claims_and_header_fields_are_required_with_their_type() {
    let keys = keys(1, None, "production");
    let (header, claims) = genuine(&keys);
    for claim in [
        "iss", "aud", "sub", "sid", "gen", "iat", "nbf", "exp", "jti", "roles",
    ] {
        let mut less = claims.clone();
        less.as_object_mut().unwrap().remove(claim);
        assert!(
            decode(&keys, &forge(&keys, &header, &less), now()).is_err(),
            "without {claim}"
        );
    }
    let wrong = [
        ("exp", json!(1)),
        ("exp", json!("9999999999")),
        ("exp", json!(1e300)),
        ("exp", json!(-1)),
        ("nbf", json!(99_999_999_999_i64)),
        ("nbf", json!("1")),
        ("iat", json!(99_999_999_999_i64)),
        ("iss", json!("https://preview.example.com")),
        ("iss", json!(["https://production.example.com"])),
        ("iss", json!(7)),
        ("aud", json!("other")),
        ("aud", json!(["hallpass"])),
        ("aud", json!(7)),
        ("gen", json!(-1)),
        ("gen", json!(4_294_967_296_i64)),
        ("sub", json!("admin")),
        ("roles", json!("admin")),
    ];
    for (claim, value) in wrong {
        let mut other = claims.clone();
        other[claim] = value.clone();
        assert!(
            decode(&keys, &forge(&keys, &header, &other), now()).is_err(),
            "{claim} = {value}"
        );
    }
    for (name, value) in [
        ("alg", json!("none")),
        ("alg", json!("None")),
        ("alg", json!("HS256")),
        ("alg", json!("RS256")),
        ("alg", json!("ES256")),
        ("alg", json!("Ed25519")),
        ("alg", json!("eddsa")),
        ("alg", json!(["EdDSA"])),
        ("typ", json!("JWT")),
        ("typ", json!(null)),
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("crit", json!(["b64"])),
        ("b64", json!(false)),
        ("cty", json!("JWT")),
        ("zip", json!("DEF")),
        ("enc", json!("A128GCM")),
        ("jku", json!("http://127.0.0.1:9/")),
        ("x5u", json!("http://127.0.0.1:9/")),
        ("x5c", json!([""])),
        ("jwk", json!({ "kty": "OKP", "crv": "Ed25519", "x": "" })),
    ] {
        let mut other = header.clone();
        other[name] = value.clone();
        assert!(
            decode(&keys, &forge(&keys, &other, &claims), now()).is_err(),
            "{name} = {value}"
        );
    }
}

#[test]
fn t09_a_stripped_or_foreign_signature_is_refused() {
    let keys_1 = keys(1, None, "production");
    let text = token(&keys_1, now());
    let (signed, _) = text.rsplit_once('.').unwrap();
    assert!(decode(&keys_1, &format!("{signed}."), now()).is_err());
    assert!(decode(&keys_1, signed, now()).is_err());
    assert!(decode(&keys_1, "", now()).is_err());
    assert!(decode(&keys(2, None, "production"), &text, now()).is_err());
}

#[test]
fn t09_other_encodings_of_a_token_are_refused() {
    let keys = keys(1, None, "production");
    let text = token(&keys, now());
    let parts: Vec<_> = text.split('.').collect();
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed(&keys.current, period_at(now()))).unwrap();
    for i in 0..3 {
        for spelled in [
            format!("{} ", parts[i]),
            format!(" {}", parts[i]),
            format!("{}=", parts[i]),
            format!("{}====", parts[i]),
            format!("{}\n", parts[i]),
            format!("{}?", parts[i]),
            parts[i].replacen(['A', 'a', 'e'], "+", 1),
            String::new(),
        ] {
            let mut parts: Vec<_> = parts.iter().map(|part| (*part).to_owned()).collect();
            parts[i] = spelled;
            let signed = format!("{}.{}", parts[0], parts[1]);
            if i < 2 {
                parts[2] = URL_SAFE_NO_PAD.encode(pair.sign(signed.as_bytes()));
            }
            let text = format!("{signed}.{}", parts[2]);
            assert!(decode(&keys, &text, now()).is_err(), "{text}");
        }
    }
    // In 64 bytes of base64, the last character has four unused bits.
    let last = text.chars().next_back().unwrap();
    let rest = &text[..text.len() - 1];
    for other in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".chars() {
        let spelled = format!("{rest}{other}");
        assert_eq!(
            decode(&keys, &spelled, now()).is_ok(),
            other == last,
            "{other}"
        );
    }
}

#[test]
fn t09_oversized_tokens_are_refused_unread() {
    let keys = keys(1, None, "production");
    let (header, mut claims) = genuine(&keys);
    claims["roles"] = json!(["r".repeat(TOKEN_MAX)]);
    let refused = decode(&keys, &forge(&keys, &header, &claims), now()).unwrap_err();
    assert_eq!(refused, Refused("too long".to_owned()));
    let roles = ["administrator-of-some-kind"; 40].map(str::to_owned);
    let many = encode(&keys, Uuid::nil(), i32::MAX, Uuid::nil(), &roles, now()).unwrap();
    assert!(decode(&keys, many.expose(), now()).is_ok());
}

#[test]
fn t10_production_refuses_preview_tokens() {
    let preview = token(&keys(1, None, "preview"), now());
    assert!(decode(&keys(1, None, "production"), &preview, now()).is_err());
}

#[test]
fn t11_an_unknown_kid_is_refused() {
    let keys = keys(1, None, "production");
    let (header, claims) = genuine(&keys);
    for kid in [
        json!("../../x"),
        json!("' or 1=1"),
        json!("x".repeat(10_000)),
        json!(null),
        json!("production-1"),
    ] {
        let mut other = header.clone();
        other["kid"] = kid;
        assert!(decode(&keys, &forge(&keys, &other, &claims), now()).is_err());
    }
}

#[test]
fn keys_of_the_neighbouring_periods_verify_and_no_others() {
    let keys = keys(1, None, "production");
    let start = OffsetDateTime::UNIX_EPOCH + KEY_PERIOD * 700;
    let before = token(&keys, start - Duration::SECOND);
    assert!(decode(&keys, &before, start + Duration::minutes(5)).is_ok());
    // An instance whose clock is ahead already signs with the next period's key.
    let after = token(&keys, start);
    assert!(decode(&keys, &after, start - Duration::seconds(2)).is_ok());
}

#[test]
fn the_previous_secret_verifies_while_it_is_set() {
    let old = token(&keys(1, None, "production"), now());
    assert!(decode(&keys(2, Some(1), "production"), &old, now()).is_ok());
    assert!(decode(&keys(2, None, "production"), &old, now()).is_err());
}
