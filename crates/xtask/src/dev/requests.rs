//! Formats the functions' JSON log for a terminal: one short line for each request.

use std::fmt::Write as _;

use hallpass_platform::{LogLine, LogStream};
use serde_json::{Map, Value};

const RED: &str = "31";
const GREEN: &str = "32";
const YELLOW: &str = "33";
const DIM: &str = "2";

/// Fields that are not appended as `name=value`, because they are shown in another way or left out.
const NOT_APPENDED: [&str; 16] = [
    "timestamp",
    "level",
    "message",
    "request_id",
    "function",
    "method",
    "route",
    "status",
    "duration_ms",
    "db_ms",
    "db_statements",
    "event",
    "span",
    "user_id",
    "session_id",
    "ip",
];

/// Formats a line for people: `12:03:44 200 GET /api/users 3.1 ms, 1 statement`. Text that is not JSON is returned
/// unchanged.
pub(super) fn readable(line: &LogLine) -> String {
    in_words(&line.text, std::env::var_os("NO_COLOR").is_none())
}

/// Formats a warning or an error in the same way; `None` for all other lines.
pub(super) fn readable_trouble(line: &LogLine) -> Option<String> {
    let level = serde_json::from_str::<Value>(&line.text)
        .ok()
        .and_then(|fields| Some(fields["level"].as_str()?.to_owned()));
    let is_trouble = match level {
        Some(level) => level == "ERROR" || level == "WARN",
        None => line.stream == LogStream::Stderr,
    };
    is_trouble.then(|| readable(line))
}

fn in_words(text: &str, has_color: bool) -> String {
    let Ok(Value::Object(fields)) = serde_json::from_str(text) else {
        return text.to_owned();
    };
    let paint = |color: &str, text: &str| {
        if has_color && !text.is_empty() {
            format!("\u{1b}[{color}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    };
    let of = |name: &str| fields.get(name).and_then(Value::as_str);
    let mut words = Vec::new();
    if let Some(timestamp) = of("timestamp") {
        words.push(paint(DIM, clock(timestamp)));
    }
    if let (Some(method), Some(route), Some(status)) = (
        of("method"),
        of("route"),
        fields.get("status").and_then(Value::as_u64),
    ) {
        let color = match status {
            500.. => RED,
            400.. => YELLOW,
            _ => GREEN,
        };
        words.push(paint(color, &status.to_string()));
        words.push(format!("{method} {route}"));
        words.push(paint(DIM, &cost(&fields)));
    } else {
        let level = of("level").unwrap_or("INFO");
        let color = if level == "ERROR" { RED } else { YELLOW };
        if level != "INFO" {
            words.push(paint(color, &level.to_lowercase()));
        }
        words.push(of("message").or(of("event")).unwrap_or_default().to_owned());
    }
    words.push(paint(DIM, &rest(&fields)));
    words.retain(|word| !word.is_empty());
    words.join(" ")
}

/// Shortens `2026-11-30T12:03:44.123456Z` to `12:03:44`.
fn clock(timestamp: &str) -> &str {
    timestamp.get(11..19).unwrap_or(timestamp)
}

/// Duration of the request and number of its database statements.
fn cost(fields: &Map<String, Value>) -> String {
    let number = |name: &str| fields.get(name).and_then(Value::as_f64);
    let mut cost = String::new();
    if let Some(took) = number("duration_ms") {
        let _written = write!(cost, "{took:.1} ms");
    }
    match fields.get("db_statements").and_then(Value::as_u64) {
        None | Some(0) => {}
        Some(1) => cost.push_str(", 1 statement"),
        Some(count) => {
            let _written = write!(cost, ", {count} statements");
        }
    }
    cost
}

/// All other fields as `name=value`.
fn rest(fields: &Map<String, Value>) -> String {
    let others = fields
        .iter()
        .filter(|(name, _)| !NOT_APPENDED.contains(&name.as_str()));
    let pairs: Vec<_> = others
        .map(|(name, value)| match value {
            Value::String(text) if !text.contains(' ') => format!("{name}={text}"),
            value => format!("{name}={value}"),
        })
        .collect();
    pairs.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: &str = r#"{"timestamp":"2026-11-30T12:03:44.123456Z","level":"INFO","message":"request","request_id":"r","function":"users","method":"GET","route":"/api/users/{id}","status":404,"duration_ms":3.142,"db_ms":2.1,"db_statements":1,"code":"not_found","user_id":"u","session_id":"s","ip":"127.0.0.1"}"#;

    fn line(text: &str, stream: LogStream) -> LogLine {
        LogLine {
            function: "users".to_owned(),
            instance: 0,
            stream,
            request: None,
            level: None,
            text: text.to_owned(),
        }
    }

    #[test]
    fn a_request_is_one_short_line() {
        assert_eq!(
            in_words(REQUEST, false),
            "12:03:44 404 GET /api/users/{id} 3.1 ms, 1 statement code=not_found"
        );
        assert!(in_words(REQUEST, true).contains("\u{1b}[33m404\u{1b}[0m"));
    }

    #[test]
    fn other_lines_keep_their_text_and_fields() {
        let warning = r#"{"timestamp":"2026-11-30T12:03:44.123456Z","level":"WARN","event":"traces_lost","reason":"timeout: no response within 2.0 s","host":"localhost:1","message":"traces cannot be delivered"}"#;
        assert_eq!(
            in_words(warning, false),
            r#"12:03:44 warn traces cannot be delivered host=localhost:1 reason="timeout: no response within 2.0 s""#
        );
        assert_eq!(
            in_words("thread 'main' panicked", true),
            "thread 'main' panicked"
        );
    }

    #[test]
    fn the_quiet_form_only_shows_warnings_and_errors() {
        let stdout = |text: &str| readable_trouble(&line(text, LogStream::Stdout));
        assert_eq!(stdout(REQUEST), None);
        assert!(stdout(&REQUEST.replace("INFO", "ERROR")).is_some());
        assert_eq!(stdout("listening"), None);
        let stderr = line("thread 'main' panicked", LogStream::Stderr);
        assert_eq!(readable_trouble(&stderr).unwrap(), "thread 'main' panicked");
    }
}
