//! Display names of users.

use crate::error::FieldError;
use crate::text::{first_forbidden, has_visible, search_key, trim};

/// Maximum length of a name, in characters.
pub const NAME_MAX: usize = 200;

/// A valid name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The name as it was typed, without white space and invisible characters around it.
    pub as_typed: String,
    /// The key that a search compares.
    pub normalized: String,
}

impl Name {
    /// # Errors
    /// What is wrong with the name.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let as_typed = trim(text).to_owned();
        let length = as_typed.chars().count();
        if length == 0 {
            return Err(FieldError::new("name", "required", "must not be empty"));
        }
        if length > NAME_MAX {
            let message = format!("must have at most {NAME_MAX} characters");
            return Err(FieldError::new("name", "too_long", message));
        }
        if let Some(c) = first_forbidden(&as_typed) {
            let message = format!(
                "must be one line of text without invisible or direction-changing characters; remove U+{:04X}",
                u32::from(c)
            );
            return Err(FieldError::new("name", "invalid_characters", message));
        }
        if !has_visible(&as_typed) {
            let message = "must have at least one visible character";
            return Err(FieldError::new("name", "required", message));
        }
        Ok(Self {
            normalized: search_key(&as_typed),
            as_typed,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Option<&'static str> {
        Name::parse(text).err().map(|error| error.code)
    }

    #[test]
    fn a_name_is_one_line_of_at_most_200_characters() {
        let name = Name::parse("\u{feff} Ada Lovelace\u{200b} ").unwrap();
        assert_eq!(name.as_typed, "Ada Lovelace");
        assert_eq!(code("  "), Some("required"));
        assert_eq!(code("a\nb"), Some("invalid_characters"));
        assert_eq!(code(&"ä".repeat(NAME_MAX)), None);
        assert_eq!(code(&"ä".repeat(NAME_MAX + 1)), Some("too_long"));
    }

    #[test]
    fn a_name_has_visible_characters_and_none_that_hide_or_reorder() {
        for invisible in ["\u{200b}\u{200b}", "\u{3164}", "\u{2800}", "\u{fe0f}"] {
            assert_eq!(code(invisible), Some("required"), "{invisible:?}");
        }
        let error = Name::parse("Ada\u{202e}gnp.exe").unwrap_err();
        assert_eq!(error.code, "invalid_characters");
        assert!(error.message.ends_with("remove U+202E"));
        assert_eq!(code("می\u{200c}خواهم"), None);
    }
}
