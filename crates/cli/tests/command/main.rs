//! Tests of the real command with a real PostgreSQL. Each test has its own database.

#![expect(clippy::unwrap_used, reason = "these are tests")]

mod alerts;
mod audit;
mod backup;
mod cannot;
mod database;
mod deploy;
mod doctor;
mod environment;
mod erase;
mod grants;
mod growth;
mod interrupted;
mod links;
mod logins;
mod migrate;
mod neighbours;
mod owner;
mod privileges;
mod purge;
mod review;
mod rotate;
mod secrets;
mod sessions;
mod shared_database;
mod signals;
mod test_db;
mod users;
mod users_list;
mod users_refused;
