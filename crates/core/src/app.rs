//! The state that a process needs to serve requests.

use std::ops::Deref;
use std::sync::Arc;

use crate::config::Config;
use crate::db::Db;
use crate::keys::Keys;
use crate::passwords::{FetchRange, Hasher, LeakedPasswords};

/// State that all requests share: configuration, keys, password hasher and connection pool. Cheap to clone.
///
/// A process may be killed at any time and loses nothing: persistent state is in PostgreSQL, secrets are in the
/// environment.
#[derive(Clone, Debug)]
pub struct AppContext(Arc<Parts>);

/// The parts of an [`AppContext`].
#[derive(Debug)]
pub struct Parts {
    /// The configuration, read from environment variables.
    pub config: Config,
    /// The keys derived from the master secret.
    pub keys: Keys,
    /// Computes and verifies password hashes (Argon2id); a semaphore limits how many run in parallel.
    pub hasher: Hasher,
    /// The service that knows leaked passwords, if one is configured.
    pub leaked_passwords: LeakedPasswords,
    /// The connection pool of this instance, limited to `DATABASE_CONNECTION_LIMIT` connections.
    pub db: Db,
}

impl AppContext {
    /// Builds the parts. No connection is opened before the first statement.
    #[must_use]
    pub fn new(config: Config, fetch_range: FetchRange) -> Self {
        let keys = Keys::new(&config);
        let db = Db::of(&config, &keys);
        let hasher = Hasher::new(config.hash_permits);
        let leaked_passwords = LeakedPasswords::new(config.leaked_passwords.clone(), fetch_range);
        Self(Arc::new(Parts {
            config,
            keys,
            hasher,
            leaked_passwords,
            db,
        }))
    }
}

impl Deref for AppContext {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
