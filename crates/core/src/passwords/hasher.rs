//! Argon2id behind a semaphore and a bounded queue: under overload, requests are refused and the machine does not run
//! out of memory.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use secrecy::ExposeSecret;
use tokio::sync::Semaphore;

use super::Password;
use super::argon2id::{DUMMY_HASH, Memory, Stored, hash};
use super::normalize::{normalize, spellings};
use crate::{Error, Result};

/// Waiting requests for each running one. At about 20 ms a hash, the last one waits for less than half a second.
const QUEUE_PER_PERMIT: usize = 16;
/// `Retry-After` in seconds for requests that find the queue full.
const RETRY_AFTER: u32 = 1;

/// Computes and verifies password hashes on blocking threads. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Hasher {
    permits: Arc<Semaphore>,
    /// The memory of permits that are free. A permit takes it along, so there is never more than one for each.
    memories: Arc<Mutex<Vec<Memory>>>,
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
    /// Computes at most `permits` hashes at the same time, each with 19 MiB of memory, which the next hash uses again.
    #[must_use]
    pub fn new(permits: usize) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(permits)),
            memories: Arc::default(),
            waiting: Arc::default(),
            queue: permits * QUEUE_PER_PERMIT,
        }
    }

    /// Hashes the normalized form of a password to a PHC string with a random salt.
    ///
    /// # Errors
    /// [`Error::Overloaded`] if the queue is full.
    pub async fn hash(&self, password: Password) -> Result<String> {
        self.run(move |memory| hash(&normalize(password.expose_secret()), memory))
            .await
    }

    /// Checks a password against the account's hash. Without a hash, it does the same work and does not match. A hash
    /// of the form that was typed is replaced by one of the normalized form.
    ///
    /// # Errors
    /// [`Error::Overloaded`] if the queue is full; [`Error::Internal`] if the stored hash is malformed or needs more
    /// than 64 MiB of memory.
    pub async fn check(&self, password: Password, stored: Option<String>) -> Result<Verified> {
        self.run(move |memory| {
            let known = stored.is_some();
            let stored = Stored::parse(stored.as_deref().unwrap_or(DUMMY_HASH))?;
            let spellings = spellings(password);
            // Checks all spellings in any case, so that the time does not depend on the account or on the result.
            let found: Vec<bool> = spellings
                .iter()
                .map(|spelling| stored.matches(spelling, memory))
                .collect::<Result<_>>()?;
            let matches = known && found.contains(&true);
            let is_of_today = found[0] && !stored.is_weaker();
            let rehashed = if matches && !is_of_today {
                Some(hash(&spellings[0], memory)?)
            } else {
                None
            };
            Ok(Verified { matches, rehashed })
        })
        .await
    }

    /// Whether memory is kept for the next hash.
    #[must_use]
    pub fn keeps_memory(&self) -> bool {
        !lock(&self.memories).is_empty()
    }

    /// Returns the memory that no hash is using to the system.
    pub fn release_memory(&self) {
        lock(&self.memories).clear();
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let _slot = QueueSlot::take(&self.waiting, self.queue)?;
        let permit = Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .map_err(Error::internal)?;
        let memories = Arc::clone(&self.memories);
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the semaphore that the lint asks for"
        )]
        let task = tokio::task::spawn_blocking(move || {
            // The thread holds the permit, not the request: a cancelled request does not free memory that is still in
            // use.
            let _permit = permit;
            let mut memory = lock(&memories).pop().unwrap_or_default();
            let result = work(&mut memory);
            if !memory.is_oversized() {
                lock(&memories).push(memory);
            }
            result
        });
        task.await.map_err(Error::internal)?
    }
}

fn lock(memories: &Mutex<Vec<Memory>>) -> std::sync::MutexGuard<'_, Vec<Memory>> {
    memories.lock().unwrap_or_else(PoisonError::into_inner)
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

#[cfg(test)]
mod tests {
    use argon2::password_hash::PasswordHasher as _;
    use argon2::{Algorithm, Argon2, Params, Version};

    use super::*;

    /// A hash by the reference: the crate's own way to hash, with memory of its own.
    fn by_reference(
        algorithm: Algorithm,
        version: Version,
        (memory, passes, lanes): (u32, u32, u32),
        length: usize,
    ) -> String {
        let params = Params::new(memory, passes, lanes, Some(length)).unwrap();
        let argon2 = Argon2::new(algorithm, version, params);
        let hash = argon2.hash_password(PASSWORD.as_bytes()).unwrap();
        hash.to_string()
    }

