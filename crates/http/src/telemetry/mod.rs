//! What an instance reports about itself: request log, traces, memory usage.

pub(crate) mod log;
pub(crate) mod memory;
pub(crate) mod traces;
