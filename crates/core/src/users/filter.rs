//! Filter of the list of users, as SQL conditions that can use the indexes.

use serde::Serialize;
use sqlx::{Postgres, QueryBuilder};

use super::user::normalize;
use crate::text::{search_key, stands_alone, without_invisible};
use crate::{Error, Result};

/// Maximum length of the search text, in characters.
const QUERY_MAX: usize = 200;
/// Minimum length of a search text that trigrams can find in the middle of a word, in characters.
const SUBSTRING_MIN: usize = 3;

/// The expression of the index `users_search_idx`. It must be the same, or the index is not used.
const SEARCHED: &str =
    r"(' ' || coalesce(u.email_search, u.email_normalized) || E' \n ' || u.name_normalized || ' ')";

/// A filter for users.
///
/// As JSON it shows what was requested, for the audit log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Filter {
    #[serde(skip_serializing_if = "Option::is_none")]
    q: Option<String>,
    #[serde(skip)]
    pattern: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    active: Option<bool>,
}

impl Filter {
    /// `q` is a text to search for in e-mail address and name, `role` the name of a role.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a search text that is too long, and for control characters.
    pub fn new(q: Option<&str>, role: Option<&str>, active: Option<bool>) -> Result<Self> {
        let key = q.map(search_key).filter(|key| !key.is_empty());
        let q = q.filter(|_| key.is_some());
        let q = q.map(|text| normalize(&without_invisible(text)));
        let is_text = |text: &str| !text.chars().any(char::is_control);
        if q.as_deref()
            .is_some_and(|text| text.chars().count() > QUERY_MAX || !is_text(text))
        {
            let message = format!("must be one line of text with at most {QUERY_MAX} characters");
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
            pattern: key.as_deref().map(pattern),
            q,
            role: role.map(str::to_owned),
            active,
        })
    }

    /// Whether the filter has a search text. No index returns its matches in the order of the list.
    pub(super) const fn is_search(&self) -> bool {
        self.pattern.is_some()
    }

    /// Whether the filter matches every user.
    pub(super) const fn is_empty(&self) -> bool {
        self.pattern.is_none() && self.role.is_none() && self.active.is_none()
    }

    /// Appends the conditions on `u`, each beginning with ` and `.
    pub(super) fn push(&self, sql: &mut QueryBuilder<Postgres>) {
        if let Some(role) = &self.role {
            sql.push(" and u.roles @> array[")
                .push_bind(role.clone())
                .push("]");
        }
        // Written out, so that the partial index of inactive users can be used.
        match self.active {
            Some(true) => sql.push(" and u.is_active"),
            Some(false) => sql.push(" and not u.is_active"),
            None => sql,
        };
        if let Some(pattern) = &self.pattern {
            sql.push(" and ")
                .push(SEARCHED)
                .push(" like ")
                .push_bind(pattern.clone());
        }
    }
}

/// The pattern for `like`. A text is searched for anywhere; a text that is too short for trigrams, at the beginning of
/// the address or of a word in the name. A character that stands alone is a whole word, and is found anywhere.
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

    #[test]
    fn a_text_of_a_script_without_spaces_is_whole_words_however_short() {
        let pattern = |q| Filter::new(Some(q), None, None).unwrap().pattern.unwrap();
        assert_eq!(pattern("郎"), "% 郎 %");
        assert_eq!(pattern("太郎"), "% 太 郎 %");
        assert_eq!(pattern("Jo太"), "%jo 太 %");
        assert_eq!(pattern("太Jo"), "% 太 jo%");
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
}
