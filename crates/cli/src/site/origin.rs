//! Origin of a deployment. Plain HTTP is only allowed to this machine, because the command sends passwords.

use std::net::IpAddr;

use ureq::http::Uri;

use crate::failure::{Exit, Failure};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    /// `https://accounts.example.com`, without a trailing slash.
    pub(crate) text: String,
    /// An IPv6 address has no brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) is_https: bool,
}

impl Origin {
    /// Parses an origin; a trailing slash is allowed.
    ///
    /// # Errors
    /// Not an origin, or plain HTTP to another machine.
    pub(crate) fn parse(url: &str) -> Result<Self, Failure> {
        let wrong = |detail: &str| {
            // The message does not repeat the URL, because it may contain a password.
            let detail = format!("the URL {detail}");
            Failure::new(Exit::Invalid, "invalid_url", detail)
                .next("write the URL as https://accounts.example.com")
        };
        let uri: Uri = url.parse().map_err(|_| wrong("is invalid"))?;
        let authority = uri.authority().ok_or_else(|| wrong("has no host"))?;
        let is_bare = matches!(uri.path(), "" | "/") && uri.query().is_none();
        if !is_bare || authority.as_str().contains('@') {
            return Err(wrong("must consist of scheme, host and port only"));
        }
        let host = authority.host();
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let is_here =
            host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        let is_https = match uri.scheme_str() {
            Some("https") => true,
            Some("http") if is_here => false,
            Some("http") => {
                return Err(wrong(
                    "must start with https:// unless the host is this machine",
                ));
            }
            _ => return Err(wrong("must start with https://")),
        };
        Ok(Self {
            text: format!("{}://{authority}", if is_https { "https" } else { "http" }),
            host: host.to_owned(),
            port: authority
                .port_u16()
                .unwrap_or(if is_https { 443 } else { 80 }),
            is_https,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_https_or_on_this_machine() {
        for good in [
            "https://accounts.example.com",
            "https://accounts.example.com:8443/",
            "http://localhost:3000",
            "http://127.0.0.1:3000/",
            "http://[::1]:3000",
        ] {
            let origin = Origin::parse(good).unwrap();
            assert_eq!(origin.text, good.trim_end_matches('/'));
        }
        for wrong in [
            "",
            "accounts.example.com",
            "http://accounts.example.com",
            "http://localhost.example.com",
            "https://accounts.example.com/api",
            "https://accounts.example.com?x=1",
            "https://user:secret@accounts.example.com",
            "ftp://localhost",
        ] {
            let failure = Origin::parse(wrong).unwrap_err();
            assert_eq!(failure.exit, Exit::Invalid, "{wrong}");
            assert!(!failure.detail.contains("secret"));
        }
    }

    #[test]
    fn the_default_port_is_that_of_the_scheme() {
        let port = |url| Origin::parse(url).unwrap().port;
        assert_eq!(port("https://accounts.example.com"), 443);
        assert_eq!(port("https://accounts.example.com:8443"), 8443);
        assert_eq!(port("http://localhost"), 80);
        assert_eq!(Origin::parse("http://[::1]:3000").unwrap().host, "::1");
    }
}
