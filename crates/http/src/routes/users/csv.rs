//! Users as CSV (RFC 4180).

use hallpass_core::users::User;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

const COLUMNS: &str =
    "id,email,name,roles,isActive,emailVerifiedAt,lastLoginAt,createdAt,updatedAt,version\r\n";

/// The names of the columns, as in JSON.
pub(super) fn header() -> Vec<u8> {
    COLUMNS.into()
}

/// A user's line. Several roles are one cell, with a space between them.
pub(super) fn line(user: &User) -> Vec<u8> {
    let time = |at: Option<OffsetDateTime>| {
        at.and_then(|at| at.format(&Rfc3339).ok())
            .unwrap_or_default()
    };
    let cells = [
        user.id.to_string(),
        cell(&user.email),
        cell(&user.name),
        cell(&user.roles.join(" ")),
        user.is_active.to_string(),
        time(user.email_verified_at),
        time(user.last_login_at),
        time(Some(user.created_at)),
        time(Some(user.updated_at)),
        user.version.to_string(),
    ];
    (cells.join(",") + "\r\n").into()
}

/// A text that somebody typed. What a spreadsheet would take for a formula begins with an apostrophe instead
/// (OWASP, CSV injection); what holds a comma, a quotation mark or a line end is quoted.
fn cell(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        "'"
    } else {
        ""
    };
    if text.contains([',', '"', '\r', '\n']) {
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    } else {
        format!("{guard}{text}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_quoted_where_it_must_be_and_never_a_formula() {
        for (text, expected) in [
            ("Ada Lovelace", "Ada Lovelace"),
            ("Lovelace, Ada", "\"Lovelace, Ada\""),
            ("Ada \"Countess\" L.", "\"Ada \"\"Countess\"\" L.\""),
            ("a\r\nb", "\"a\r\nb\""),
            ("=1+1", "'=1+1"),
            ("+49", "'+49"),
            ("-2", "'-2"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("\r=1", "\"'\r=1\""),
            (
                "=HYPERLINK(\"x\",\"y\")",
                "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"",
            ),
            ("a=b", "a=b"),
            ("", ""),
        ] {
            assert_eq!(cell(text), expected);
        }
    }
}
