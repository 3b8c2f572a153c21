//! E-mail addresses: which ones are accepted, and which ones are equal.

use std::borrow::Cow;

use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};

use super::user::normalize;
use crate::error::FieldError;
use crate::text::{is_letter_mark_or_number, is_mark, search_key, without_invisible};

/// Maximum length of an e-mail address (RFC 5321 section 4.5.3.1.3 leaves 254 characters).
pub const EMAIL_MAX: usize = 254;
/// Maximum length of the part before the `@`, in bytes (RFC 5321 section 4.5.3.1.1).
const LOCAL_PART_MAX: usize = 64;
/// The `@`, its full-width form and its small form, which keyboards for East Asian scripts produce.
const AT_SIGNS: [char; 3] = ['@', '\u{ff20}', '\u{fe6b}'];

/// A valid e-mail address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    /// The address as it was typed, without invisible characters and without white space around it.
    pub as_typed: String,
    /// The normalized form, which is the same for equal addresses: see [`normalize_email`].
    pub normalized: String,
    /// What a search compares, if it differs from the normalized form: the domain in Unicode and in A-labels.
    pub search: Option<String>,
}

/// The normalized form, in which addresses are stored and compared: no invisible characters, the local part in NFKC and
/// lower case, the domain in A-labels (UTS 46, `xn--…`). A domain that cannot be converted stays unchanged, and equals
/// that of no stored address.
#[must_use]
pub fn normalize_email(text: &str) -> String {
    let text = without_invisible(text);
    match split(&text) {
        Some((local, domain)) => {
            let domain = to_a_labels(domain).unwrap_or(Cow::Borrowed(domain));
            format!("{}@{domain}", normalize(local))
        }
        None => normalize(&text),
    }
}

impl Email {
    /// # Errors
    /// What is wrong with the address.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let as_typed = without_invisible(text);
        let normalized = split(&as_typed).and_then(|(local, domain)| {
            let local = Some(normalize(local)).filter(|local| is_local_part(local))?;
            let domain = to_a_labels(domain).filter(|domain| is_domain(domain))?;
            Some(format!("{local}@{domain}"))
        });
        normalized
            .filter(|normalized| as_typed.len() <= EMAIL_MAX && normalized.len() <= EMAIL_MAX)
            .map(|normalized| Self {
                search: search_form(&normalized),
                as_typed,
                normalized,
            })
            .ok_or_else(|| FieldError::new("email", "invalid_email", "is not an e-mail address"))
    }
}

impl Email {
    /// Parses an address that a user may give to an account.
    ///
    /// # Errors
    /// What is wrong with the address. The top-level domain `invalid` (RFC 2606) is reserved for the temporary accounts
    /// of the operator's command.
    pub fn parse_assignable(text: &str) -> Result<Self, FieldError> {
        let email = Self::parse(text)?;
        if email.normalized.trim_end_matches('.').ends_with(".invalid") {
            let message = "must not end with .invalid, which is a reserved domain (RFC 2606); use another address";
            return Err(FieldError::new("email", "reserved_email", message));
        }
        Ok(email)
    }
}

/// The words of both forms, on two lines, so that no search text matches across them.
fn search_form(normalized: &str) -> Option<String> {
    let (local, a_labels) = split(normalized)?;
    let (rules, hyphens) = (AsciiDenyList::STD3, Hyphens::CheckFirstLast);
    let (unicode, _) = Uts46::new().to_unicode(a_labels.as_bytes(), rules, hyphens);
    let unicode = search_key(&format!("{local}@{unicode}"));
    if unicode == normalized {
        return None;
    }
    let ascii = search_key(normalized);
    Some(if ascii == unicode {
        unicode
    } else {
        format!("{unicode} \n {ascii}")
    })
}

/// Splits an address into local part and domain.
fn split(address: &str) -> Option<(&str, &str)> {
    let (at, sign) = address.rmatch_indices(AT_SIGNS).next()?;
    Some((&address[..at], &address[at + sign.len()..]))
}

/// Converts a domain to A-labels. `None` if it has other characters than letters, digits and hyphens, or a label that
/// is too long.
fn to_a_labels(domain: &str) -> Option<Cow<'_, str>> {
    let (rules, hyphens) = (AsciiDenyList::STD3, Hyphens::CheckFirstLast);
    Uts46::new()
        .to_ascii(domain.as_bytes(), rules, hyphens, DnsLength::Verify)
        .ok()
}

/// Whether the domain is below a top-level domain, and not an IPv4 address: top-level domains have letters (RFC 3696
/// section 2).
fn is_domain(a_labels: &str) -> bool {
    a_labels
        .rsplit_once('.')
        .is_some_and(|(_, top)| top.contains(|c: char| c.is_ascii_alphabetic()))
}

/// Whether the local part is a dot-atom (RFC 5322 section 3.2.3); of the characters beyond ASCII (RFC 6532 section
/// 3.2), only letters, marks and numbers are accepted. Quoted local parts are refused: nobody uses them, and parsers
/// disagree on them.
fn is_local_part(local: &str) -> bool {
    local.len() <= LOCAL_PART_MAX
        && !local.starts_with(is_mark)
        && local
            .split('.')
            .all(|atom| !atom.is_empty() && atom.chars().all(is_atom_text))
}

