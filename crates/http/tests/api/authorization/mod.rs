//! Permissions: every cell of the tables in docs/reference/PERMISSIONS.md is tried

mod callers;
mod fields;
mod matrix;
mod people;
mod roles;
