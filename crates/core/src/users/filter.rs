//! Filter of the list of users.

use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::user::normalize;
use crate::text::{search_key, search_words, stands_alone, without_invisible};
use crate::{Error, Result};

/// Maximum length of the search text, in characters.
const QUERY_MAX: usize = 200;
/// Maximum number of words of the search text. Each is compared with thousands of users.
const WORDS_MAX: usize = 10;
/// Minimum length of a word that trigrams can find in the middle of another, in characters.
const SUBSTRING_MIN: usize = 3;

/// A part of the search text, between two spaces.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Part {
    words: Vec<String>,
    /// Pattern of the whole part, if it is more than one word.
    pattern: Option<String>,
}

impl Part {
    fn of(key: &str) -> Self {
        let words = search_words(key);
        let is_one_word = words == [key];
        Self {
            pattern: (!is_one_word).then(|| pattern(key)),
            words,
        }
    }
}

/// A filter for users.
///
/// As JSON it shows what was requested, for the audit log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Filter {
    #[serde(skip_serializing_if = "Option::is_none")]
    q: Option<String>,
    #[serde(skip)]
    parts: Vec<Part>,
    /// The search text, if it is a user id.
    #[serde(skip)]
    id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    active: Option<bool>,
}

impl Filter {
    /// `q` is a text to search for in e-mail address and name, in any order of its words, or a user id; `role` the name
    /// of a role.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a search text that is too long or has too many words, and for control characters.
    pub fn new(q: Option<&str>, role: Option<&str>, active: Option<bool>) -> Result<Self> {
        let q = q.filter(|text| !search_key(text).is_empty());
        let id = q.and_then(|text| Uuid::try_parse(text.trim()).ok());
        let mut keys: Vec<_> = q
            .filter(|_| id.is_none())
            .unwrap_or_default()
            .split_whitespace()
            .map(search_key)
            .filter(|key| !key.is_empty())
            .collect();
        keys.sort();
        keys.dedup();
        let q = q.map(|text| normalize(&without_invisible(text)));
        let is_text = |text: &str| !text.chars().any(char::is_control);
        if q.as_deref()
            .is_some_and(|text| text.chars().count() > QUERY_MAX || !is_text(text))
        {
            let message = format!("must be one line of text with at most {QUERY_MAX} characters");
            return Err(Error::invalid("q", "invalid_search", message));
        }
        let parts: Vec<_> = keys.iter().map(|key| Part::of(key)).collect();
        if parts.iter().map(|part| part.words.len()).sum::<usize>() > WORDS_MAX {
            let message = format!("must have at most {WORDS_MAX} different words");
            return Err(Error::invalid("q", "invalid_search", message));
        }
        let role = role.filter(|role| !role.is_empty());
        if role.is_some_and(|role| !is_text(role)) {
            return Err(Error::invalid(
                "role",
                "invalid_role",
                "is not a valid role name",
            ));
        }
        Ok(Self {
            q,
            parts,
            id,
            role: role.map(str::to_owned),
            active,
        })
    }

    /// Whether the filter matches every user.
    pub(super) const fn is_empty(&self) -> bool {
        self.q.is_none() && self.role.is_none() && self.active.is_none()
    }

    /// The parameter of `hallpass.find_users`.
    pub(super) fn conditions(&self) -> Value {
        json!({
            "parts": self.parts,
            "id": self.id,
            "role": self.role,
            "active": self.active,
        })
    }
}

/// The pattern for `like` on address and name. A text is searched for anywhere; a text that is too short for trigrams, at
/// the beginning of the address or of a word in the name. A character that stands alone is a whole word, and is found anywhere.
fn pattern(key: &str) -> String {
    let literal = key
        .replace('\\', r"\\")
        .replace('%', r"\%")
        .replace('_', r"\_");
    let is_short = key.chars().count() < SUBSTRING_MIN;
    let begins_word = is_short || key.starts_with(stands_alone);
    let before = if begins_word { " " } else { "" };
    let after = if key.ends_with(stands_alone) { " " } else { "" };
    format!("%{before}{literal}{after}%")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_wildcards_in_a_search_text_are_literal() {
        assert_eq!(pattern(r"50%_\"), r"%50\%\_\\%");
    }

    #[test]
    fn a_short_search_text_matches_the_beginning_of_a_word() {
        assert_eq!(pattern("zo"), "% zo%");
        assert_eq!(pattern("zoe"), "%zoe%");
    }

    fn parts(q: &str) -> Vec<Part> {
        Filter::new(Some(q), None, None).unwrap().parts
    }

    #[test]
    fn a_text_of_a_script_without_spaces_is_whole_words_that_stand_together() {
        let pattern = |q| parts(q)[0].pattern.clone();
        assert_eq!(pattern("郎"), None);
        assert_eq!(pattern("太郎").as_deref(), Some("% 太 郎 %"));
        assert_eq!(pattern("Jo太").as_deref(), Some("%jo 太 %"));
        assert_eq!(pattern("太Jo").as_deref(), Some("% 太 jo%"));
    }

    #[test]
    fn nothing_to_filter_by_is_an_empty_filter() {
        assert!(Filter::new(Some("  "), Some(""), None).unwrap().is_empty());
        assert!(
            Filter::new(Some("\u{200b}"), None, None)
                .unwrap()
                .is_empty()
        );
        assert!(Filter::new(Some("a\0b"), None, None).is_err());
        assert!(Filter::new(Some(&"x".repeat(201)), None, None).is_err());
    }

    #[test]
    fn a_search_text_has_at_most_ten_different_words() {
        let words: Vec<_> = parts(" Ana  GARCÍA ana")
            .into_iter()
            .flat_map(|part| part.words)
            .collect();
        assert_eq!(words, ["ana", "garcia"]);
        let words: Vec<_> = (100..111).map(|n| n.to_string()).collect();
        let is_accepted = |q: String| Filter::new(Some(&q), None, None).is_ok();
        assert!(is_accepted(words[..10].join(" ")));
        assert!(!is_accepted(words.join(" ")) && !is_accepted(words.join(".")));
    }

    #[test]
    fn a_user_id_is_no_text() {
        let id = Uuid::now_v7();
        let filter = Filter::new(Some(&format!(" {id} ")), None, None).unwrap();
        assert_eq!((filter.id, filter.parts.len()), (Some(id), 0));
    }
}
