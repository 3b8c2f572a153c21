//! Builds responses: problem details, tokens, cookies and entity tags.

pub(crate) mod cookies;
pub(crate) mod documented;
mod entity_tag;
mod problem;
mod tokens;

pub(crate) use entity_tag::{entity_tag, with_version};
pub(crate) use problem::{PROBLEM_JSON, Problem, ProblemDocument};
pub(crate) use tokens::{Delivery, TokenResponse, respond_with_tokens};
