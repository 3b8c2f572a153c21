//! The client of a request: what sessions and audit events record about it.

use std::net::IpAddr;

use uuid::Uuid;

use crate::Geolocation;

/// Maximum length of the recorded user agent, in characters.
pub const USER_AGENT_MAX: usize = 512;

/// The client of a request. The HTTP layer or the operator's command creates one for each request.
#[derive(Clone, Debug)]
pub struct Client {
    /// Id of the audit event that this request may write. It is chosen in advance, so that a retried statement cannot
    /// write two events.
    event_id: Uuid,
    /// IP address as reported by the platform, never by a header that the client sets.
    pub ip: Option<IpAddr>,
    /// Location of that address as reported by the platform, never by a header that the client sets.
    pub place: Option<Geolocation>,
    /// The `User-Agent` header, cut to [`USER_AGENT_MAX`] characters, with control characters replaced by spaces.
    pub user_agent: Option<String>,
    /// Request id, as in the log.
    pub request_id: String,
}

impl Client {
    /// A client without a location. Shortens and cleans the user agent.
    #[must_use]
    pub fn new(ip: Option<IpAddr>, user_agent: Option<&str>, request_id: String) -> Self {
        let user_agent = user_agent.map(|text| {
            text.chars()
                .take(USER_AGENT_MAX)
                .map(|c| if c.is_control() { ' ' } else { c })
                .collect()
        });
        Self {
            event_id: Uuid::now_v7(),
            ip,
            place: None,
            user_agent,
            request_id,
        }
    }

    /// The same client with a location.
    #[must_use]
    pub fn at(self, place: Option<Geolocation>) -> Self {
        Self { place, ..self }
    }

    /// The operator at the command line. The name of the command serves as the request id.
    #[must_use]
    pub fn operator(command: &str) -> Self {
        Self::new(
            None,
            Some(concat!("hallpass/", env!("CARGO_PKG_VERSION"))),
            command.to_owned(),
        )
    }

    /// The same client with the id of another audit event.
    #[must_use]
    pub fn for_another_event(&self) -> Self {
        Self {
            event_id: Uuid::now_v7(),
            ..self.clone()
        }
    }

    /// The network that the throttle counts by: an IPv4 address or an IPv6 /64. `None` if the address is unknown.
    #[must_use]
    pub fn network(&self) -> Option<String> {
        match self.ip?.to_canonical() {
            IpAddr::V4(ip) => Some(ip.to_string()),
            IpAddr::V6(ip) => {
                let [a, b, c, d, ..] = ip.segments();
                Some(format!("{a:x}:{b:x}:{c:x}:{d:x}::/64"))
            }
        }
    }

    /// The IPv6 /48 of the address, which may belong to a single subscriber. `None` for IPv4.
    #[must_use]
    pub fn site(&self) -> Option<String> {
        match self.ip?.to_canonical() {
            IpAddr::V4(_) => None,
            IpAddr::V6(ip) => {
                let [a, b, c, ..] = ip.segments();
                Some(format!("{a:x}:{b:x}:{c:x}::/48"))
            }
        }
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::json!({
            "eventId": self.event_id,
            "ip": self.ip,
            "place": self.place,
            "userAgent": self.user_agent,
            "requestId": self.request_id,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_an_ipv4_address_or_an_ipv6_64() {
        let network =
            |ip: &str| Client::new(Some(ip.parse().unwrap()), None, String::new()).network();
        assert_eq!(network("192.0.2.7").unwrap(), "192.0.2.7");
        assert_eq!(network("::ffff:192.0.2.7").unwrap(), "192.0.2.7");
        assert_eq!(
            network("2001:db8:1:2:3:4:5:6").unwrap(),
            "2001:db8:1:2::/64"
        );
        assert_eq!(network("2001:db8:1:2::9"), network("2001:db8:1:2:ffff::"));
    }

    #[test]
    fn a_user_agent_is_cut_to_one_line_of_512_characters() {
        let client = Client::new(
            None,
            Some(&format!("a\r\nb\u{1b}[31m{}", "x".repeat(9000))),
            String::new(),
        );
        let kept = client.user_agent.unwrap();
        assert_eq!(kept.chars().count(), USER_AGENT_MAX);
        assert!(kept.starts_with("a  b [31m"));
    }
}
