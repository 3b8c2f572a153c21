//! The functions in this process, and requests to them.

mod app;
mod audit;
mod call;
pub(crate) mod jwt;
mod log;
mod people;
pub(crate) mod routes;

pub(crate) use app::{CRON_SECRET, METRICS_TOKEN, TestApp};
pub(crate) use call::Call;
pub(crate) use hallpass_test_support::accounts::PASSWORD;
pub(crate) use hallpass_test_support::{Answer, NEVER, Received, Receiver, Respond, eventually};
pub(crate) use log::Log;
pub(crate) use people::Person;
