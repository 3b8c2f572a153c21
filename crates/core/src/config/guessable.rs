//! Refuses secrets that a person typed or that follow a pattern. With the public keys in
//! `/.well-known/jwks.json`, anybody can test guesses of the master secret without sending us a request.
//!
//! The rules, which `docs/concepts/SECURITY-MODEL.md` states as well:
//!
//! 1. A master secret has at least 16 different bytes and 16 different steps from one byte to the next; a preshared
//!    token has at least 5 different characters.
//! 2. A master secret does not decode to readable text.
//! 3. No text is 2^40 times (for a token: 2^20 times) more likely as typed text than as random base64. The model of
//!    typed text is a chain of lower-case letters, capitals, digits and signs that follow each other as in words
//!    ([`Kind::next`]), with the letter frequencies of English. Hexadecimal texts are exempt from this rule.
//!
//! By Markov's inequality, any such model refuses a random text with a probability of at most 2^-40 (2^-20).
//! Here it is twice that, because each text is judged a second time with upper and lower case swapped.

use std::collections::HashSet;

/// Minimum number of different bytes, and of different steps between bytes. 32 random bytes have 30 on average,
/// and fewer than 16 once in 10^13.
const DIFFERENT_BYTES: usize = 16;
const DIFFERENT_CHARACTERS: usize = 5;
const SECRET_BITS: f64 = 40.0;
const TOKEN_BITS: f64 = 20.0;

/// What is wrong with a master secret. `text` is the value of the variable, `bytes` is the decoded secret.
pub(super) fn secret(text: &str, bytes: &[u8]) -> Option<&'static str> {
    if is_readable(bytes) {
        return Some("is base64 of readable text instead of random bytes");
    }
    let steps = bytes.windows(2).map(|pair| pair[1].wrapping_sub(pair[0]));
    if different(bytes.iter()) < DIFFERENT_BYTES || different(steps) < DIFFERENT_BYTES {
        return Some("repeats itself or follows a pattern");
    }
    looks_typed(text, SECRET_BITS).then_some("looks like words that somebody typed")
}

/// What is wrong with a preshared token.
pub(super) fn token(text: &str) -> Option<&'static str> {
    if different(text.bytes()) < DIFFERENT_CHARACTERS {
        return Some("repeats itself");
    }
    looks_typed(text, TOKEN_BITS).then_some("looks like words that somebody typed")
}

fn different<T: Eq + std::hash::Hash>(items: impl Iterator<Item = T>) -> usize {
    items.collect::<HashSet<_>>().len()
}

fn is_readable(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| !text.trim_end().contains(char::is_control))
}

fn looks_typed(text: &str, limit: f64) -> bool {
    if text
        .bytes()
        .all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
    {
        return false;
    }
    let swapped: String = text
        .chars()
        .map(|c| {
            if c.is_ascii_uppercase() {
                c.to_ascii_lowercase()
            } else {
                c.to_ascii_uppercase()
            }
        })
        .collect();
    [text, &swapped]
        .into_iter()
        .any(|text| bits_as_words(text) > limit)
}

/// Logarithm (base 2) of how much more likely the text is as typed text than as random base64.
fn bits_as_words(text: &str) -> f64 {
    let mut before = Kind::Start;
    let mut bits = 0.0;
    for byte in text.trim_end_matches('=').bytes() {
        let kind = Kind::of(byte);
        let within = match kind {
            Kind::Lower | Kind::Capital => {
                LETTERS[usize::from(byte.to_ascii_lowercase() - b'a')] / 1000.0
            }
            Kind::Digit => 0.1,
            Kind::Start | Kind::Sign => 0.25,
        };
        bits += (before.next(kind) * within * 64.0).log2();
        before = kind;
    }
    bits
}

/// Frequencies of the letters a to z in English text, in thousandths; their sum is 1,000.
const LETTERS: [f64; 26] = [
    82.0, 15.0, 28.0, 43.0, 125.0, 22.0, 20.0, 61.0, 70.0, 2.0, 8.0, 40.0, 24.0, 67.0, 75.0, 19.0,
    1.0, 60.0, 63.0, 91.0, 28.0, 10.0, 24.0, 1.0, 20.0, 1.0,
];

