//! The two cookies: the session's refresh token, and the mark of a known device.

use axum::http::{HeaderMap, HeaderValue, header};
use time::Duration;

/// Holds the refresh token. The `__Host-` prefix makes browsers insist on Secure, Path=/ and no Domain.
pub(crate) const SESSION: &str = "__Host-hallpass";
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
        // Pair by pair: what is not ASCII in another application's cookie must not hide ours.
        let pairs = headers
            .get_all(header::COOKIE)
            .iter()
            .flat_map(|line| line.as_bytes().split(|byte| *byte == b';'))
            .filter_map(|pair| str::from_utf8(pair).ok()?.trim().split_once('='));
        let mut found = pairs
            .filter(|(key, _)| *key == name)
            .map(|(_, value)| value);
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
    append(headers, SESSION, token, max_age);
}

/// Marks the device as known.
pub(crate) fn set_device(headers: &mut HeaderMap, mark: &str) {
    append(headers, DEVICE, mark, DEVICE_MAX_AGE);
}

/// Takes the session cookie away.
pub(crate) fn clear_session(headers: &mut HeaderMap) {
    append(headers, SESSION, "", Duration::ZERO);
}

fn append(headers: &mut HeaderMap, name: &str, value: &str, max_age: Duration) {
    let seconds = max_age.whole_seconds().max(0);
    let cookie =
        format!("{name}={value}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Strict");
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
            HeaderValue::from_static("a=1; __Host-hallpass=x; __Host-hallpass-device=y"),
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
}
