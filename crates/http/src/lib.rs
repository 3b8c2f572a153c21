//! The HTTP API over `hallpass-core`: one module in [`routes`] for each serverless function.
//!
//! A request passes through [`vercel`] (adapter to the platform's runtime), [`service`] (request id, deadline,
//! cross-site check, log line) and a handler in [`routes`]. The handler reads the request with [`extract`], calls
//! `hallpass-core` and answers with [`respond`]. Errors become RFC 9457 problem details in [`respond`].

mod clock;
mod extract;
pub mod openapi;
mod outgoing;
mod request;
mod respond;
pub mod routes;
mod service;
mod telemetry;
mod vercel;

pub use outgoing::fetch_range;
pub use service::Service;
pub use vercel::{Error, run, run_without_database};

/// State of a function, which every handler receives.
pub type App = hallpass_core::AppContext;
