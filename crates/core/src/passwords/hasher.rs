//! Argon2id behind a semaphore and a bounded queue: under overload, requests are refused and the machine does not run
//! out of memory.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::ExposeSecret;
use tokio::sync::Semaphore;

use super::Password;
use super::normalize::{normalize, spellings};
use crate::{Error, Result};

/// Memory of one hash in KiB. OWASP Password Storage and ASVS 11.4.2: at least 19 MiB with two passes.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Waiting requests for each running one. At about 20 ms a hash, the last one waits for less than half a second.
const QUEUE_PER_PERMIT: usize = 16;
/// `Retry-After` in seconds for requests that find the queue full.
const RETRY_AFTER: u32 = 1;

static PARAMS: LazyLock<Params> = LazyLock::new(|| {
    Params::new(MEMORY_KIB, PASSES, LANES, None)
        .expect("the constants above are within the algorithm's bounds")
});

/// A hash with the current parameters of a random password that nobody knows, so that unknown accounts cost as much as
/// known ones. It is a constant, because computing it would double the cost of the first unknown account of an
/// instance.
const DUMMY_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$WQ1i/Adou74hYk/zhem1Zw$sJVqjIQ1NxBM9HC0lhT1+zOge512dD/qjxrChjSGdmM";

/// Computes and verifies password hashes on blocking threads. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Hasher {
    permits: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    queue: usize,
}

/// Result of a password check.
#[derive(Debug)]
pub struct Verified {
    /// Whether the password is right.
    pub matches: bool,
    /// A new hash, if the password is right and the stored hash has weaker parameters or was made of a form that is not
    /// normalized.
    pub rehashed: Option<String>,
}

impl Hasher {
    /// Computes at most `permits` hashes at the same time, each with 19 MiB of memory.
    #[must_use]
    pub fn new(permits: usize) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(permits)),
            waiting: Arc::default(),
            queue: permits * QUEUE_PER_PERMIT,
        }
    }

    /// Hashes the normalized form of a password to a PHC string with a random salt.
    ///
    /// # Errors
    /// [`Error::Overloaded`] if the queue is full.
    pub async fn hash(&self, password: Password) -> Result<String> {
        self.run(move || hash(&normalize(password.expose_secret())))
            .await?
    }

    /// Checks a password against the account's hash. Without a hash, it does the same work and does not match. A hash
    /// of the form that was typed is replaced by one of the normalized form.
    ///
    /// # Errors
    /// [`Error::Overloaded`] if the queue is full; [`Error::Internal`] if the stored hash is malformed.
    pub async fn check(&self, password: Password, stored: Option<String>) -> Result<Verified> {
        self.run(move || {
            let known = stored.is_some();
            let stored = stored.as_deref().unwrap_or(DUMMY_HASH);
            let parsed = PasswordHash::new(stored).map_err(|e| Error::internal(e.to_string()))?;
            let spellings = spellings(password);
            // Checks all spellings in any case, so that the time does not depend on the account or on the result.
            let found: Vec<bool> = spellings
                .iter()
                .map(|spelling| {
                    let bytes = spelling.expose_secret().as_bytes();
                    Argon2::default().verify_password(bytes, &parsed).is_ok()
                })
                .collect();
            let matches = known && found.contains(&true);
            let is_of_today = found[0] && !is_weaker(&parsed);
            let rehashed = if matches && !is_of_today {
                Some(hash(&spellings[0])?)
            } else {
                None
            };
            Ok(Verified { matches, rehashed })
        })
        .await?
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let _slot = QueueSlot::take(&self.waiting, self.queue)?;
        let permit = Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .map_err(Error::internal)?;
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the semaphore that the lint asks for"
        )]
        let task = tokio::task::spawn_blocking(move || {
            // The thread holds the permit, not the request: a cancelled request does not free memory that is still in
            // use.
            let _permit = permit;
            work()
        });
        task.await.map_err(Error::internal)
    }
}

/// A slot in the queue, which is released when it is dropped.
struct QueueSlot(Arc<AtomicUsize>);

impl QueueSlot {
    fn take(waiting: &Arc<AtomicUsize>, queue: usize) -> Result<Self> {
        let slot = Self(Arc::clone(waiting));
        if waiting.fetch_add(1, Ordering::Relaxed) >= queue {
            return Err(Error::Overloaded {
                retry_after: RETRY_AFTER,
            });
        }
        Ok(slot)
    }
}

