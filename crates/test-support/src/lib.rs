//! What the test suites share. Everything here panics where a test could not go on.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(
    clippy::must_use_candidate,
    clippy::return_self_not_must_use,
    reason = "assertions return what they have checked"
)]

pub mod accounts;
mod answer;
pub mod client;
mod command;
mod database;
pub mod environment;
mod eventually;
mod receiver;
pub mod server;
pub mod template;

pub use answer::Answer;
pub use command::{Call, Outcome};
pub use database::Database;
pub use eventually::eventually;
pub use receiver::{NEVER, Received, Receiver, Respond};
