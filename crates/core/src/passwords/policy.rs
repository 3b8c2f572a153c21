//! Rules for new passwords: length, and no passwords that attackers try first (ASVS 6.2.1, 6.2.4, 6.2.11).

use std::collections::HashSet;
use std::sync::LazyLock;

use secrecy::ExposeSecret as _;
use unicode_normalization::UnicodeNormalization as _;

use super::most_used;
use super::normalize::normalize;
use crate::error::FieldError;

/// Minimum number of characters (ASVS 6.2.1 requires 8 and recommends 15).
pub const MIN_CHARS: usize = 12;
/// Maximum number of characters. It allows any passphrase and bounds the input of the hash (ASVS 6.2.9 requires at
/// least 64).
pub const MAX_CHARS: usize = 128;

/// Words that passwords are often made of, one a line, in lower case.
static COMMON: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    include_str!("common.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect()
});

/// Rows of keys, and the alphabet. A password that only follows them counts as common.
const WALKS: [&str; 7] = [
    "0123456789012345678901234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "q1w2e3r4t5y6u7i8o9p0",
];

/// Checks a new password for a user whose e-mail and name are `context`.
///
/// The normalized form is checked, because it is the one that is hashed. There are no composition rules. Refused are
/// control characters (RFC 8265 section 4.2), passwords that are too short or too long, the most used passwords
/// whatever the case of their letters, and passwords that consist only of common or personal words, repetitions and
/// rows of keys, with digits and signs around them.
///
/// # Errors
/// What is wrong, for the field with the name `field`.
pub fn check(field: &str, password: &str, context: &[&str]) -> Result<(), FieldError> {
    let password = normalize(password);
    let password = password.expose_secret();
    if let Some(control) = password.chars().find(|c| c.is_control()) {
        let message = format!(
            "must not contain control characters; remove U+{:04X}",
            u32::from(control)
        );
        return Err(FieldError::new(field, "invalid_characters", message));
    }
    let length = password.chars().count();
    if length < MIN_CHARS {
        let message = format!("must have at least {MIN_CHARS} characters");
        return Err(FieldError::new(field, "too_short", message));
    }
    if length > MAX_CHARS {
        let message = format!("must have at most {MAX_CHARS} characters");
        return Err(FieldError::new(field, "too_long", message));
    }
    let context: Vec<String> = context.iter().map(|text| text.nfc().collect()).collect();
    if is_common(password, &context) {
        let message = "is too common or made of common words; use several unrelated words";
        return Err(FieldError::new(field, "too_common", message));
    }
    Ok(())
}

fn is_common(password: &str, context: &[String]) -> bool {
    let password = password.to_lowercase();
    // Each word, and all words joined, because an address consists of three or more words.
    let words = context
        .iter()
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()))
        .map(str::to_lowercase);
    let wholes = context.iter().map(|text| letters_of(text).to_lowercase());
    let personal: HashSet<String> = words
        .chain(wholes)
        .filter(|word| word.chars().count() >= 3)
        .collect();
    let known = |word: &str| COMMON.contains(word) || personal.contains(word);
    let is_number_or_sign = |c: char| !c.is_alphabetic();
    // As typed, and with the usual digits replaced by letters, except in the year at the end.
    let spellings = [
        password.clone(),
        letters_for_digits(password.trim_end_matches(is_number_or_sign)),
        letters_for_digits(password.trim_matches(is_number_or_sign)),
    ];
    most_used::contains(&password)
        || is_walk(&password)
        || is_repetition(&password)
        || spellings.iter().any(|text| {
            let core = letters_of(text);
            known(&core) || is_made_of(&core, &known)
        })
}

fn letters_of(text: &str) -> String {
    text.chars().filter(|c| c.is_alphabetic()).collect()
}

/// Replaces digits and signs by the letters that they resemble: `p4ssw0rd` becomes `password`.
fn letters_for_digits(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '0' => 'o',
            '1' | '!' => 'i',
            '3' => 'e',
            '4' | '@' => 'a',
            '5' | '$' => 's',
            '7' => 't',
            other => other,
        })
        .collect()
}

