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
mod receiver;
pub(crate) mod routes;

pub(crate) use answer::Answer;
pub(crate) use app::{CRON_SECRET, METRICS_TOKEN, TestApp};
pub(crate) use call::Call;
pub(crate) use log::Log;
pub(crate) use people::{PASSWORD, Person};
pub(crate) use receiver::{Judge, NEVER, Received, Receiver};
