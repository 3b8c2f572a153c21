//! Whether a rollback is safe: the functions of the release before on the schema of this one, and this
//! one's functions on the schema of the release before, until the migrations land.

mod exercise;
mod release;
mod site;

pub(crate) use exercise::{back_and_forth, before_migrating};
pub(crate) use release::Release;

use crate::Error;

fn failed(what: &str, problem: impl std::fmt::Display) -> Error {
    Error::Step(format!("{what}: {problem}"))
}
