//! The gateway in front of a real function on the real runtime: `examples/echo.rs`.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

mod bodies;
mod client;
mod headers;
mod lifecycle;
mod paths;
mod requests;
mod site;
