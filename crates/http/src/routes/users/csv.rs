//! Users as CSV (RFC 4180).

use hallpass_core::timestamp;
use hallpass_core::users::{User, normalize};
use time::OffsetDateTime;

const COLUMNS: [&str; 10] = [
    "id",
    "email",
    "name",
    "roles",
    "isActive",
    "emailVerifiedAt",
    "lastLoginAt",
    "createdAt",
    "updatedAt",
    "version",
];
const BYTE_ORDER_MARK: &str = "\u{feff}";
/// Where some spreadsheet, in some country, begins a new cell.
const SEPARATORS: [char; 6] = [',', ';', '\t', '|', '\r', '\n'];

/// How the file is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Format {
    /// Between two cells.
    pub(super) separator: char,
    /// Whether the file begins with a byte order mark, by which Excel knows UTF-8.
    pub(super) with_byte_order_mark: bool,
}

impl Format {
    /// The names of the columns, as in JSON.
    pub(super) fn header(self) -> Vec<u8> {
        let mark = if self.with_byte_order_mark {
            BYTE_ORDER_MARK
        } else {
            ""
        };
        let columns = COLUMNS.map(str::to_owned);
        (mark.to_owned() + &self.join(&columns)).into()
    }

    /// A user's line. Several roles are one cell, with a space between them.
    pub(super) fn line(self, user: &User) -> Vec<u8> {
        let time = |at: Option<OffsetDateTime>| at.map(timestamp::text).unwrap_or_default();
        let cells = [
            user.id.to_string(),
            quoted(&user.email),
            quoted(&user.name),
            quoted(&user.roles.join(" ")),
            user.is_active.to_string(),
            time(user.email_verified_at),
            time(user.last_login_at),
            time(Some(user.created_at)),
            time(Some(user.updated_at)),
            user.version.to_string(),
        ];
        self.join(&cells).into()
    }

    fn join(self, cells: &[String]) -> String {
        cells.join(self.separator.encode_utf8(&mut [0; 4])) + "\r\n"
    }
}

/// A text that somebody typed, always in quotation marks. Wherever a spreadsheet may begin a cell, an apostrophe
/// keeps it from taking the text for a formula (OWASP, CSV injection; ASVS 1.2.10): the spreadsheet need not split at
/// our separator, and then reads quotation marks in the middle of a cell as it likes.
fn quoted(text: &str) -> String {
    let mut cell = String::with_capacity(text.len() + 2);
    cell.push('"');
    for part in text.split_inclusive(SEPARATORS) {
        if is_formula(part) {
            cell.push('\'');
        }
        cell.push_str(&part.replace('"', "\"\""));
    }
    cell.push('"');
    cell
}

/// Whether the text begins with a sign of a formula in any of its forms (full-width, small, superscript), or with
/// such a sign after what a spreadsheet drops: white space and quotation marks.
fn is_formula(text: &str) -> bool {
    let is_dropped = |c: char| c.is_whitespace() || c.is_control() || c == '"';
    if text.starts_with(['\t', '\r']) {
        return true;
    }
    let first = text.trim_start_matches(is_dropped).chars().next();
    first.is_some_and(|c| {
        let mut plain = [0; 4];
        normalize(c.encode_utf8(&mut plain)).starts_with(['=', '+', '-', '@', '\u{2212}'])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_quoted() {
        for (text, cell) in [
            ("", "\"\""),
            ("Ada Lovelace", "\"Ada Lovelace\""),
            ("Lovelace, Ada", "\"Lovelace, Ada\""),
            ("Ada \"Countess\" L.", "\"Ada \"\"Countess\"\" L.\""),
            ("a\r\nb", "\"a\r\nb\""),
            ("a=b-c", "\"a=b-c\""),
            ("ada@example.com", "\"ada@example.com\""),
        ] {
            assert_eq!(quoted(text), cell);
        }
    }

    #[test]
    fn a_cell_is_quoted_where_it_must_be_and_never_a_formula() {
        for (text, cell) in [
            ("=1+1", "\"'=1+1\""),
            ("+49", "\"'+49\""),
            ("-2", "\"'-2\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\tx", "\"'\tx\""),
            (" =1", "\"' =1\""),
            ("\u{a0}=1", "\"'\u{a0}=1\""),
            ("\u{ff1d}1\u{ff0b}1", "\"'\u{ff1d}1\u{ff0b}1\""),
            ("\u{ff0b}1", "\"'\u{ff0b}1\""),
            ("\u{ff0d}1", "\"'\u{ff0d}1\""),
            ("\u{ff20}A1", "\"'\u{ff20}A1\""),
            ("\u{fe63}1", "\"'\u{fe63}1\""),
            ("\u{2212}1", "\"'\u{2212}1\""),
            // Where the separator is another one.
            ("x;=1+1;y", "\"x;'=1+1;y\""),
            ("x; =1+1", "\"x;' =1+1\""),
            ("x;\"=1+1", "\"x;'\"\"=1+1\""),
            ("x,=1", "\"x,'=1\""),
            ("x\t=1", "\"x\t'=1\""),
            ("x|=1", "\"x|'=1\""),
            ("x\n=1", "\"x\n'=1\""),
            ("\r=1", "\"'\r'=1\""),
            (
                "=HYPERLINK(\"x\",\"y\")",
                "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"",
            ),
        ] {
            assert_eq!(quoted(text), cell, "{text:?}");
        }
    }
}
