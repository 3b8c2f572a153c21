//! The gateway against a real function on the real runtime: `examples/echo.rs`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bodies;
mod client;
mod headers;
mod lifecycle;
mod paths;
mod requests;
mod site;
