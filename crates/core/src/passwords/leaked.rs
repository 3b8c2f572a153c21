//! Checks passwords against known data breaches (ASVS 6.2.12), with the range query of Have I Been Pwned.
//!
//! Only the first five hexadecimal digits of the password's SHA-1 digest leave the process. The service answers with
//! all digests that begin with them, about 1,000. Neither the service nor an eavesdropper learns which one was meant
//! (<https://haveibeenpwned.com/API/v3#PwnedPasswords>).

use std::fmt::Write as _;
use std::pin::Pin;
use std::time::Duration;

use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

use crate::config::Endpoint;

/// Sends `GET` with `Add-Padding: true` to a URL. Returns the body of a response with status 200, or why there is none.
/// The caller provides this function, because this crate has no HTTP client.
pub type FetchRange = fn(Endpoint) -> RangeAnswer;

/// Result of [`FetchRange`].
pub type RangeAnswer = Pin<Box<dyn Future<Output = Result<String, String>> + Send>>;

/// Number of digits of the digest that are sent.
const PREFIX_DIGITS: usize = 5;
/// Number of digits of the digest on each line of the response.
const SUFFIX_DIGITS: usize = 35;
/// Timeout of the service. After it, the password is accepted without this check.
const LIMIT: Duration = Duration::from_secs(2);

/// The service that `HALLPASS_LEAKED_PASSWORDS` names, where one is configured.
#[derive(Debug)]
pub struct LeakedPasswords {
    service: Option<Endpoint>,
    fetch_range: FetchRange,
}

impl LeakedPasswords {
    /// Without a service, no password is checked.
    #[must_use]
    pub fn new(service: Option<Endpoint>, fetch_range: FetchRange) -> Self {
        Self {
            service,
            fetch_range,
        }
    }

    /// Whether the service knows the password. False if none is configured. If the service does not answer, it logs a
    /// warning and returns false: an outage of the service must not prevent users from setting a password.
    pub(super) async fn contains(&self, password: &str) -> bool {
        let Some(service) = &self.service else {
            return false;
        };
        let digits = sha1(password);
        let (prefix, suffix) = digits.split_at(PREFIX_DIGITS);
        let fetch = (self.fetch_range)(service.below(&format!("range/{prefix}")));
        let range = tokio::time::timeout(LIMIT, fetch)
            .await
            .unwrap_or_else(|_| Err(format!("timeout: no response within {} s", LIMIT.as_secs())));
        let found = range.and_then(|range| {
            contains(&range, suffix)
                .ok_or_else(|| "the response is not a range of digests".to_owned())
        });
        found.unwrap_or_else(|reason| {
            tracing::warn!(
                event = "leaked_passwords_unavailable",
                %reason,
                host = service.authority(),
                "a new password was not compared with leaked ones"
            );
            false
        })
    }
}

/// SHA-1 digest in upper-case hexadecimal, as the service writes it.
fn sha1(password: &str) -> String {
    let digest = digest(&SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes());
    digest
        .as_ref()
        .iter()
        .fold(String::new(), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02X}");
            text
        })
}

/// Whether the range contains the digest with this suffix; `None` if the text is not a range. A count of 0 is padding.
fn contains(range: &str, suffix: &str) -> Option<bool> {
    let mut lines = range.lines().peekable();
    lines.peek()?;
    let entries: Option<Vec<(&str, u64)>> = lines
        .map(|line| {
            let (digits, count) = line.trim_end().split_once(':')?;
            let is_suffix = digits.len() == SUFFIX_DIGITS
                && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            is_suffix.then_some((digits, count.parse().ok()?))
        })
        .collect();
    let is_listed = |(digits, count): (&str, u64)| count > 0 && digits.eq_ignore_ascii_case(suffix);
    entries.map(|entries| entries.into_iter().any(is_listed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_the_one_that_the_service_documents() {
        // https://haveibeenpwned.com/API/v3#SearchingPwnedPasswordsByRange
        let digits = sha1("password");
        assert_eq!(digits, "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8");
        assert_eq!(digits.len(), PREFIX_DIGITS + SUFFIX_DIGITS);
    }

    #[test]
    fn a_range_lists_digests_and_ignores_padding() {
        let (found, padding) = ("A".repeat(35), "B".repeat(35));
        let range = format!("{found}:3\r\n{padding}:0\r\n{}:12", "C".repeat(35));
        assert_eq!(contains(&range, &found), Some(true));
        assert_eq!(contains(&range, &padding), Some(false));
        assert_eq!(contains(&range, &"c".repeat(35)), Some(true));
        assert_eq!(contains(&range, &"D".repeat(35)), Some(false));
    }

    #[test]
    fn other_texts_are_not_read_as_a_range() {
        let short = "A".repeat(34);
        for text in [
            "",
            "<!doctype html>\n<title>Sign in to the network</title>",
            &format!("{short}:1"),
            &format!("{short}A"),
            &format!("{short}A:many"),
            &format!("{short}x:1"),
        ] {
            assert_eq!(contains(text, &"A".repeat(35)), None, "{text}");
        }
    }
}
