//! Texts that people type: which characters are allowed, and the key that a search compares.

mod characters;
mod search_key;
mod search_words;

pub use characters::{first_forbidden, has_visible, is_forbidden, trim, without_invisible};
pub(crate) use characters::{is_letter_mark_or_number, is_mark, is_space};
pub use search_key::{search_key, stands_alone};
pub use search_words::search_words;
