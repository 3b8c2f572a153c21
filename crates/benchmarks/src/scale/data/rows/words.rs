//! The rows of a user's words, which a trigger writes when the product creates a user.

use hallpass_core::text::search_words;
use hallpass_core::users::{Email, Name};

use super::super::size::Size;
use super::Rows;
use crate::scale::people::Person;

pub(super) const COLUMNS: &str = "word, created_at, user_id";

pub(super) fn push(rows: &mut Rows, number: u64, size: &Size) {
    let person = Person::of(number, size.users);
    let email = Email::parse(&person.email).expect("every generated address is valid");
    let name = Name::parse(&person.name).expect("every generated name is valid");
    let address = email.search.as_deref().unwrap_or(&email.normalized);
    let made = size.user(number);
    for word in search_words(&format!("{address} {}", name.normalized)) {
        rows.text(&word);
        rows.time(made.at);
        rows.id(made.id);
        rows.end();
    }
}
