//! What happened, to whom, by whom: reading what the statements of the other subjects write down.

pub mod operator;
