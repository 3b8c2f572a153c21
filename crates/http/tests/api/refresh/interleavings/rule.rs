//! The rule of the refresh, which the SQL statements must follow.

use hallpass_core::sessions;

/// Seconds are counted up to this number, which is longer than every window.
pub(super) const LONG: u32 = 40;
/// The lifetimes that `TestApp` is configured with, in days.
pub(super) const IDLE_DAYS: u32 = 7;
pub(super) const MAX_DAYS: u32 = 30;

/// The rule, in parts that a test can change.
#[derive(Clone, Copy, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a part of the rule that a test can change"
)]
pub(super) struct Rule {
    /// Reuse interval: seconds after a rotation in which the previous refresh token gets the same response in any case.
    pub(super) reuse_interval: u32,
    /// Retry grace period: seconds in which the previous refresh token gets the same response as long as no token of
    /// the new generation was used.
    pub(super) grace: u32,
    /// Whether the use of the new generation's access token ends the retry grace period.
    pub(super) ends_with_use: bool,
    /// Whether a retry after the reuse interval invalidates the access tokens that were issued before it.
    pub(super) voids_lost_answers: bool,
    /// Whether a retry restarts the windows.
    pub(super) slides: bool,
    /// Whether a retry gets another new refresh token.
    pub(super) repeats_rotate: bool,
    /// How many generations old a refresh token may be to get a response.
    pub(super) generations_back: i32,
    /// Whether any other refresh token of the session ends the session.
    pub(super) reuse_ends_the_session: bool,
    /// Whether a refresh also extends the absolute expiry.
    pub(super) extends_the_last_day: bool,
}

impl Rule {
    /// The rule of the product.
    pub(super) fn ours() -> Self {
        let seconds = |window: time::Duration| u32::try_from(window.whole_seconds()).unwrap();
        Self {
            reuse_interval: seconds(sessions::REUSE_INTERVAL),
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

/// What is stored of a session, with times relative to now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Session {
    pub(super) generation: i32,
    /// Seconds since the last rotation, up to [`LONG`].
    pub(super) age: u32,
    /// Whether an access token of this generation was used.
    pub(super) confirmed: bool,
    /// How often tokens were reissued after the reuse interval.
    pub(super) reissues: u32,
    /// Whole days since the last rotation, and since the sign-in.
    pub(super) idle_days: u32,
    pub(super) days: u32,
    /// Whether the session has ended because of token reuse.
    pub(super) over: bool,
}

/// A question to the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Question {
    /// A refresh with the refresh token of this generation.
    Refresh(i32),
    /// A request with an access token of this generation, issued after this number of reissues.
    Call { generation: i32, reissues: u32 },
}

impl Session {
    pub(super) fn lives(&self) -> bool {
        !self.over && self.idle_days < IDLE_DAYS && self.days < MAX_DAYS
    }

    /// The generation of the tokens that a refresh gets, if any.
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
        let within_reuse_interval = near && self.age < rule.reuse_interval;
        let unused = !(self.confirmed && rule.ends_with_use);
        let lost = near && unused && self.age < rule.grace;
        if !(within_reuse_interval || lost) {
            self.over = rule.reuse_ends_the_session;
            return None;
        }
        if !within_reuse_interval && rule.voids_lost_answers {
            self.reissues += 1;
        }
        if rule.slides {
            self.age = 0;
        }
        self.generation += i32::from(rule.repeats_rotate);
        Some(self.generation)
    }

    /// Whether a request with this access token is served.
    pub(super) fn call(&mut self, generation: i32, reissues: u32) -> bool {
        let served = self.lives() && generation <= self.generation && reissues >= self.reissues;
        self.confirmed |= served && generation == self.generation;
        served
    }

    /// Answers a question as the SQL statements must.
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
