//! The HTTP addresses that Hallpass itself sends requests to. Operators configure them, users never do.

use std::fmt;

use url::{Position, Url};

use super::is_loopback;

/// An `https://` URL, or an `http://` URL of this machine, without user name, password and fragment.
///
/// The path can be a secret, as in a chat's webhook: show [`Endpoint::authority`] only.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint(Url);

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({})", self.authority())
    }
}

impl Endpoint {
    /// Whether the connection uses TLS. If not, the host is this machine.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Host name or IP address; an IPv6 address has no brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.host_str().map_or("", without_brackets)
    }

    /// The port of the URL, or the scheme's default.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.0
            .port_or_known_default()
            .expect("http and https have default ports")
    }

    /// Host and port as in the `Host` header: the scheme's default port is left out.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.0[Position::BeforeHost..Position::AfterPort]
    }

    /// The path alone.
    #[must_use]
    pub fn path(&self) -> &str {
        self.0.path()
    }

    /// Path and query, as in the request line.
    #[must_use]
    pub fn path_and_query(&self) -> &str {
        &self.0[Position::BeforePath..Position::AfterQuery]
    }

    /// The whole URL. Not for display, because the path can be a secret.
    #[must_use]
    pub fn url(&self) -> &str {
        self.0.as_str()
    }

    /// Parses the URL; `None` if it is not as the type requires.
    ///
    /// The `url` crate follows the WHATWG standard, which repairs many mistakes. What it would repair is refused here.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let is_plain = |byte: u8| {
            byte.is_ascii_graphic() && !matches!(byte, b'#' | b'"' | b'<' | b'>' | b'\\')
        };
        let (_, rest) = text.split_once("://")?;
        let authority = rest.split(['/', '?']).next()?;
        if !text.bytes().all(is_plain) || authority.is_empty() || authority.contains('@') {
            return None;
        }
        let url = Url::parse(text).ok()?;
        let host = url.host_str()?;
        let is_allowed = match url.scheme() {
            "https" => true,
            "http" => is_loopback(host),
            _ => false,
        };
        (is_allowed && url.port() != Some(0)).then_some(Self(url))
    }

    /// This endpoint with more segments appended to the path; the query is kept.
    #[must_use]
    pub fn below(&self, path: &str) -> Self {
        let mut url = self.0.clone();
        let base = url.path().trim_end_matches('/');
        url.set_path(&format!("{base}/{path}"));
        Self(url)
    }
}

fn without_brackets(host: &str) -> &str {
    host.strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(url: &str) -> Option<String> {
        let found = Endpoint::parse(url)?;
        Some(format!(
            "{} {} {}",
            found.is_tls(),
            found.authority(),
            found.path_and_query()
        ))
    }

    #[test]
    fn https_is_accepted_for_any_host_and_http_only_for_this_machine() {
        for (url, expected) in [
            (
                "https://Hooks.example.com/services/T/B?x=1",
                "true hooks.example.com /services/T/B?x=1",
            ),
            ("https://hooks.example.com", "true hooks.example.com /"),
            (
                "https://hooks.example.com?x=1",
                "true hooks.example.com /?x=1",
            ),
            (
                "HTTPS://hooks.example.com:8443/",
                "true hooks.example.com:8443 /",
            ),
            ("https://[2001:db8::1]/a", "true [2001:db8::1] /a"),
            ("http://127.0.0.1:4318", "false 127.0.0.1:4318 /"),
            ("http://localhost/v1", "false localhost /v1"),
            ("http://[::1]:4318/", "false [::1]:4318 /"),
            ("https://example.com/a@b?at=@", "true example.com /a@b?at=@"),
        ] {
            assert_eq!(shown(url).as_deref(), Some(expected), "{url}");
        }
        for url in [
            "",
            "hooks.example.com/services",
            "http://hooks.example.com/",
            "http://127.0.0.1.example.com/",
            "http://localhost@example.com/",
            "https://user:password@example.com/",
            "https://",
            "https:///path",
            "https:example.com/path",
            "https:\\\\example.com/",
            "https://@example.com/",
            "https://example.com/\t",
            "https://example.com:0/",
            "https://example.com:port/",
            "https://example.com:99999/",
            "https://exa mple.com/",
            "https://example.com/#fragment",
            "https://example.com/\r\nx: y",
            "https://[::1",
            "https://[example.com]/",
            "ftp://example.com/",
        ] {
            assert_eq!(shown(url), None, "{url}");
        }
    }

    #[test]
    fn a_path_is_added_in_front_of_the_query_and_never_shown() {
        let base = Endpoint::parse("https://example.com/secret/?key=hunter2").unwrap();
        assert_eq!(
            base.below("v1/traces").path_and_query(),
            "/secret/v1/traces?key=hunter2"
        );
        assert_eq!(format!("{base:?}"), "Endpoint(example.com)");
    }
}
