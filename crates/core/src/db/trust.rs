//! Decides whether a pooled connection is used at once or tested first.

use std::sync::Mutex;
use std::time::{Duration, Instant, SystemTime};

/// A connection that was idle for longer is tested before use, because the instance may have been frozen.
const TRUSTED_IDLE: Duration = Duration::from_secs(1);

/// What the pool has learned about the connections that it holds.
#[derive(Debug)]
pub(super) struct Trust(Mutex<State>);

#[derive(Debug)]
struct State {
    clocks: Clocks,
    /// When a connection was last found to be lost, or the instance was thawed.
    doubted_at: Option<Instant>,
    /// When the server last did not answer a test.
    unanswered_at: Option<Instant>,
}

impl Trust {
    pub(super) fn new() -> Self {
        Self(Mutex::new(State {
            clocks: Clocks::now(),
            doubted_at: None,
            unanswered_at: None,
        }))
    }

    /// A connection was lost. What ended it (a restart of the server or of a pooler, a network that went silent) ended
    /// those that were idle at that time as well, so they are tested before they are used.
    pub(super) fn doubt(&self) {
        if let Ok(mut state) = self.0.lock() {
            state.doubted_at = Some(Instant::now());
        }
    }

    /// The server did not answer the test of a connection. Those that were idle at that time are given up as well: to
    /// wait for each of them would take all the time of a request.
    pub(super) fn give_up(&self) {
        if let Ok(mut state) = self.0.lock() {
            let now = Some(Instant::now());
            (state.doubted_at, state.unanswered_at) = (now, now);
        }
    }

    /// Whether a connection that has been idle for this long is closed without a test.
    pub(super) fn has_given_up(&self, idle_for: Duration) -> bool {
        self.0
            .lock()
            .is_ok_and(|state| was_idle_at(state.unanswered_at, idle_for))
    }

    /// Whether a connection that has been idle for this long is used without a test.
    pub(super) fn covers(&self, idle_for: Duration) -> bool {
        let Ok(mut state) = self.0.lock() else {
            return false;
        };
        if state.clocks.jumped() {
            state.doubted_at = Some(Instant::now());
        }
        idle_for < TRUSTED_IDLE && !was_idle_at(state.doubted_at, idle_for)
    }
}

fn was_idle_at(time: Option<Instant>, idle_for: Duration) -> bool {
    time.is_some_and(|time| time.elapsed() <= idle_for)
}

/// The monotonic and the wall clock, which drift apart while the instance is frozen.
#[derive(Debug)]
struct Clocks {
    monotonic: Instant,
    wall: SystemTime,
}

impl Clocks {
    #[expect(
        clippy::disallowed_methods,
        reason = "compares two clocks; nothing is decided by the time itself"
    )]
    fn now() -> Self {
        Self {
            monotonic: Instant::now(),
            wall: SystemTime::now(),
        }
    }

    /// Whether the wall clock has advanced further than the monotonic one since the last call, or went back.
    fn jumped(&mut self) -> bool {
        let now = Self::now();
        let ticked = now.monotonic.duration_since(self.monotonic);
        let passed = now.wall.duration_since(self.wall);
        *self = now;
        // A wall clock that went back says nothing about how long the instance was frozen.
        !passed.is_ok_and(|passed| passed.saturating_sub(ticked) < TRUSTED_IDLE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_that_were_idle_when_another_was_lost_are_not_trusted() {
        let trust = Trust::new();
        let short = Duration::from_millis(1);
        assert!(trust.covers(short));
        assert!(!trust.covers(TRUSTED_IDLE));
        trust.doubt();
        assert!(!trust.covers(Duration::from_millis(500)));
        std::thread::sleep(short * 2);
        // Returned to the pool since then.
        assert!(trust.covers(short));
    }

    #[test]
    fn connections_that_were_idle_when_the_server_did_not_answer_are_given_up() {
        let trust = Trust::new();
        let short = Duration::from_millis(1);
        assert!(!trust.has_given_up(Duration::from_mins(1)));
        trust.give_up();
        assert!(trust.has_given_up(Duration::from_millis(500)));
        std::thread::sleep(short * 2);
        assert!(!trust.has_given_up(short));
    }

    #[test]
    fn nothing_is_trusted_after_the_wall_clock_went_back() {
        let mut clocks = Clocks::now();
        assert!(!clocks.jumped());
        clocks.wall += Duration::from_mins(1);
        assert!(clocks.jumped());
        clocks.wall -= Duration::from_mins(1);
        assert!(clocks.jumped());
        assert!(!clocks.jumped());
    }
}
