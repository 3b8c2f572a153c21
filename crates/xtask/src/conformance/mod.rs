//! Our reading of `vercel.json` against Vercel's own: the real CLI, pinned in `tests/vercel`.
//!
//! `vercel build` builds what a deployment would; its output is checked, every binary in it is
//! started over the runtime's protocol, and `vercel dev` answers the same requests as our gateway.

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

/// A stack that already serves: ours, for the CLI's to be compared with.
#[derive(Debug)]
pub(crate) struct Deployed {
    /// Where it serves.
    pub(crate) url: String,
    /// The variables its functions need: secret and database URL.
    pub(crate) environment: BTreeMap<String, String>,
    /// E-mail and password of an administrator.
    pub(crate) administrator: [String; 2],
}
