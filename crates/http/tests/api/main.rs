//! The HTTP contract, route by route, on a real PostgreSQL: a database a test, no order, nothing shared.
//!
//! Needs `HALLPASS_TEST_DATABASE_URL`, a superuser's; `cargo ci --only tests` provides it. With
//! `HALLPASS_TEST_POOLER_URL` the functions connect through that pooler instead.
#![cfg(test)]

mod support;

mod audit;
mod authorization;
mod credentials;
mod cron;
mod health;
mod keys;
mod login;
mod logout;
mod me;
mod passwords;
mod recovery;
mod refresh;
mod requests;
mod traces;
mod users;
