//! /api/me: one's own account

mod account;
mod password;
mod password_fields;
mod places;
mod sessions;
