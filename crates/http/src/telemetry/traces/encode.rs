//! `ExportTraceServiceRequest` in the JSON encoding of OTLP 1.x: ids in hexadecimal, 64-bit numbers as text.

use hallpass_core::config::Otlp;
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::span::Span;

/// `SPAN_KIND_SERVER`
const SERVER: u8 = 2;
/// `STATUS_CODE_ERROR`
const ERROR: u8 = 2;

pub(super) fn request(to: &Otlp, function: &'static str, spans: &[Span], lost: u64) -> String {
    let mut resource: Vec<_> = to
        .resource
        .iter()
        .map(|(name, value)| text(name, value))
        .collect();
    resource.push(text("faas.name", function));
    let spans: Vec<_> = spans.iter().map(of_span).collect();
    let scope = json!({
        "name": "hallpass",
        "version": env!("CARGO_PKG_VERSION"),
        "attributes": [number("hallpass.spans.lost", lost)],
    });
    json!({
        "resourceSpans": [{
            "resource": { "attributes": resource },
            "scopeSpans": [{ "scope": scope, "spans": spans }],
        }],
    })
    .to_string()
}

fn of_span(span: &Span) -> Value {
    let method = &span.method;
    let name = span
        .route
        .as_ref()
        .map_or_else(|| method.to_string(), |route| format!("{method} {route}"));
    let mut attributes = vec![
        text("http.request.method", method),
        number("http.response.status_code", span.status.into()),
        text("hallpass.request_id", &span.request_id),
        number("hallpass.db.statements", span.db_statements.into()),
        json!({ "key": "hallpass.db.duration", "value": { "doubleValue": span.db_time.as_secs_f64() } }),
    ];
    attributes.extend(span.route.as_ref().map(|route| text("http.route", route)));
    attributes.extend(span.code.map(|code| text("hallpass.problem", code)));
    if span.is_error() {
        attributes.push(text("error.type", span.code.unwrap_or("internal_error")));
    }
    let end = span.started + span.duration;
    let mut encoded = json!({
        "traceId": span.parent.trace_id,
        "spanId": span.id,
        "flags": u32::from(span.parent.is_sampled),
        "name": name,
        "kind": SERVER,
        "startTimeUnixNano": nanoseconds(span.started),
        "endTimeUnixNano": nanoseconds(end),
        "attributes": attributes,
    });
    if let Some(parent) = &span.parent.span_id {
        encoded["parentSpanId"] = json!(parent);
    }
    if span.is_error() {
        let mut status = json!({ "code": ERROR });
        if let Some(code) = span.code {
            status["message"] = json!(code);
        }
        encoded["status"] = status;
        encoded["events"] = exception(span, end).into_iter().collect();
    }
    encoded
}

/// An event of the semantic conventions for exceptions.
fn exception(span: &Span, at: OffsetDateTime) -> Option<Value> {
    let cause = span.cause.as_ref()?;
    let kind = if cause.starts_with("panic: ") {
        "panic"
    } else {
        span.code.unwrap_or("internal_error")
    };
    Some(json!({
        "name": "exception",
        "timeUnixNano": nanoseconds(at),
        "attributes": [text("exception.type", kind), text("exception.message", cause)],
    }))
}

fn text(name: &str, value: &str) -> Value {
    json!({ "key": name, "value": { "stringValue": value } })
}

fn number(name: &str, value: u64) -> Value {
    json!({ "key": name, "value": { "intValue": value.to_string() } })
}

fn nanoseconds(at: OffsetDateTime) -> String {
    at.unix_timestamp_nanos().to_string()
}
