//! The product: accounts, passwords, tokens, sessions and the SQL that keeps them.
//!
//! Cut by subject. [`sign_in`], [`sessions`], [`users`], [`roles`], [`audit`], [`recovery`], [`maintenance`],
//! [`system`], [`metrics`], [`daily`] and [`health`] stand on a ground floor that knows no subject: [`config`], [`keys`], [`passwords`],
//! [`tokens`], [`client`], [`place`], [`text`], [`db`] and [`error`].

pub mod audit;
pub mod client;
pub mod config;
mod cursor;
pub mod daily;
pub mod db;
pub mod error;
pub mod health;
pub mod ids;
pub mod keys;
pub mod maintenance;
pub mod metrics;
pub mod passwords;
pub mod place;
pub mod recovery;
pub mod roles;
pub mod schema;
pub mod sessions;
pub mod sign_in;
pub mod system;
pub mod text;
pub mod thresholds;
pub mod throttle;
pub mod timestamp;
pub mod tokens;
pub mod users;

pub use client::Client;
pub use config::Config;
pub use error::{Error, Result};
pub use place::Place;

use std::sync::Arc;

/// Everything a request needs: configuration, keys, the hasher and the pool. Cheap to clone.
///
/// Nothing in it matters when the process dies: state lives in Postgres, secrets in the environment.
#[derive(Clone, Debug)]
pub struct Hallpass(Arc<Parts>);

/// What a [`Hallpass`] holds.
#[derive(Debug)]
pub struct Parts {
    /// What the environment says.
    pub config: Config,
    /// The keys derived from the master secret.
    pub keys: keys::Keys,
    /// Argon2id behind its semaphore.
    pub hasher: passwords::Hasher,
    /// How ranges of leaked passwords are fetched.
    pub fetch_range: passwords::FetchRange,
    /// The capped connection pool.
    pub db: db::Db,
}

impl Hallpass {
    /// Builds the parts. Opens no connection: the first statement does.
    #[must_use]
    pub fn new(config: Config, fetch_range: passwords::FetchRange) -> Self {
        let keys = keys::Keys::new(&config);
        let db = db::Db::of(&config, &keys);
        let hasher = passwords::Hasher::new(config.hash_permits);
        Self(Arc::new(Parts {
            config,
            keys,
            hasher,
            fetch_range,
            db,
        }))
    }
}

impl std::ops::Deref for Hallpass {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
