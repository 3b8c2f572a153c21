//! Domain logic: accounts, passwords, tokens, sessions and their SQL.
//!
//! The modules are divided by subject. A module uses only modules that are listed above it:
//!
//! 1. [`text`], [`timestamp`], [`ids`], [`geolocation`], [`error`], `cursor`
//! 2. [`client`], [`config`]
//! 3. [`keys`]
//! 4. [`tokens`], [`db`], [`passwords`]
//! 5. [`schema`], [`throttle`], [`app`]
//! 6. [`authorization`]
//! 7. [`users`], [`roles`]
//! 8. [`sessions`], [`audit`]
//! 9. [`sign_in`], [`recovery`], [`retention`], [`monitoring`]

pub mod app;
pub mod audit;
pub mod authorization;
pub mod client;
pub mod config;
mod cursor;
pub mod db;
pub mod error;
pub mod geolocation;
pub mod ids;
pub mod keys;
pub mod monitoring;
pub mod passwords;
pub mod recovery;
pub mod retention;
pub mod roles;
pub mod schema;
pub mod sessions;
pub mod sign_in;
pub mod text;
pub mod throttle;
pub mod timestamp;
pub mod tokens;
pub mod users;

pub use app::AppContext;
pub use client::Client;
pub use config::Config;
pub use error::{Error, Result};
pub use geolocation::Geolocation;
