//! The `If-Match` header (RFC 9110 section 13.1.1).

use axum::http::{HeaderMap, StatusCode, header};

use crate::respond::Problem;

/// Versions in `If-Match`; `None` if the header is missing or `*`, which means any version.
///
/// Weak tags are treated like strong tags (a deviation from RFC 9110 section 13.1.1, see docs/reference/API.md): a
/// proxy that compresses responses weakens their tags, and a version does not depend on the encoding. A tag that is not
/// a version matches nothing.
pub(crate) fn if_match(headers: &HeaderMap) -> Result<Option<Vec<i32>>, Problem> {
    let lines: Vec<_> = headers.get_all(header::IF_MATCH).iter().collect();
    if lines.is_empty() || matches!(lines[..], [only] if only.as_bytes().trim_ascii() == b"*") {
        return Ok(None);
    }
    let mut versions = Vec::new();
    let mut has_tags = false;
    for line in lines {
        let tags = entity_tags(line.as_bytes()).ok_or_else(malformed)?;
        has_tags |= !tags.is_empty();
        versions.extend(tags.into_iter().filter_map(version));
    }
    if has_tags {
        Ok(Some(versions))
    } else {
        Err(malformed())
    }
}

/// Like [`if_match`], but the header is required (RFC 6585 section 3).
pub(crate) fn require_if_match(headers: &HeaderMap) -> Result<Option<Vec<i32>>, Problem> {
    if headers.contains_key(header::IF_MATCH) {
        return if_match(headers);
    }
    let detail = "the If-Match header is required; send the ETag of the version that you have read";
    Err(Problem::new(
        StatusCode::PRECONDITION_REQUIRED,
        "if_match_required",
        detail,
    ))
}

fn malformed() -> Problem {
    let detail = r#"the If-Match header is invalid; send entity tags such as "7", separated by commas, or *"#;
    Problem::new(StatusCode::BAD_REQUEST, "invalid_if_match", detail)
}

/// The opaque parts of a list of entity tags (RFC 9110 sections 5.6.1 and 8.8.3).
fn entity_tags(list: &[u8]) -> Option<Vec<&[u8]>> {
    let mut tags = Vec::new();
    let mut rest = list.trim_ascii();
    while !rest.is_empty() {
        if let Some(next) = rest.strip_prefix(b",") {
            rest = next.trim_ascii_start();
            continue;
        }
        let quoted = rest
            .strip_prefix(b"W/")
            .unwrap_or(rest)
            .strip_prefix(b"\"")?;
        let end = quoted.iter().position(|byte| *byte == b'"')?;
        let (tag, next) = quoted.split_at(end);
        let is_tag = |byte: &u8| matches!(byte, 0x21 | 0x23..=0x7e | 0x80..);
        rest = next[1..].trim_ascii_start();
        if !tag.iter().all(is_tag) || !(rest.is_empty() || rest.starts_with(b",")) {
            return None;
        }
        tags.push(tag);
    }
    Some(tags)
}

/// Reads a version in canonical form: `+1` and `01` are not versions.
fn version(tag: &[u8]) -> Option<i32> {
    let text = str::from_utf8(tag).ok()?;
    let version: i32 = text.parse().ok()?;
    (version.to_string() == text).then_some(version)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn read(lines: &[&str]) -> Result<Option<Vec<i32>>, (u16, &'static str)> {
        let lines = lines.iter().map(|line| {
            let value = HeaderValue::from_bytes(line.as_bytes()).unwrap();
            (header::IF_MATCH, value)
        });
        let problem = |problem: Problem| (problem.status.as_u16(), problem.code);
        if_match(&lines.collect()).map_err(problem)
    }

    #[test]
    fn t21_every_form_of_if_match_in_rfc_9110_is_read() {
        for (lines, versions) in [
            (&[r#""7""#][..], vec![7]),
            (&[" \"7\"\t"], vec![7]),
            (&[r#"W/"7""#], vec![7]),
            (&[r#""7", "8""#], vec![7, 8]),
            (&[r#""7",W/"8" , ,"9","#], vec![7, 8, 9]),
            (&[r#""7""#, r#""8""#], vec![7, 8]),
            (&[r#""a,b", "8""#], vec![8]),
        ] {
            assert_eq!(read(lines), Ok(Some(versions)), "{lines:?}");
        }
        for lines in [&["*"][..], &[" * "], &[]] {
            assert_eq!(read(lines), Ok(None), "{lines:?}");
        }
    }

    #[test]
    fn t21_a_tag_that_is_not_a_version_matches_nothing() {
        for tag in [
            r#""+7""#,
            r#""07""#,
            r#""-""#,
            r#""2147483648""#,
            r#""""#,
            r#""abc""#,
            "\"\u{fc}\"",
        ] {
            assert_eq!(read(&[tag]), Ok(Some(Vec::new())), "{tag}");
        }
    }

    #[test]
    fn t21_an_invalid_list_of_entity_tags_is_400() {
        for lines in [
            &["7"][..],
            &["\" 7\""],
            &[r#"""7"""#],
            &[r#""7" "8""#],
            &[r#""7"#],
            &[r#"7""#],
            &[r#"w/"7""#],
            &[r#"*, "7""#],
            &["*", r#""7""#],
            &[""],
            &[" , "],
        ] {
            assert_eq!(read(lines), Err((400, "invalid_if_match")), "{lines:?}");
        }
    }

    #[test]
    fn t21_only_a_missing_header_is_428() {
        let headers = HeaderMap::new();
        assert_eq!(require_if_match(&headers).unwrap_err().status, 428);
        let headers = [(header::IF_MATCH, HeaderValue::from_static("*"))];
        assert_eq!(
            require_if_match(&headers.into_iter().collect()).unwrap(),
            None
        );
    }
}
