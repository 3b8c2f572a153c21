//! The trace that a request belongs to (W3C Trace Context, level 1).

use axum::http::HeaderMap;
use uuid::Uuid;

/// Trace context from `traceparent`, or a new trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parent {
    /// 32 hexadecimal digits.
    pub(crate) trace_id: String,
    /// 16 hexadecimal digits; None if the trace starts here.
    pub(crate) span_id: Option<String>,
    /// Whether the caller records the trace.
    pub(crate) is_sampled: bool,
}

impl Parent {
    /// Reads the header. An invalid or repeated header is ignored (section 3.2.2).
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let mut lines = headers.get_all("traceparent").iter();
        let line = lines.next().filter(|_| lines.next().is_none());
        let given = line.and_then(|line| parse(line.to_str().ok()?.trim()));
        given.unwrap_or_else(|| Self {
            trace_id: Uuid::new_v4().simple().to_string(),
            span_id: None,
            is_sampled: true,
        })
    }
}

fn parse(text: &str) -> Option<Parent> {
    let mut parts = text.split('-');
    let (version, trace_id, span_id, flags) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_hex = |text: &str, length| {
        text.len() == length
            && text
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let is_zero = |text: &str| text.bytes().all(|byte| byte == b'0');
    // Later versions may append fields; version 00 has none.
    let is_version =
        is_hex(version, 2) && version != "ff" && (version != "00" || parts.next().is_none());
    let is_valid = is_version
        && is_hex(trace_id, 32)
        && !is_zero(trace_id)
        && is_hex(span_id, 16)
        && !is_zero(span_id)
        && is_hex(flags, 2);
    is_valid.then(|| Parent {
        trace_id: trace_id.to_owned(),
        span_id: Some(span_id.to_owned()),
        is_sampled: u8::from_str_radix(flags, 16).unwrap_or_default() & 1 == 1,
    })
}

/// A new span id: 16 hexadecimal digits, not all zeros.
pub(super) fn span_id() -> String {
    Uuid::new_v4().simple().to_string()[..16].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    const SPAN: &str = "00f067aa0ba902b7";

    fn of(lines: &[&str]) -> Parent {
        let lines = lines
            .iter()
            .map(|line| ("traceparent".parse().unwrap(), line.parse().unwrap()));
        Parent::of(&lines.collect())
    }

    #[test]
    fn a_valid_traceparent_is_adopted() {
        for (flags, is_sampled) in [("00", false), ("01", true), ("03", true), ("fe", false)] {
            let parent = of(&[&format!("00-{TRACE}-{SPAN}-{flags}")]);
            assert_eq!(
                (parent.trace_id.as_str(), parent.span_id.as_deref()),
                (TRACE, Some(SPAN))
            );
            assert_eq!(parent.is_sampled, is_sampled, "{flags}");
        }
        assert_eq!(
            of(&[&format!("cc-{TRACE}-{SPAN}-01-what-comes")]).trace_id,
            TRACE
        );
    }

    #[test]
    fn an_invalid_traceparent_starts_a_new_trace() {
        let valid = format!("00-{TRACE}-{SPAN}-01");
        let upper = TRACE.to_uppercase();
        let zeros = "0".repeat(32);
        for lines in [
            vec![],
            vec![""],
            vec!["00"],
            vec![&valid[1..]],
            vec![&valid, &valid],
            vec![&format!("ff-{TRACE}-{SPAN}-01")],
            vec![&format!("00-{TRACE}-{SPAN}-01-more")],
            vec![&format!("00-{upper}-{SPAN}-01")],
            vec![&format!("00-{zeros}-{SPAN}-01")],
            vec![&format!("00-{TRACE}-0000000000000000-01")],
            vec![&format!("00-{TRACE}-{SPAN}-1")],
            vec![&format!("00-{TRACE}-{SPAN}-0g")],
        ] {
            let parent = of(&lines);
            assert_eq!(parent.span_id, None, "{lines:?}");
            assert_ne!(parent.trace_id, TRACE, "{lines:?}");
            assert_eq!(parent.trace_id.len(), 32);
            assert!(parent.is_sampled);
        }
    }
}