#[derive(Clone, Copy)]
enum Kind {
    Start,
    Lower,
    Capital,
    Digit,
    Sign,
}

impl Kind {
    const fn of(byte: u8) -> Self {
        match byte {
            b'a'..=b'z' => Self::Lower,
            b'A'..=b'Z' => Self::Capital,
            b'0'..=b'9' => Self::Digit,
            _ => Self::Sign,
        }
    }

    /// How often `kind` follows `self` in typed text, such as `correct-horse`, `CorrectHorse` and `Horse2026`.
    const fn next(self, kind: Self) -> f64 {
        let [lower, capital, digit, sign] = match self {
            Self::Start => [0.50, 0.40, 0.05, 0.05],
            Self::Lower => [0.80, 0.08, 0.04, 0.08],
            Self::Capital => [0.65, 0.25, 0.05, 0.05],
            Self::Digit => [0.20, 0.20, 0.40, 0.20],
            Self::Sign => [0.45, 0.35, 0.15, 0.05],
        };
        match kind {
            Self::Lower => lower,
            Self::Capital => capital,
            Self::Digit => digit,
            Self::Start | Self::Sign => sign,
        }
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use proptest::prelude::*;

    use super::*;

    fn judged(text: &str) -> Option<&'static str> {
        let bytes = STANDARD
            .decode(text)
            .or_else(|_| URL_SAFE_NO_PAD.decode(text));
        secret(text, &bytes.unwrap())
    }

    #[test]
    fn typed_words_are_refused_however_they_are_joined() {
        for text in [
            "CorrectHorseBatteryStapleCorrectHorseBattery",
            "correct-horse-battery-staple-correct-horse-b",
            "this/is/a/secret/that/nobody/should/know+oka",
            "ITWASTHEBESTOFTIMESITWASTHEWORSTOFTIMESANDSO",
            "my_secret_key_for_hallpass_please_do_not_tell123",
            "Hallpass2026HallpassSecretHallpassSecretHallpass",
        ] {
            assert_eq!(
                judged(text),
                Some("looks like words that somebody typed"),
                "{text}"
            );
        }
        for text in [
            "correct-horse-batter",
            "HallpassMetricsTokenHallpassMetricsToken",
        ] {
            assert!(token(text).is_some(), "{text}");
        }
    }

    #[test]
    fn readable_text_and_patterns_are_refused() {
        for text in [
            "the secret of the operator's tests",
            "Schlüssel für die Anmeldung, 2026\n",
        ] {
            assert_eq!(
                judged(&STANDARD.encode(text)),
                Some("is base64 of readable text instead of random bytes")
            );
        }
        let counting: Vec<u8> = (0..32).collect();
        let halves = [[7_u8; 16], [9; 16]].concat();
        for bytes in [vec![0x99; 32], counting, halves] {
            let problem = judged(&STANDARD.encode(bytes));
            assert_eq!(problem, Some("repeats itself or follows a pattern"));
        }
        for text in [
            "x".repeat(64),
            "abcd".repeat(8),
            "0101010101010101".to_owned(),
        ] {
            assert_eq!(token(&text), Some("repeats itself"));
        }
    }

    #[test]
    fn the_frequencies_are_a_distribution() {
        assert!((LETTERS.iter().sum::<f64>() - 1000.0).abs() < 1e-9);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn random_secrets_always_pass(bytes in prop::array::uniform32(any::<u8>())) {
            let halves: ([u8; 16], [u8; 16]) = (bytes[..16].try_into().unwrap(), bytes[16..].try_into().unwrap());
            prop_assert_eq!(judged(&STANDARD.encode(bytes)), None);
            prop_assert_eq!(judged(&URL_SAFE_NO_PAD.encode(bytes)), None);
            let hex = format!("{:032x}{:032x}", u128::from_be_bytes(halves.0), u128::from_be_bytes(halves.1));
            prop_assert_eq!(judged(&hex), None);
            prop_assert_eq!(token(&hex), None);
            prop_assert_eq!(token(&STANDARD.encode(bytes)), None);
        }
    }
}
