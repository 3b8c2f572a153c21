//! Compares our interpretation of `vercel.json` with that of the real Vercel CLI, whose version is pinned in
//! `tests/vercel`.
//!
//! `vercel build` builds the project as for a deployment. Its output is checked, and every executable in it is started
//! over the runtime's protocol. `vercel dev` must respond to the same requests like the local gateway.

mod answers;
mod cli;
mod compare;
mod elf;
mod functions;
mod output;
mod routes;
mod shell;
pub(crate) mod usage;

use std::collections::BTreeMap;

pub(crate) use answers::answer;
pub(crate) use cli::Cli;
pub(crate) use compare::compare;
pub(crate) use output::verify;

/// A running stack of our own, which the CLI's is compared with.
#[derive(Debug)]
pub(crate) struct Deployed {
    /// URL of the stack.
    pub(crate) url: String,
    /// Variables that the functions need: secret and database URL.
    pub(crate) environment: BTreeMap<String, String>,
    /// E-mail address and password of an administrator.
    pub(crate) administrator: [String; 2],
}
