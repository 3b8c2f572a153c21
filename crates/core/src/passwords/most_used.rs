//! The most used passwords with at least [`MIN_CHARS`](super::MIN_CHARS) characters (ASVS 6.2.4).

use ring::digest::{SHA256, digest};

/// Stored bytes of each SHA-256 digest. With 43,940 entries of 40 bits, one in 25 million passwords that are not on the
/// list is mistaken for one that is.
const DIGEST_BYTES: usize = 5;

/// Sorted digests of the passwords in lower case. Their source: `most_used/README.md`.
static DIGESTS: &[u8] = include_bytes!("most_used/digests.bin");

/// Whether a password in lower case is on the list.
pub(super) fn contains(lower_case: &str) -> bool {
    let (digests, _) = DIGESTS.as_chunks::<DIGEST_BYTES>();
    let digest = digest(&SHA256, lower_case.as_bytes());
    digest
        .as_ref()
        .first_chunk()
        .is_some_and(|digest| digests.binary_search(digest).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passwords::{MIN_CHARS, check};

    #[test]
    fn the_list_is_sorted_and_complete() {
        let (digests, rest) = DIGESTS.as_chunks::<DIGEST_BYTES>();
        assert!(rest.is_empty());
        assert!(digests.is_sorted_by(|one, next| one < next));
        assert_eq!(digests.len(), 43_940);
    }

    #[test]
    fn the_three_thousand_most_used_passwords_that_are_long_enough_are_refused() {
        let top = include_str!("most_used/top.txt").lines();
        let refused = top.inspect(|password| {
            assert!(password.chars().count() >= MIN_CHARS, "{password}");
            for spelling in [(*password).to_owned(), password.to_uppercase()] {
                assert!(contains(&spelling.to_lowercase()), "{spelling}");
                let error = check("password", &spelling, &[]).unwrap_err();
                assert_eq!(error.code, "too_common", "{spelling}");
            }
        });
        assert_eq!(refused.count(), 3_000);
    }

    #[test]
    fn other_passwords_are_not_on_the_list() {
        let other = |number: u32| format!("velvet harbor siren {number}");
        assert!(!(0..100_000).any(|number| contains(&other(number))));
    }
}
