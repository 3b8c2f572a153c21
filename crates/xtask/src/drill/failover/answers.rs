//! What the clients were answered, and whether a client may be answered so while the database is away.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use hallpass_platform::Error;

use crate::http::Answer;

/// Maximum duration of a request: the limit of a request (8 s), and what it takes beside.
const LONGEST: Duration = Duration::from_secs(9);
/// Number of wrong answers that an error shows.
const SHOWN: usize = 5;

/// One answer.
#[derive(Clone, Copy, Debug)]
struct Seen {
    begun: Instant,
    ended: Instant,
    is_write: bool,
    is_refused: bool,
}

/// All answers so far.
#[derive(Debug, Default)]
pub(super) struct Answers {
    seen: Mutex<Vec<Seen>>,
    wrong: Mutex<Vec<String>>,
}

/// What the answers were in an interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Interval {
    /// Longest time between two acknowledged writes.
    pub(super) without_writes: Duration,
    /// Number of 503.
    pub(super) refused: usize,
    /// Duration of the longest request.
    pub(super) longest: Duration,
}

impl Answers {
    /// Notes an answer. Returns it if it is of status 2xx, and `None` if it is the 503 of an unreachable database.
    ///
    /// # Errors
    /// Any other answer, or none. It is noted as a failure of the drill as well.
    pub(super) fn note(
        &self,
        is_write: bool,
        begun: Instant,
        answer: Result<Answer, Error>,
    ) -> Result<Option<Answer>, Error> {
        let outcome = answer.and_then(|answer| {
            if (200..300).contains(&answer.status) {
                Ok(Some(answer))
            } else {
                answer.expect_unavailable().map(|_| None)
            }
        });
        let ended = Instant::now();
        let took = ended - begun;
        match &outcome {
            Err(error) => self.accuse(error.to_string()),
            Ok(_) if took > LONGEST => {
                self.accuse(format!("a request took {:.1} s", took.as_secs_f64()));
            }
            Ok(_) => {}
        }
        let seen = Seen {
            begun,
            ended,
            is_write,
            is_refused: matches!(outcome, Ok(None)),
        };
        locked(&self.seen).push(seen);
        outcome
    }

    fn accuse(&self, problem: String) {
        locked(&self.wrong).push(problem);
    }

    /// Number of answers so far.
    pub(super) fn count(&self) -> usize {
        locked(&self.seen).len()
    }

    /// Number of acknowledged writes that began after this time.
    pub(super) fn writes_since(&self, time: Instant) -> usize {
        let seen = locked(&self.seen);
        let is_new = |seen: &&Seen| seen.is_write && !seen.is_refused && seen.begun > time;
        seen.iter().filter(is_new).count()
    }

    /// The answers between two times.
    pub(super) fn between(&self, from: Instant, to: Instant) -> Interval {
        interval(&locked(&self.seen), from, to)
    }

    /// Fails if a client was answered what it must not be answered.
    ///
    /// # Errors
    /// Names the first wrong answers.
    pub(super) fn check(&self) -> Result<(), Error> {
        let wrong = locked(&self.wrong);
        if wrong.is_empty() {
            return Ok(());
        }
        let shown: Vec<_> = wrong.iter().take(SHOWN).map(String::as_str).collect();
        Err(Error::Message(format!(
            "{} answers are neither 2xx nor 503 with Retry-After within {} s:\n{}",
            wrong.len(),
            LONGEST.as_secs(),
            shown.join("\n")
        )))
    }
}

fn interval(seen: &[Seen], from: Instant, to: Instant) -> Interval {
    let inside = |seen: &&Seen| seen.ended >= from && seen.ended <= to;
    let mut writes: Vec<Instant> = seen
        .iter()
        .filter(|seen| seen.is_write && !seen.is_refused && seen.ended <= to)
        .map(|seen| seen.ended)
        .collect();
    writes.sort_unstable();
    let gaps = writes
        .windows(2)
        .filter(|pair| pair[1] >= from)
        .map(|pair| pair[1] - pair[0]);
    Interval {
        without_writes: gaps.max().unwrap_or(to - from),
        refused: seen
            .iter()
            .filter(inside)
            .filter(|seen| seen.is_refused)
            .count(),
        longest: seen
            .iter()
            .filter(inside)
            .map(|seen| seen.ended - seen.begun)
            .max()
            .unwrap_or_default(),
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_without_writes_begins_before_the_event() {
        let start = Instant::now();
        let second = |n: u64| start + Duration::from_secs(n);
        let seen = |begun, ended, is_write, is_refused| Seen {
            begun: second(begun),
            ended: second(ended),
            is_write,
            is_refused,
        };
        let all = [
            seen(0, 1, true, false),
            // The database goes away at 2.
            seen(2, 5, true, true),
            seen(4, 6, false, true),
            seen(7, 7, false, false),
            seen(8, 9, true, false),
            seen(9, 10, true, false),
            // After the interval.
            seen(10, 30, true, true),
        ];
        assert_eq!(
            interval(&all, second(2), second(12)),
            Interval {
                without_writes: Duration::from_secs(8),
                refused: 2,
                longest: Duration::from_secs(3),
            }
        );
    }

    #[test]
    fn an_interval_in_which_nothing_is_written_is_one_without_writes() {
        let start = Instant::now();
        let end = start + Duration::from_secs(7);
        let found = interval(&[], start, end);
        assert_eq!(found.without_writes, Duration::from_secs(7));
    }
}
