//! What a process needs to serve requests.

use std::ops::Deref;
use std::sync::Arc;

use crate::config::Config;
use crate::db::Db;
use crate::keys::Keys;
use crate::passwords::{FetchRange, Hasher, LeakedPasswords};

/// Everything a request needs: configuration, keys, the hasher and the pool. Cheap to clone.
///
/// Nothing in it matters when the process dies: state lives in Postgres, secrets in the environment.
#[derive(Clone, Debug)]
pub struct AppContext(Arc<Parts>);

/// The parts of an [`AppContext`].
#[derive(Debug)]
pub struct Parts {
    /// The configuration, read from environment variables.
    pub config: Config,
    /// The keys derived from the master secret.
    pub keys: Keys,
    /// Argon2id behind its semaphore.
    pub hasher: Hasher,
    /// The service that knows leaked passwords, where one is configured.
    pub leaked_passwords: LeakedPasswords,
    /// The capped connection pool.
    pub db: Db,
}

impl AppContext {
    /// Builds the parts. Opens no connection: the first statement does.
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
