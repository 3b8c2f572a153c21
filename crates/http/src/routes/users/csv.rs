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
/// Characters at which some spreadsheet, in some locale, starts a new cell.
const SEPARATORS: [char; 6] = [',', ';', '\t', '|', '\r', '\n'];

/// Format of the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Format {
    /// Separator between two cells.
    pub(super) separator: char,
    /// Whether the file begins with a byte order mark, by which Excel recognizes UTF-8.
    pub(super) with_byte_order_mark: bool,
}

impl Format {
    /// Header line with the column names, as in JSON.
    pub(super) fn header(self) -> Vec<u8> {
        let mark = if self.with_byte_order_mark {
            BYTE_ORDER_MARK
        } else {
            ""
        };
        let columns = COLUMNS.map(str::to_owned);
        (mark.to_owned() + &self.join(&columns)).into()
    }

    /// Line of a user. Roles are one cell, separated by spaces.
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

/// Quotes a text that users can choose. Wherever a spreadsheet may start a cell, an apostrophe prevents that the text
/// is read as a formula (OWASP, CSV injection; ASVS 1.2.10): a spreadsheet may split at other separators than this
/// file's, and then ignores the quotation marks.
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

/// Whether the text begins with a character that starts a formula, in any form (full-width, small, superscript), also
/// after characters that a spreadsheet drops: whitespace and quotation marks.
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
    fn text_that_a_spreadsheet_would_take_for_a_formula_gets_an_apostrophe() {
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
            // Formulas after a separator: the spreadsheet may expect another separator than the file has.
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
