//! Requests that another site makes a browser send are refused (ASVS 3.5.1).

use axum::http::{HeaderMap, Method, StatusCode, header};

use crate::respond::Problem;

/// Lets safe methods through, requests of our own pages, and programs without cookies.
///
/// Browsers say where a request comes from in `Sec-Fetch-Site`; older ones at least in `Origin`.
/// What says neither must not carry cookies.
pub(crate) fn check(
    method: &Method,
    headers: &HeaderMap,
    origins: &[String],
) -> Result<(), Problem> {
    if method.is_safe() {
        return Ok(());
    }
    let has_cookies = headers.contains_key(header::COOKIE);
    let text =
        |name: header::HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let allowed = match headers
        .get("sec-fetch-site")
        .map(|value| value.to_str().unwrap_or("?"))
    {
        Some("same-origin") => true,
        Some("none") => !has_cookies,
        Some(_) => false,
        None => match text(header::ORIGIN) {
            Some(origin) => origins.iter().any(|own| own.eq_ignore_ascii_case(origin)),
            None => !has_cookies,
        },
    };
    if allowed {
        return Ok(());
    }
    tracing::warn!(
        event = "malicious_csrf",
        "a request of another site was refused"
    );
    Err(Problem::new(
        StatusCode::FORBIDDEN,
        "cross_site_request",
        "requests that change something must come from our own pages, or from a program without cookies",
    ))
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    fn verdict(method: &Method, sent: &[(&'static str, &'static str)]) -> bool {
        let headers = sent
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect();
        check(method, &headers, &["https://example.com".to_owned()]).is_ok()
    }

    #[test]
    fn t19_only_our_own_pages_and_programs_without_cookies_may_change_something() {
        let cookie = ("cookie", "a=b");
        let post = |sent: &[_]| verdict(&Method::POST, sent);
        assert!(post(&[]));
        assert!(!post(&[cookie]));
        assert!(post(&[cookie, ("sec-fetch-site", "same-origin")]));
        assert!(post(&[("sec-fetch-site", "none")]));
        assert!(!post(&[cookie, ("sec-fetch-site", "none")]));
        assert!(!post(&[("sec-fetch-site", "same-site")]));
        assert!(!post(&[
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://example.com")
        ]));
        assert!(post(&[cookie, ("origin", "https://example.com")]));
        assert!(!post(&[cookie, ("origin", "https://evil.example")]));
        assert!(!post(&[("origin", "null")]));
        assert!(verdict(
            &Method::GET,
            &[cookie, ("sec-fetch-site", "cross-site")]
        ));
    }
}
