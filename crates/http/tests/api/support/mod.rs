//! What the tests stand on.

mod answer;
mod app;
mod audit;
mod call;
mod database;
mod environment;
pub(crate) mod jwt;
mod log;
mod people;
pub(crate) mod routes;

pub(crate) use answer::Answer;
pub(crate) use app::{METRICS_TOKEN, TestApp};
pub(crate) use call::Call;
pub(crate) use log::Log;
pub(crate) use people::{PASSWORD, Person};
