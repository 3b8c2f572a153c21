//! The rule of the refresh as a few lines can say it: what the statements in the database must do.

use hallpass_core::sessions;

/// Longer than every window: seconds are counted no further.
pub(super) const LONG: u32 = 40;
/// The lifetimes that `TestApp` is configured with, in days.
pub(super) const IDLE_DAYS: u32 = 7;
pub(super) const MAX_DAYS: u32 = 30;

/// The rule, so that a test can change it and see what notices.
#[derive(Clone, Copy, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a part that can be taken away"
)]
pub(super) struct Rule {
    /// Seconds after a rotation in which its predecessor is answered in any case.
    pub(super) tolerance: u32,
    /// Seconds in which it is answered while nothing of the successor was used.
    pub(super) grace: u32,
    /// Whether the use of the successor's access token ends the grace.
    pub(super) ends_with_use: bool,
    /// Whether a repeat after the tolerance makes the access tokens before it worthless.
    pub(super) voids_lost_answers: bool,
    /// Whether a repeat starts the windows anew.
    pub(super) slides: bool,
    /// Whether a repeat gives another successor.
    pub(super) repeats_rotate: bool,
    /// How many generations back a token is still answered.
    pub(super) generations_back: i32,
    /// Whether a token that is none of these ends the session.
    pub(super) reuse_ends_the_session: bool,
    /// Whether a refresh puts the last day off as well.
    pub(super) extends_the_last_day: bool,
}

impl Rule {
    /// The one that holds.
    pub(super) fn ours() -> Self {
        let seconds = |window: time::Duration| u32::try_from(window.whole_seconds()).unwrap();
        Self {
            tolerance: seconds(sessions::TOLERANCE),
            grace: seconds(sessions::GRACE),
            ends_with_use: true,
            voids_lost_answers: true,
            slides: false,
            repeats_rotate: false,
            generations_back: 1,
            reuse_ends_the_session: true,
            extends_the_last_day: false,
        }
    }
}

/// What is stored of a session, with times as they are seen from now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Session {
    pub(super) generation: i32,
    /// Seconds since the last rotation, up to [`LONG`].
    pub(super) age: u32,
    /// Whether an access token of this generation was used.
    pub(super) confirmed: bool,
    /// How often a token was issued again after the tolerance.
    pub(super) reissues: u32,
    /// Whole days since the last rotation, and since the sign-in.
    pub(super) idle_days: u32,
    pub(super) days: u32,
    /// Ended because a token was used twice.
    pub(super) over: bool,
}

/// What a statement is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Question {
    /// A refresh token of this generation.
    Refresh(i32),
    /// An access token of this generation, made when a token had been issued again so often.
    Call { generation: i32, reissues: u32 },
}

impl Session {
    pub(super) fn lives(&self) -> bool {
        !self.over && self.idle_days < IDLE_DAYS && self.days < MAX_DAYS
    }

    /// The generation that is issued for this token, if any.
    pub(super) fn refresh(&mut self, rule: &Rule, presented: i32) -> Option<i32> {
        if !self.lives() || presented > self.generation {
            return None;
        }
        if presented == self.generation {
            let days = if rule.extends_the_last_day {
                0
            } else {
                self.days
            };
            *self = Self {
                generation: self.generation + 1,
                reissues: self.reissues,
                days,
                ..Self::default()
            };
            return Some(self.generation);
        }
        let near = self.generation - presented <= rule.generations_back;
        let tolerated = near && self.age < rule.tolerance;
        let unused = !(self.confirmed && rule.ends_with_use);
        let lost = near && unused && self.age < rule.grace;
        if !(tolerated || lost) {
            self.over = rule.reuse_ends_the_session;
            return None;
        }
        if !tolerated && rule.voids_lost_answers {
            self.reissues += 1;
        }
        if rule.slides {
            self.age = 0;
        }
        self.generation += i32::from(rule.repeats_rotate);
        Some(self.generation)
    }

    /// Whether a call with this access token is served.
    pub(super) fn call(&mut self, generation: i32, reissues: u32) -> bool {
        let served = self.lives() && generation <= self.generation && reissues >= self.reissues;
        self.confirmed |= served && generation == self.generation;
        served
    }

    /// Answers as the statements must.
    pub(super) fn answer(&mut self, rule: &Rule, question: Question) -> Option<i32> {
        match question {
            Question::Refresh(presented) => self.refresh(rule, presented),
            Question::Call {
                generation,
                reissues,
            } => self.call(generation, reissues).then_some(generation),
        }
    }
}
