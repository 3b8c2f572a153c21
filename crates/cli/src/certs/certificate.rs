//! Fields of a certificate (RFC 5280).

use time::OffsetDateTime;
use x509_cert::der::Decode as _;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Certificate {
    pub(crate) expires_at: OffsetDateTime,
    pub(crate) issuer: String,
    pub(crate) subject: String,
}

impl Certificate {
    /// Parses a certificate in DER.
    pub(super) fn parse(der: &[u8]) -> Option<Self> {
        let parsed = x509_cert::Certificate::from_der(der).ok()?.tbs_certificate;
        let expires = parsed.validity.not_after.to_unix_duration().as_secs();
        Some(Self {
            expires_at: OffsetDateTime::from_unix_timestamp(expires.try_into().ok()?).ok()?,
            issuer: parsed.issuer.to_string(),
            subject: parsed.subject.to_string(),
        })
    }

    /// Remaining validity in whole days; negative if the certificate has expired.
    pub(crate) fn days_left(&self, now: OffsetDateTime) -> i64 {
        (self.expires_at - now).whole_seconds().div_euclid(86_400)
    }
}
