//! HTTP over the product: one routes file a function, and what all functions share.
//!
//! A request's way: [`vercel`] takes it from the runtime, [`service`] gives it an id, a deadline and a
//! log line, a route in [`routes`] reads it with the extractors and calls the product, and
//! [`problem`] turns what went wrong into RFC 9457.

mod bearer;
mod clock;
mod cookies;
mod cross_site;
mod json_body;
mod log;
mod memory;
pub mod openapi;
mod outgoing;
mod precondition;
mod preshared;
mod problem;
mod query;
mod request;
pub mod routes;
mod service;
mod tokens;
mod traces;
mod unread;
mod vercel;

pub use outgoing::fetch_range;
pub use service::Service;
pub use vercel::{Error, run, run_without_database};

/// What the handlers of a function get to work with.
pub type App = hallpass_core::Hallpass;
