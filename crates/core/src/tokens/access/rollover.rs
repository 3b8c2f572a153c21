//! The change from one key period to the next: tokens from just before it are valid just after it, for us and for third
//! parties.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{ED25519, UnparsedPublicKey};

use super::*;
use crate::keys::tests::keys;
use crate::tokens::jwks;

/// The first second of a period.
fn turn() -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + KEY_PERIOD * 700
}

fn signed_at(keys: &Keys, at: OffsetDateTime) -> String {
    let text = encode(keys, Uuid::from_u128(1), 0, Uuid::from_u128(2), &[], at).unwrap();
    text.expose().to_owned()
}

/// Verifies a token as a third party does, with the keys that were published at a given time.
fn verifies_by_what_was_published(keys: &Keys, text: &str, at: OffsetDateTime) -> bool {
    let (signed, signature) = text.rsplit_once('.').unwrap();
    let kid = jsonwebtoken::decode_header(text).unwrap().kid.unwrap();
    let published = jwks::at(keys, at).keys;
    let key = published.iter().find(|key| key.kid == kid);
    key.is_some_and(|key| {
        let x = URL_SAFE_NO_PAD.decode(&key.x).unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        UnparsedPublicKey::new(&ED25519, x)
            .verify(signed.as_bytes(), &signature)
            .is_ok()
    })
}

#[test]
fn a_token_of_a_periods_last_second_is_valid_for_all_its_ten_minutes() {
    let keys = keys(1, None, "production");
    let last = turn() - Duration::SECOND;
    let text = signed_at(&keys, last);
    for later in [0, 1, 2, 60, 599] {
        let now = last + Duration::seconds(later);
        assert!(decode(&keys, &text, now).is_ok(), "{later} s later");
        assert!(
            verifies_by_what_was_published(&keys, &text, now),
            "{later} s later"
        );
    }
    let first = signed_at(&keys, turn());
    let kid = |text: &str| jsonwebtoken::decode_header(text).unwrap().kid;
    assert_ne!(kid(&text), kid(&first), "another period, another key");
    assert!(decode(&keys, &first, turn()).is_ok());
}

#[test]
fn keys_cached_a_whole_period_ago_contain_the_new_one() {
    let keys = keys(1, None, "production");
    let first = signed_at(&keys, turn());
    let last = signed_at(&keys, turn() + KEY_PERIOD - Duration::SECOND);
    for (text, published_at, known) in [
        (&first, turn() - KEY_PERIOD, true),
        (&first, turn() - KEY_PERIOD - Duration::SECOND, false),
        (&last, turn() - KEY_PERIOD, true),
        (&last, turn() + KEY_PERIOD * 2 - Duration::SECOND, true),
        (&last, turn() + KEY_PERIOD * 2, false),
    ] {
        assert_eq!(
            verifies_by_what_was_published(&keys, text, published_at),
            known,
            "{published_at}"
        );
    }
}

#[test]
fn previous_current_and_next_key_are_published_and_move_on_by_one_each_period() {
    let keys = keys(1, None, "production");
    let names = |at| {
        let keys = jwks::at(&keys, at).keys;
        keys.into_iter().map(|key| key.kid).collect::<Vec<_>>()
    };
    let before = names(turn() - Duration::SECOND);
    let after = names(turn());
    assert_eq!((before.len(), after.len()), (3, 3));
    assert_eq!(before[1..], after[..2]);
    let kid = |text: &str| jsonwebtoken::decode_header(text).unwrap().kid.unwrap();
    assert_eq!(kid(&signed_at(&keys, turn())), after[1]);
}

#[test]
fn tokens_survive_a_change_of_period_while_the_secret_is_replaced() {
    let last = turn() - Duration::SECOND;
    let text = signed_at(&keys(1, None, "production"), last);
    let both = keys(2, Some(1), "production");
    let now = turn() + Duration::minutes(9);
    assert!(decode(&both, &text, now).is_ok());
    assert!(verifies_by_what_was_published(&both, &text, now));
    assert!(decode(&keys(2, None, "production"), &text, now).is_err());
}

#[test]
fn the_key_of_two_periods_ago_is_refused_even_with_current_claims() {
    let keys = keys(1, None, "production");
    let now = turn() + KEY_PERIOD;
    for (periods, good) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
        let text = sign_with_the_key_of(&keys, period_at(now) + periods, now);
        assert_eq!(decode(&keys, &text, now).is_ok(), good, "{periods}");
    }
}

/// Signs claims of `now` with the key of any period.
fn sign_with_the_key_of(keys: &Keys, period: i64, now: OffsetDateTime) -> String {
    let text = signed_at(keys, now);
    let claims = decode(keys, &text, now).unwrap();
    let key = ed25519::encoding_key(&seed(&keys.current, period));
    jsonwebtoken::encode(&header(keys, &keys.current, period), &claims, &key).unwrap()
}