/// Whether the text repeats one to four characters.
fn is_repetition(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    (1..=4).any(|unit| chars.iter().enumerate().all(|(i, c)| *c == chars[i % unit]))
}

/// Whether the text consists only of pieces of at least three adjacent keys, in either direction.
fn is_walk(text: &str) -> bool {
    let mut rest = text;
    while !rest.is_empty() {
        let piece = (3..=rest.len())
            .rev()
            .filter(|&end| rest.is_char_boundary(end))
            .find(|&end| {
                let forward = &rest[..end];
                let backward: String = forward.chars().rev().collect();
                WALKS
                    .iter()
                    .any(|walk| walk.contains(forward) || walk.contains(&backward))
            });
        match piece {
            Some(end) => rest = &rest[end..],
            None => return false,
        }
    }
    true
}

/// Whether the text consists of two known words. A passphrase of three or more words is accepted.
fn is_made_of(core: &str, known: &dyn Fn(&str) -> bool) -> bool {
    // With fewer letters among digits and signs, the letters do not make a password common.
    const FEWEST_LETTERS: usize = 4;
    core.len() >= FEWEST_LETTERS
        && core
            .char_indices()
            .skip(1)
            .any(|(at, _)| known(&core[..at]) && known(&core[at..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(password: &str) -> Result<(), &'static str> {
        check(
            "password",
            password,
            &["ada.lovelace@example.com", "Ada Lovelace"],
        )
        .map_err(|e| e.code)
    }

    #[test]
    fn length_counts_characters_not_bytes() {
        assert_eq!(verdict("elf zeichen"), Err("too_short"));
        assert_eq!(verdict("zwölf zeichn"), Ok(()));
        assert_eq!(verdict("zwo\u{308}lfzeichn"), Err("too_short"));
        assert_eq!(verdict(&"äöü ".repeat(32)), Err("too_common"));
        let long: String = ('a'..='w').cycle().step_by(7).take(128).collect();
        assert_eq!(verdict(&long), Ok(()));
        assert_eq!(verdict(&format!("{long}x")), Err("too_long"));
    }

    #[test]
    fn control_characters_are_refused() {
        for password in [
            "zebra\tumbrella",
            "zebra umbrella\n",
            "zebra umbrella\0note",
            "zebra\u{85}umbrella",
        ] {
            assert_eq!(verdict(password), Err("invalid_characters"), "{password:?}");
        }
    }

    #[test]
    fn common_passwords_are_refused() {
        for common in [
            "password1234",
            "Password123!",
            "P4ssw0rd2026",
            "passwordpassword",
            "123456789012",
            "qwertyuiop123",
            "aaaaaaaaaaaa",
            "abcabcabcabc",
            "iloveyou1234",
            "letmein12345",
            "1qaz2wsx3edc",
            "098765432109",
            "welcome2026!",
            "adminadmin12",
            "changeme1234",
        ] {
            assert_eq!(verdict(common), Err("too_common"), "{common}");
        }
    }

    #[test]
    fn a_password_made_of_the_users_name_or_address_is_refused() {
        assert_eq!(verdict("lovelace2026"), Err("too_common"));
        assert_eq!(verdict("Ada.Lovelace1815"), Err("too_common"));
        assert_eq!(verdict("hallpass-2026"), Err("too_common"));
        assert_eq!(verdict("Ada.Lovelace@example.com"), Err("too_common"));
        assert_eq!(verdict("ada.lovelace@example.com1815"), Err("too_common"));
    }

    #[test]
    fn an_uncommon_password_is_accepted_without_composition_rules() {
        for own in [
            "correct horse battery",
            "zebra umbrella note",
            "vhqkztmwplqx",
            "8402715938466",
            "日本語のパスワードを書きます",
        ] {
            assert_eq!(verdict(own), Ok(()), "{own}");
        }
    }
}
