//! What is generated from the command line's definition: completions, man pages, the reference; and its examples.

#![expect(clippy::unwrap_used, reason = "these are tests")]

mod commands;
mod completions;
mod examples;
mod man;
mod reference;
