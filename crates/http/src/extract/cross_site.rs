//! Refuses requests that another site makes a browser send (CSRF, ASVS 3.5.1).

use axum::http::{HeaderMap, Method, StatusCode, header};

use crate::respond::Problem;

/// Accepts safe methods, requests of the console's own pages, and programs without cookies.
///
/// Browsers send the origin of a request in `Sec-Fetch-Site`, older browsers in `Origin`. A request with neither header
/// must not carry cookies.
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
    tracing::warn!(event = "malicious_csrf", "cross-site request refused");
    Err(Problem::new(
        StatusCode::FORBIDDEN,
        "cross_site_request",
        "the request comes from another site; send it from the console, or without cookies",
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
    fn t19_unsafe_requests_need_the_own_origin_or_no_cookies() {
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
