//! Where something is sent to: an address that the operator names, never a user.

use std::fmt;

use super::is_loopback;

/// An HTTP address. Its path may be a secret, as that of a chat's webhook is: only the host is for display.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Whether TLS is spoken; if not, it is this machine.
    pub is_tls: bool,
    /// The host's name or address, without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Path and query; begins with a slash.
    pub path: String,
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({})", self.authority())
    }
}

impl Endpoint {
    /// Host and port, as the `Host` header has them.
    #[must_use]
    pub fn authority(&self) -> String {
        let host = if self.host.contains(':') {
            format!("[{}]", self.host)
        } else {
            self.host.clone()
        };
        match (self.is_tls, self.port) {
            (true, 443) | (false, 80) => host,
            (_, port) => format!("{host}:{port}"),
        }
    }

    /// The whole address, with its path: for whoever sends something there, not for display.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = if self.is_tls { "https" } else { "http" };
        format!("{scheme}://{}{}", self.authority(), self.path)
    }

    /// Reads `https://host[:port][/path]`, or `http://` where the host is this machine; nothing else, and no user,
    /// password, fragment or space.
    pub(crate) fn parse(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let is_tls = scheme.eq_ignore_ascii_case("https");
        if !is_tls && !scheme.eq_ignore_ascii_case("http") {
            return None;
        }
        let is_plain = |byte: u8| {
            byte.is_ascii_graphic() && !matches!(byte, b'#' | b'"' | b'<' | b'>' | b'\\')
        };
        if !rest.bytes().all(is_plain) {
            return None;
        }
        let at = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(at);
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, port.parse().ok()?),
            _ => (authority, if is_tls { 443 } else { 80 }),
        };
        let bare = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'));
        let is_host = match bare {
            Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
            None => {
                !host.is_empty()
                    && host.bytes().all(|byte| {
                        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_')
                    })
            }
        };
        if !is_host || port == 0 || !(is_tls || is_loopback(host)) {
            return None;
        }
        Some(Self {
            is_tls,
            host: bare.unwrap_or(host).to_ascii_lowercase(),
            port,
            path: if path.starts_with('/') {
                path.to_owned()
            } else {
                format!("/{path}")
            },
        })
    }

    /// The same place with this added to its path, in front of a query.
    #[must_use]
    pub fn below(&self, path: &str) -> Self {
        let (base, query) = self
            .path
            .split_at(self.path.find('?').unwrap_or(self.path.len()));
        Self {
            path: format!("{}/{path}{query}", base.trim_end_matches('/')),
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(url: &str) -> Option<String> {
        let found = Endpoint::parse(url)?;
        Some(format!(
            "{} {} {}",
            found.is_tls,
            found.authority(),
            found.path
        ))
    }

    #[test]
    fn https_goes_anywhere_and_http_stays_on_this_machine() {
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
            base.below("v1/traces").path,
            "/secret/v1/traces?key=hunter2"
        );
        assert_eq!(format!("{base:?}"), "Endpoint(example.com)");
    }
}
