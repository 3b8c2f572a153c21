//! /api/me: the current user's own account

mod account;
pub(crate) mod password;
mod password_fields;
mod places;
mod sessions;
