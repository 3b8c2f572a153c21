//! The row of a user. Columns that are derived from others are computed by the product's own functions.

use hallpass_core::users::{Email, Name};

use super::super::size::{is_active, roles};
use super::{Rows, Source};
use crate::scale::people::{Person, Subject, chances};

pub(super) const COLUMNS: &str = "id, email, email_normalized, email_search, name, name_normalized, roles, \
    password_hash, is_active, email_verified_at, last_login_at, created_at, updated_at, version";

pub(super) fn push(rows: &mut Rows, number: u64, source: &Source) {
    let size = &source.size;
    let person = Person::of(number, size.users);
    let email = Email::parse(&person.email).expect("every generated address is valid");
    let name = Name::parse(&person.name).expect("every generated name is valid");
    let made = size.user(number);
    let rng = &mut chances(Subject::User, number ^ (1 << 40));
    let last_sign_in = size.last_sign_in(number, made.at, rng);
    let password_hash = last_sign_in.map(|_| source.password_hash.as_str());

    rows.id(made.id);
    rows.text(&email.as_typed);
    rows.text(&email.normalized);
    rows.optional(email.search.as_deref());
    rows.text(&name.as_typed);
    rows.text(&name.normalized);
    rows.text(&format!("{{{}}}", roles(number).join(",")));
    rows.optional(password_hash);
    rows.value(is_active(number));
    rows.null();
    rows.time_or_null(last_sign_in);
    rows.time(made.at);
    rows.time(made.at);
    rows.value(1 + rng.u8(..4));
    rows.end();
}