fn is_atom_text(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c)
    } else {
        is_letter_mark_or_number(c)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normalized(text: &str) -> String {
        let email = Email::parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
        assert_eq!(email.normalized, normalize_email(text));
        email.normalized
    }

    #[test]
    fn only_the_domain_invalid_is_reserved() {
        for text in [
            "bob@smoke.invalid",
            "Bob@Smoke.INVALID",
            "b@a.b.invalid",
            "b@a\u{3002}invalid",
        ] {
            let refused = Email::parse_assignable(text).unwrap_err();
            assert_eq!(refused.code, "reserved_email", "{text}");
            assert!(Email::parse(text).is_ok(), "{text}");
        }
        for text in [
            "a@example.com",
            "a@invalid.com",
            "a@b.test",
            "a@notinvalid.example",
        ] {
            assert!(Email::parse_assignable(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn an_address_is_kept_as_typed_and_compared_normalized() {
        let email = Email::parse("  Ada@Example.COM ").unwrap();
        assert_eq!(email.as_typed, "Ada@Example.COM");
        assert_eq!(email.normalized, "ada@example.com");
        let (composed, decomposed) = ("jos\u{e9}@example.com", "JOSE\u{301}@example.com");
        assert_eq!(normalized(composed), normalized(decomposed));
        let full_width = "\u{ff41}\u{ff44}\u{ff41}\u{ff20}example\u{3002}com";
        assert_eq!(normalized(full_width), "ada@example.com");
    }

    #[test]
    fn domains_are_the_same_in_unicode_and_in_punycode() {
        for (unicode, punycode) in [
            ("ada@münchen.example", "ada@xn--mnchen-3ya.example"),
            ("ada@MÜNCHEN.example", "ada@XN--MNCHEN-3YA.example"),
            ("ada@mu\u{308}nchen.example", "ada@xn--mnchen-3ya.example"),
            ("ada@straße.example", "ada@xn--strae-oqa.example"),
            ("ada@ΟΔΟΣ.example", "ada@xn--pxavbq.example"),
            ("ada@例え.テスト", "ada@xn--r8jz45g.xn--zckzah"),
        ] {
            assert_eq!(normalized(unicode), normalized(punycode), "{unicode}");
        }
        // In UTS 46, ß and ss are different, although full case folding makes them equal.
        assert_ne!(
            normalized("ada@straße.example"),
            normalized("ada@strasse.example")
        );
    }

    #[test]
    fn an_address_is_searched_in_all_its_forms() {
        let search = |text| Email::parse(text).unwrap().search;
        assert_eq!(search("Ada.O'Casey@Example.com"), None);
        assert_eq!(
            search("Jürgen@MÜNCHEN.example").as_deref(),
            Some("jurgen@munchen.example \n jurgen@xn--mnchen-3ya.example")
        );
        assert_eq!(
            search("用户@xn--fsqu00a.example").as_deref(),
            Some("用 户 @ 例 子 .example \n 用 户 @xn--fsqu00a.example")
        );
    }

    #[test]
    fn local_parts_with_marks_are_accepted() {
        for text in [
            "संपर्क@डाटामेल.भारत",
            "ผู้ใช้@example.com",
            "o'casey+x@example.com",
            "a.b_c-d@example.com",
            "用户@例子.广告",
            "पि\u{200d}न@example.com",
        ] {
            normalized(text);
        }
        assert!(Email::parse("\u{301}a@example.com").is_err());
    }

    #[test]
    fn invisible_characters_are_no_part_of_an_address() {
        let email = Email::parse("\u{feff}ada\u{200b}@exam\u{ad}ple.com\u{200e}").unwrap();
        assert_eq!(email.as_typed, "ada@example.com");
        assert_eq!(
            normalize_email("ada@example.com\u{2060} "),
            "ada@example.com"
        );
    }

    #[test]
    fn invalid_addresses_are_refused() {
        for text in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@localhost",
            "a b@example.com",
            "ada@example.com\nx",
            "ada@@example.com",
            "ada\u{ff20}x@example.com",
            "\"a b\"@example.com",
            "ada@[127.0.0.1]",
            "ada@127.0.0.1",
            "Ada <ada@example.com>",
            "ada\0@example.com",
            "ada@exam\u{202f}ple.com",
            ".ada@example.com",
            "ada.@example.com",
            "a..da@example.com",
            "ada@example..com",
            "ada@example.com.",
            "ada@-example.com",
            "ada@exam_ple.com",
            "ada@xn--a.example",
            "\u{1f98a}@example.com",
        ] {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
        for long in [
            format!("{}@example.com", "a".repeat(LOCAL_PART_MAX + 1)),
            format!("ada@{}.example", "a".repeat(64)),
            format!("ada@{}example", "abcdefg.".repeat(32)),
        ] {
            assert!(Email::parse(&long).is_err(), "{long}");
        }
    }

    #[test]
    fn a_text_that_is_no_address_is_normalized_without_an_error() {
        assert_eq!(normalize_email(" ADA "), "ada");
        assert_eq!(normalize_email("Ada@a b"), "ada@a b");
    }
}
