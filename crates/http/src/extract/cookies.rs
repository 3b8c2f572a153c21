//! Reads the cookies of a request.

use axum::http::{HeaderMap, header};

use crate::respond::cookies::{PRESENT, SESSION};

/// A cookie of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cookie<'a> {
    /// The cookie was not sent.
    Missing,
    /// The cookie was sent once.
    One(&'a str),
    /// The cookie was sent more than once: one of them may be planted.
    Ambiguous,
}

impl<'a> Cookie<'a> {
    pub(crate) fn of(headers: &'a HeaderMap, name: &str) -> Self {
        // Bytes instead of text: another application's cookie may not be ASCII. Only ASCII whitespace is trimmed
        // (RFC 6265 section 4.2.1): for a browser, a name that begins with other whitespace has no `__Host-` prefix,
        // so that any subdomain can set it.
        let pairs = headers
            .get_all(header::COOKIE)
            .iter()
            .flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
        let mut found = pairs.filter_map(|pair| {
            let rest = pair.trim_ascii().strip_prefix(name.as_bytes())?;
            // Not valid UTF-8: the cookie counts, but cannot be a valid token.
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

/// Whether the browser sent a session cookie or its marker, which
/// [`clear_session`](crate::respond::cookies::clear_session) would clear.
pub(crate) fn has_session_cookie(headers: &HeaderMap) -> bool {
    [SESSION, PRESENT].map(|name| Cookie::of(headers, name)) != [Cookie::Missing; 2]
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;
    use crate::respond::cookies::DEVICE;

    #[test]
    fn a_cookie_is_found_among_others_and_a_duplicate_is_ambiguous() {
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
    fn t02_a_cookie_that_is_not_utf8_counts_and_is_not_a_valid_token() {
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
    fn t08_a_cookie_with_a_similar_name_is_ignored() {
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
