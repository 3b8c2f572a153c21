//! Request ids in Vercel's format: region, random characters, time, number.

use std::time::{Duration, SystemTime};

use crate::hex::hex;

/// A unique id of the form `dev1::xxxxx-<milliseconds>-<12 hex digits>`.
pub(super) fn fresh() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut random = [0_u8; 11];
    // If there were no random bytes, the time would still make ids unique. getrandom does not fail on the supported
    // systems.
    let _never_fails = getrandom::fill(&mut random);
    let (word, number) = random.split_at(5);
    let word: String = word
        .iter()
        .map(|byte| char::from(LETTERS[usize::from(byte % 32)]))
        .collect();
    format!("dev1::{word}-{}-{}", milliseconds(), hex(number))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the id contains the time at which the gateway received the request"
)]
fn milliseconds() -> u128 {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or(Duration::ZERO)
        .as_millis()
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_id_has_vercels_form() {
        let id = super::fresh();
        let (region, rest) = id.split_once("::").unwrap();
        let parts: Vec<_> = rest.split('-').collect();
        assert_eq!(region, "dev1");
        assert_eq!(
            parts.iter().map(|part| part.len()).collect::<Vec<_>>(),
            [5, 13, 12]
        );
        assert_ne!(id, super::fresh());
    }
}
