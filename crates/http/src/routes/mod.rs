//! The routes of the functions: one file a function, named as in `api/`.

pub mod audit;
pub mod cron;
pub mod health;
pub mod keys;
pub mod login;
pub mod logout;
pub mod me;
pub mod recovery;
pub mod refresh;
mod sessions;
pub mod users;

use axum::Router;

use crate::App;

/// All functions by name, as `api/` has them.
pub fn all() -> [(&'static str, Router<App>); 10] {
    [
        ("audit", audit::router()),
        ("cron", cron::router()),
        ("health", health::router()),
        ("keys", keys::router()),
        ("login", login::router()),
        ("logout", logout::router()),
        ("me", me::router()),
        ("recovery", recovery::router()),
        ("refresh", refresh::router()),
        ("users", users::router()),
    ]
}