impl Drop for QueueSlot {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn hash(normalized: &Password) -> Result<String> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, PARAMS.clone())
        .hash_password(normalized.expose_secret().as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| Error::internal(error.to_string()))
}

fn is_weaker(stored: &PasswordHash) -> bool {
    let strong = stored.algorithm.as_str() == "argon2id"
        && Params::try_from(stored).is_ok_and(|params| {
            params.m_cost() >= MEMORY_KIB && params.t_cost() >= PASSES && params.p_cost() >= LANES
        });
    !strong
}

#[cfg(test)]
mod tests {
    use argon2::password_hash::phc::Output;

    use super::*;

    fn weak(password: &str) -> String {
        let params = Params::new(8192, 1, 1, None).unwrap();
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        argon2
            .hash_password(password.as_bytes())
            .unwrap()
            .to_string()
    }

    #[tokio::test]
    async fn a_password_matches_its_hash_and_no_other_does() {
        let hasher = Hasher::new(1);
        let stored = hasher.hash("correct horse battery".into()).await.unwrap();
        assert!(
            stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{stored}"
        );
        assert_ne!(
            stored,
            hasher.hash("correct horse battery".into()).await.unwrap()
        );
        let right = hasher
            .check("correct horse battery".into(), Some(stored.clone()))
            .await
            .unwrap();
        assert!(right.matches && right.rehashed.is_none());
        assert!(
            !hasher
                .check("Correct horse battery".into(), Some(stored))
                .await
                .unwrap()
                .matches
        );
        assert!(
            !hasher
                .check("nobody's password".into(), None)
                .await
                .unwrap()
                .matches
        );
    }

    #[test]
    fn t12_an_unknown_account_costs_as_much_as_current_hashes() {
        let today = hash(&"correct horse battery".into()).unwrap();
        let (nobody, today) = (PasswordHash::new(DUMMY_HASH), PasswordHash::new(&today));
        let (nobody, today) = (nobody.unwrap(), today.unwrap());
        assert_eq!(nobody.algorithm, today.algorithm);
        assert_eq!(nobody.version, today.version);
        assert_eq!(nobody.params, today.params);
        let lengths = |hash: &PasswordHash| {
            let salt = hash.salt.as_ref().map(|salt| salt.len());
            (salt, hash.hash.as_ref().map(Output::len))
        };
        assert_eq!(lengths(&nobody), lengths(&today));
    }

    #[tokio::test]
    async fn a_weaker_hash_is_replaced_when_its_password_is_given() {
        let hasher = Hasher::new(1);
        let right = hasher
            .check(
                "correct horse battery".into(),
                Some(weak("correct horse battery")),
            )
            .await
            .unwrap();
        assert!(right.rehashed.unwrap().contains("m=19456"));
        let wrong = hasher
            .check("another horse".into(), Some(weak("correct horse battery")))
            .await
            .unwrap();
        assert!(!wrong.matches && wrong.rehashed.is_none());
    }

    #[tokio::test]
    async fn a_hash_of_the_form_that_was_typed_still_matches_and_is_replaced() {
        let hasher = Hasher::new(1);
        let (composed, decomposed) = (
            "r\u{e9}sum\u{e9} of a wolf",
            "re\u{301}sume\u{301} of a wolf",
        );
        let raw = hash(&decomposed.into()).unwrap();
        let typed = hasher.check(decomposed.into(), Some(raw)).await.unwrap();
        let replaced = typed.rehashed.unwrap();
        for spelling in [composed, decomposed] {
            let checked = hasher.check(spelling.into(), Some(replaced.clone()));
            let checked = checked.await.unwrap();
            assert!(
                checked.matches && checked.rehashed.is_none(),
                "{spelling:?}"
            );
        }
        let nobody = hasher.check(decomposed.into(), None).await.unwrap();
        assert!(!nobody.matches && nobody.rehashed.is_none());
    }

    #[tokio::test]
    async fn the_queue_is_bounded_and_free_again_afterwards() {
        let hasher = Hasher::new(1);
        let checks: Vec<_> = (0..QUEUE_PER_PERMIT + 20)
            .map(|_| {
                let hasher = hasher.clone();
                tokio::spawn(async move { hasher.check("x".into(), None).await.is_ok() })
            })
            .collect();
        let mut done = 0;
        for check in checks {
            done += usize::from(check.await.unwrap());
        }
        assert_eq!(done, QUEUE_PER_PERMIT);
        assert!(hasher.check("x".into(), None).await.is_ok());
    }
}
