//! Clients that send one request after the other, each over its own connection.
//!
//! Threads and blocking sockets: what the clients cost is taken from the cores that the functions need, and a general
//! HTTP client costs about as much as a function.

mod connection;

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::Failure;
pub(super) use connection::{Connection, request};

/// Number of clients at the same time.
pub(super) const CLIENTS: usize = 8;

/// Lets all clients work at the same time, and returns the steps that they made and the time that it took. The first
/// error ends it.
pub(super) fn drive<C: Send>(
    clients: &mut [C],
    seconds: u64,
    step: impl Fn(&mut C) -> Result<(), Failure> + Sync,
) -> Result<Driven, Failure> {
    let ended = AtomicBool::new(false);
    let started = Instant::now();
    let counts: Vec<Result<u32, Failure>> = thread::scope(|scope| {
        let threads: Vec<_> = clients
            .iter_mut()
            .map(|client| {
                let (ended, step) = (&ended, &step);
                scope.spawn(move || {
                    let mut count = 0;
                    while !ended.load(Ordering::Relaxed) {
                        step(client).inspect_err(|_| ended.store(true, Ordering::Relaxed))?;
                        count += 1;
                    }
                    Ok(count)
                })
            })
            .collect();
        while started.elapsed() < Duration::from_secs(seconds) && !ended.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(10));
        }
        ended.store(true, Ordering::Relaxed);
        let join = |thread: thread::ScopedJoinHandle<'_, _>| {
            thread
                .join()
                .unwrap_or_else(|_| Err("a client has panicked".into()))
        };
        threads.into_iter().map(join).collect()
    });
    let elapsed = started.elapsed().as_secs_f64();
    let mut steps = 0;
    for count in counts {
        steps += count?;
    }
    Ok(Driven {
        steps: f64::from(steps),
        seconds: elapsed,
    })
}

/// What [`drive`] has done.
#[derive(Clone, Copy, Debug)]
pub(super) struct Driven {
    /// Number of steps.
    pub(super) steps: f64,
    /// Duration.
    pub(super) seconds: f64,
}

impl Driven {
    /// Steps a second.
    pub(super) fn rate(self) -> f64 {
        self.steps / self.seconds
    }
}
