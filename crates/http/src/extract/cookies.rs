//! Reads the cookies of a request.

use axum::http::{HeaderMap, header};

use crate::respond::cookies::{PRESENT, SESSION};

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

/// Whether a browser that sent these has anything of a session for [`clear_session`](crate::respond::cookies::clear_session) to take away.
pub(crate) fn speaks_of_session(headers: &HeaderMap) -> bool {
    [SESSION, PRESENT].map(|name| Cookie::of(headers, name)) != [Cookie::Missing; 2]
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;
    use crate::respond::cookies::DEVICE;

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
