//! Brings a password into one form, however a keyboard or an operating system encodes it.

use secrecy::ExposeSecret as _;
use unicode_normalization::UnicodeNormalization as _;

use super::{MAX_CHARS, Password};
use crate::text::is_space;

/// The form that is checked and hashed (RFC 8265 section 4.2, `OpaqueString`): every space is U+0020, and characters
/// are composed (NFC). Case and everything else stay as they were typed.
pub(super) fn normalize(password: &str) -> Password {
    // Reserves room for the longest result: if the string grew, a copy would stay in memory that is not wiped.
    let mut normalized = String::with_capacity(password.len() * 3);
    normalized.extend(
        password
            .chars()
            .map(|c| if is_space(c) { ' ' } else { c })
            .nfc(),
    );
    normalized.into()
}

/// The forms that a stored hash may have been made of: the normalized one, and the typed one if it differs, because
/// passwords were not always normalized. Their number depends on the password alone, so the time of a check reveals
/// nothing about the account.
pub(super) fn spellings(password: Password) -> Vec<Password> {
    let normalized = normalize(password.expose_secret());
    if normalized.expose_secret() == password.expose_secret() {
        vec![normalized]
    } else {
        vec![normalized, password]
    }
}

/// Whether a password has more characters than the password of any account.
pub(crate) fn is_too_long(password: &Password) -> bool {
    normalize(password.expose_secret())
        .expose_secret()
        .chars()
        .count()
        > MAX_CHARS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normalized(password: &str) -> String {
        normalize(password).expose_secret().to_owned()
    }

    #[test]
    fn normalization_changes_compositions_and_spaces_only() {
        let composed = "r\u{e9}sum\u{e9} of a wolf";
        let decomposed = "re\u{301}sume\u{301}\u{a0}of\u{3000}a wolf";
        assert_eq!(normalized(decomposed), composed);
        for same in [
            "  Zebra Umbrella  ",
            "\u{1f98a}\u{fe0f}\u{200d}",
            "\u{fb01}x\u{ff41}",
            "Stra\u{df}e",
        ] {
            assert_eq!(normalized(same), same);
        }
    }

    #[test]
    fn the_typed_form_is_tried_only_if_it_differs() {
        let count = |password: &str| spellings(password.into()).len();
        assert_eq!(count("zebra umbrella note"), 1);
        assert_eq!(count("r\u{e9}sum\u{e9} of a wolf"), 1);
        assert_eq!(count("re\u{301}sume\u{301} of a wolf"), 2);
    }

    #[test]
    fn the_length_is_that_of_the_normalized_form() {
        assert!(!is_too_long(&"e\u{301}".repeat(MAX_CHARS).into()));
        assert!(is_too_long(&"e\u{301}".repeat(MAX_CHARS + 1).into()));
    }
}
