//! Tests of completions, man pages and the reference, which are generated from the command line, and of its examples.

#![expect(clippy::unwrap_used, reason = "these are tests")]

mod commands;
mod completions;
mod examples;
mod man;
mod reference;
