//! Spans and their attributes. They must not contain paths, queries, headers, addresses or users.

use std::borrow::Cow;
use std::time::Duration;

use time::OffsetDateTime;

use super::context::{Parent, span_id};
use crate::telemetry::log::Line;

/// Server span (OpenTelemetry semantic conventions for HTTP).
#[derive(Clone, Debug)]
pub(crate) struct Span {
    pub(super) parent: Parent,
    pub(super) id: String,
    pub(super) started: OffsetDateTime,
    pub(super) duration: Duration,
    pub(super) request_id: String,
    pub(super) method: Cow<'static, str>,
    /// Template of the matched route.
    pub(super) route: Option<String>,
    pub(super) status: u16,
    pub(super) db_statements: u32,
    pub(super) db_time: Duration,
    /// Code of the problem.
    pub(super) code: Option<&'static str>,
    /// Cause of a 5xx.
    pub(super) cause: Option<String>,
}

impl Span {
    pub(crate) fn new(
        parent: Parent,
        started: OffsetDateTime,
        request_id: &str,
        line: &Line<'_>,
    ) -> Self {
        // The client chooses the text of any other method, which is recorded as `_OTHER` (semantic conventions).
        const KNOWN: [&str; 9] = [
            "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT",
        ];
        let known = KNOWN
            .into_iter()
            .find(|known| *known == line.method.as_str());
        Self {
            parent,
            id: span_id(),
            started,
            duration: line.duration,
            request_id: request_id.to_owned(),
            method: Cow::Borrowed(known.unwrap_or("_OTHER")),
            route: (line.route != "unmatched").then(|| line.route.to_owned()),
            status: line.status.as_u16(),
            db_statements: line.stats.statements,
            db_time: line.stats.time,
            code: line.code,
            cause: line
                .cause
                .filter(|_| line.status.is_server_error())
                .map(without_secrets),
        }
    }

    pub(super) fn is_error(&self) -> bool {
        self.status >= 500
    }

    /// Spans of unsampled traces are dropped, except server errors.
    pub(super) fn is_wanted(&self) -> bool {
        self.parent.is_sampled || self.is_error()
    }
}

/// Removes words that may be an e-mail address, a token or a URL with a password. Causes are texts of Hallpass and of
/// the database and should not contain any.
fn without_secrets(cause: &str) -> String {
    const MARKS: [&str; 5] = ["@", "hpr_", "hpl_", "eyJ", "whsec_"];
    let is_safe = |word: &&str| !MARKS.iter().any(|mark| word.contains(mark));
    let words = cause
        .split(' ')
        .map(|word| if is_safe(&word) { word } else { "…" });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::without_secrets;

    #[test]
    fn secrets_and_addresses_are_removed_from_a_cause() {
        assert_eq!(
            without_secrets("error returned from database: canceling statement"),
            "error returned from database: canceling statement"
        );
        assert_eq!(
            without_secrets(
                "cannot reach postgres://u:hunter2@h/d for ada@example.com with hpr_AQ or \"eyJh.x.y\" now"
            ),
            "cannot reach … for … with … or … now"
        );
    }
}