    const PASSWORD: &str = "correct horse battery";

    fn weak() -> String {
        by_reference(Algorithm::Argon2id, Version::V0x13, (8192, 1, 1), 32)
    }

    async fn matches(hasher: &Hasher, password: &str, stored: &str) -> bool {
        let checked = hasher.check(password.into(), Some(stored.to_owned()));
        checked.await.unwrap().matches
    }

    #[tokio::test]
    async fn hashes_with_any_parameters_are_checked_in_the_same_memory() {
        let hasher = Hasher::new(1);
        let (id, i, d) = (Algorithm::Argon2id, Algorithm::Argon2i, Algorithm::Argon2d);
        let (v13, v10) = (Version::V0x13, Version::V0x10);
        let stored = [
            by_reference(id, v13, (19_456, 2, 1), 32),
            by_reference(id, v13, (64, 1, 1), 16),
            by_reference(i, v13, (12_288, 3, 1), 32),
            by_reference(d, v13, (1024, 4, 3), 64),
            by_reference(id, v10, (4096, 2, 4), 24),
            by_reference(id, v13, (65_536, 1, 4), 32),
            by_reference(id, v13, (8, 2, 1), 32),
        ];
        // Twice, because the second round finds the memory as the first has left it.
        for stored in stored.iter().chain(&stored) {
            assert!(matches(&hasher, PASSWORD, stored).await, "{stored}");
            assert!(!matches(&hasher, "another horse", stored).await, "{stored}");
        }
    }

    #[tokio::test]
    async fn a_stored_hash_that_needs_too_much_memory_or_is_none_is_an_internal_error() {
        let hasher = Hasher::new(1);
        let hash = DUMMY_HASH;
        for (stored, expected) in [
            (hash.replace("m=19456", "m=65537"), "65537 KiB"),
            (hash.replace("m=19456", "m=4294967295"), "4294967295 KiB"),
            (hash.replace("argon2id", "scrypt"), "stored password hash"),
            (
                hash.rsplit_once('$').unwrap().0.to_owned(),
                "stored password hash",
            ),
            ("not a hash".to_owned(), "stored password hash"),
        ] {
            let checked = hasher.check(PASSWORD.into(), Some(stored.clone()));
            let error = checked.await.unwrap_err().to_string();
            assert!(error.contains(expected), "{stored}: {error}");
        }
    }

    #[tokio::test]
    async fn memory_is_kept_for_the_next_hash_and_released_when_asked() {
        let hasher = Hasher::new(2);
        assert!(!hasher.keeps_memory());
        for _ in 0..3 {
            hasher.hash(PASSWORD.into()).await.unwrap();
            assert_eq!(lock(&hasher.memories).len(), 1);
        }
        let large = by_reference(Algorithm::Argon2id, Version::V0x13, (32_768, 1, 1), 32);
        assert!(matches(&hasher, PASSWORD, &large).await);
        assert!(!hasher.keeps_memory(), "more than a hash needs is not kept");
        hasher.hash(PASSWORD.into()).await.unwrap();
        hasher.release_memory();
        assert!(!hasher.keeps_memory());
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

    #[tokio::test]
    async fn t12_an_unknown_account_costs_as_much_as_current_hashes() {
        let today = Hasher::new(1).hash(PASSWORD.into()).await.unwrap();
        let shape = |hash: &str| {
            let (parameters, salt_and_output) = hash.split_at(hash.find("p=1$").unwrap());
            let lengths: Vec<usize> = salt_and_output.split('$').map(str::len).collect();
            (parameters.to_owned(), lengths)
        };
        assert_eq!(shape(DUMMY_HASH), shape(&today));
    }

    #[tokio::test]
    async fn a_weaker_hash_is_replaced_when_its_password_is_given() {
        let hasher = Hasher::new(1);
        let right = hasher
            .check("correct horse battery".into(), Some(weak()))
            .await
            .unwrap();
        assert!(right.rehashed.unwrap().contains("m=19456"));
        let wrong = hasher
            .check("another horse".into(), Some(weak()))
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
        let raw = hash(&decomposed.into(), &mut Memory::default()).unwrap();
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
