//! Tests of the HTTP API, route by route, against a real PostgreSQL server. Each test has a database of its own, so
//! that tests share nothing and run in any order.
//!
//! Needs `HALLPASS_TEST_DATABASE_URL`, the URL of a superuser; `cargo ci --only tests` provides it. If
//! `HALLPASS_TEST_POOLER_URL` is set, the functions connect through that pooler.
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
