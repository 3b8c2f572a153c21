//! The cookies: the session's refresh token, the sign for scripts that there is one, and the mark of a known device.

use axum::http::{HeaderMap, HeaderValue, header};
use time::Duration;

/// Holds the refresh token. The `__Host-` prefix makes browsers insist on Secure, Path=/ and no Domain.
pub(crate) const SESSION: &str = "__Host-hallpass";
/// Comes and goes with [`SESSION`] and holds no secret. Scripts can read it, so that a page without a session
/// need not ask the server for one.
pub(crate) const PRESENT: &str = "__Host-hallpass-present";
/// Holds the mark of a device on which its owner has signed in.
pub(crate) const DEVICE: &str = "__Host-hallpass-device";
/// As long as browsers keep any cookie.
const DEVICE_MAX_AGE: Duration = Duration::days(400);

/// A cookie of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cookie<'a> {
    /// It was not sent.
    Missing,
    /// It was sent once.
    One(&'a str),
    /// It was sent more than once: somebody planted one.
    Ambiguous,
}

impl<'a> Cookie<'a> {
    pub(crate) fn of(headers: &'a HeaderMap, name: &str) -> Self {
        // Pair by pair: what is not ASCII in another application's cookie must not hide ours. Only ASCII
        // space is cut away (RFC 6265 section 4.2.1): a name that begins with another kind of space has no
        // `__Host-` prefix to a browser, which lets any subdomain set it.
        let pairs = headers
            .get_all(header::COOKIE)
            .iter()
            .flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
        let mut found = pairs.filter_map(|pair| {
            let rest = pair.trim_ascii().strip_prefix(name.as_bytes())?;
            // Not a text, but there: it counts, and is no token of ours.
            Some(str::from_utf8(rest.strip_prefix(b"=")?).unwrap_or_default())
        });
        match (found.next(), found.next()) {
            (None, _) => Self::Missing,
            (Some(value), None) => Self::One(value),
            (Some(_), Some(_)) => Self::Ambiguous,
        }
    }

    pub(crate) fn one(self) -> Option<&'a str> {
        if let Self::One(value) = self {
            Some(value)
        } else {
            None
        }
    }
}

/// Sets the session cookie for as long as the session can last.
pub(crate) fn set_session(headers: &mut HeaderMap, token: &str, max_age: Duration) {
    append(headers, SESSION, token, max_age, Readers::Server);
    append(headers, PRESENT, "1", max_age, Readers::Anybody);
}

/// Marks the device as known.
pub(crate) fn set_device(headers: &mut HeaderMap, mark: &str) {
    append(headers, DEVICE, mark, DEVICE_MAX_AGE, Readers::Server);
}

/// Takes the session cookie away.
pub(crate) fn clear_session(headers: &mut HeaderMap) {
    append(headers, SESSION, "", Duration::ZERO, Readers::Server);
    append(headers, PRESENT, "", Duration::ZERO, Readers::Anybody);
}

/// Whether a browser that sent these has anything of a session for [`clear_session`] to take away.
pub(crate) fn speaks_of_session(headers: &HeaderMap) -> bool {
    [SESSION, PRESENT].map(|name| Cookie::of(headers, name)) != [Cookie::Missing; 2]
}

#[derive(Clone, Copy)]
enum Readers {
    Server,
    /// The page's scripts, too.
    Anybody,
}

fn append(headers: &mut HeaderMap, name: &str, value: &str, max_age: Duration, readers: Readers) {
    let seconds = max_age.whole_seconds().max(0);
    let http_only = match readers {
        Readers::Server => "; HttpOnly",
        Readers::Anybody => "",
    };
    let cookie =
        format!("{name}={value}; Path=/; Max-Age={seconds}; Secure{http_only}; SameSite=Strict");
    // Our tokens are base64url: always a legal value.
    if let Ok(mut value) = HeaderValue::try_from(cookie) {
        value.set_sensitive(true);
        headers.append(header::SET_COOKIE, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others_and_twice_is_too_often() {
        let mut headers = HeaderMap::new();
        headers.append(
            header::COOKIE,
            HeaderValue::from_static(
                "a=1; __Host-hallpass-present=1; __Host-hallpass=x; __Host-hallpass-device=y",
            ),
        );
        assert_eq!(Cookie::of(&headers, SESSION), Cookie::One("x"));
        assert_eq!(Cookie::of(&headers, DEVICE), Cookie::One("y"));
        assert_eq!(Cookie::of(&headers, "b"), Cookie::Missing);
        headers.append(
            header::COOKIE,
            HeaderValue::from_static("__Host-hallpass=z"),
        );
        assert_eq!(Cookie::of(&headers, SESSION), Cookie::Ambiguous);
    }

    #[test]
    fn t02_a_value_that_is_no_text_counts_as_one_and_is_none_of_ours() {
        let line = |bytes: &[u8]| {
            let mut headers = HeaderMap::new();
            headers.append(header::COOKIE, HeaderValue::from_bytes(bytes).unwrap());
            headers
        };
        let alone = line(b"__Host-hallpass=\xff");
        assert_eq!(Cookie::of(&alone, SESSION), Cookie::One(""));
        let beside = line(b"__Host-hallpass=x; __Host-hallpass=\xff");
        assert_eq!(Cookie::of(&beside, SESSION), Cookie::Ambiguous);
        let of_others = line(b"a\xff=\xff; __Host-hallpass=x");
        assert_eq!(Cookie::of(&of_others, SESSION), Cookie::One("x"));
    }

    #[test]
    fn t08_a_name_that_only_looks_like_ours_is_another_cookie() {
        for name in [
            "\u{a0}__Host-hallpass",
            "\u{85}__Host-hallpass",
            "\u{2000}__Host-hallpass",
            "\u{3000}__Host-hallpass",
            "\u{feff}__Host-hallpass",
            "__Host-hallpass\u{a0}",
            "__Host-hallpass ",
            "__host-hallpass",
            "\"__Host-hallpass\"",
            "$Version=1, __Host-hallpass",
            "x __Host-hallpass",
        ] {
            let line = format!("a=1; {name}=planted");
            let mut headers = HeaderMap::new();
            headers.append(header::COOKIE, HeaderValue::try_from(&line).unwrap());
            assert_eq!(Cookie::of(&headers, SESSION), Cookie::Missing, "{line}");
            let own = HeaderValue::from_static("\t __Host-hallpass=x ");
            headers.append(header::COOKIE, own);
            assert_eq!(Cookie::of(&headers, SESSION), Cookie::One("x"), "{line}");
        }
    }
}
