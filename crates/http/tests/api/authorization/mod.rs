//! Who may do what: docs/reference/PERMISSIONS.md is tried cell by cell

mod callers;
mod fields;
mod matrix;
mod people;
mod roles;
