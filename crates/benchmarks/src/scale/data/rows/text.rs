//! PostgreSQL's text format of `copy`: fields end with tabs, rows with line feeds.

use std::io::Write as _;

use time::OffsetDateTime;
use uuid::Uuid;

/// Rows for one `copy`.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    bytes: Vec<u8>,
    is_first: bool,
}

impl Rows {
    pub(crate) fn new() -> Self {
        Self {
            bytes: Vec::new(),
            is_first: true,
        }
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn next(&mut self) -> &mut Vec<u8> {
        if !std::mem::take(&mut self.is_first) {
            self.bytes.push(b'\t');
        }
        &mut self.bytes
    }

    pub(super) fn end(&mut self) {
        self.bytes.push(b'\n');
        self.is_first = true;
    }

    pub(super) fn null(&mut self) {
        self.next().extend(b"\\N");
    }

    pub(super) fn text(&mut self, text: &str) {
        let bytes = self.next();
        for byte in text.bytes() {
            match byte {
                b'\\' => bytes.extend(b"\\\\"),
                b'\n' => bytes.extend(b"\\n"),
                b'\t' => bytes.extend(b"\\t"),
                b'\r' => bytes.extend(b"\\r"),
                _ => bytes.push(byte),
            }
        }
    }

    pub(super) fn optional(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.text(text),
            None => self.null(),
        }
    }

    pub(super) fn id(&mut self, id: Uuid) {
        let mut buffer = Uuid::encode_buffer();
        let text = id.as_hyphenated().encode_lower(&mut buffer);
        self.next().extend(text.as_bytes());
    }

    pub(super) fn id_or_null(&mut self, id: Option<Uuid>) {
        match id {
            Some(id) => self.id(id),
            None => self.null(),
        }
    }

    /// A number or a boolean.
    pub(super) fn value(&mut self, value: impl std::fmt::Display) {
        write!(self.next(), "{value}").expect("writing to memory does not fail");
    }

    /// A time in microseconds since 1970.
    pub(super) fn time(&mut self, micros: i64) {
        let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1_000)
            .expect("a time of this century");
        let (date, time) = (at.date(), at.time());
        let (month, day) = (u8::from(date.month()), date.day());
        let (hour, minute, second, micro) = time.as_hms_micro();
        write!(
            self.next(),
            "{}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{micro:06}+00",
            date.year()
        )
        .expect("writing to memory does not fail");
    }

    pub(super) fn time_or_null(&mut self, micros: Option<i64>) {
        match micros {
            Some(micros) => self.time(micros),
            None => self.null(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_end_a_field_are_escaped() {
        let mut rows = Rows::new();
        rows.text("a\tb\n\\");
        rows.null();
        rows.time(1_764_504_061_000_007);
        rows.end();
        rows.value(true);
        rows.end();
        let text = String::from_utf8(rows.into_bytes()).unwrap();
        assert_eq!(
            text,
            "a\\tb\\n\\\\\t\\N\t2025-11-30 12:01:01.000007+00\ntrue\n"
        );
    }
}
