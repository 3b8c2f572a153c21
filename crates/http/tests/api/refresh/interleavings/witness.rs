//! An observer who knows everything and checks the guarantees. They are stated independently of the rule.

use std::fmt;

use super::rule::{IDLE_DAYS, LONG, MAX_DAYS, Rule};

/// The party that acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Party {
    Device,
    Thief,
}

/// An access token, and how it was obtained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Access {
    pub(super) generation: i32,
    /// Number of reissues before it was issued.
    pub(super) reissues: u32,
    pub(super) issued_to: Party,
    /// Seconds from the first issue of its generation until its own issue.
    pub(super) behind: u32,
}

/// A guarantee that was broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Broken {
    SignedOutByTheNetwork,
    TwoSuccessors,
    ReplayAnswered,
    EndedSessionGoesOn,
    TwoHoldTheSession,
    TheftUnnoticed,
    Outlived,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SignedOutByTheNetwork => "the network alone signed an honest device out",
            Self::TwoSuccessors => "a token has two successors",
            Self::ReplayAnswered => {
                "a token was answered outside the windows, or after its successor was used"
            }
            Self::EndedSessionGoesOn => "a session continues although a replay has ended it",
            Self::TwoHoldTheSession => {
                "two parties are served with one generation, issued to them further apart than the reuse interval"
            }
            Self::TheftUnnoticed => "both parties continued after a token was reused, and its next reuse was not detected",
            Self::Outlived => "a session is served after its idle or its absolute expiry",
        })
    }
}

/// A response with which a party continued: its generation, and the seconds since the first issue of that generation.
type Answer = (i32, u32);

/// What has happened so far, as far as a guarantee depends on it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Witness {
    /// The only guarantee to check; all guarantees if `None`.
    only: Option<Broken>,
    /// The newest generation that was issued, the seconds since then, up to [`LONG`], and whether it was used.
    newest: i32,
    since: u32,
    used: bool,
    idle_days: u32,
    days: u32,
    /// Whether a refresh token was presented that reveals a theft.
    replayed: bool,
    /// The generation of the refresh token that the thief copied.
    stolen: Option<i32>,
    /// The newest response since the theft with which each party, device and thief, was served.
    served: [Option<Answer>; 2],
    /// The party whose refresh created the newest generation.
    rotated_by: Option<Party>,
    /// Whether both parties got tokens for the same refresh token, further apart than the reuse interval, and which of
    /// them continued afterwards.
    used_twice: bool,
    went_on: [bool; 2],
}

impl Witness {
    pub(super) fn of(only: Option<Broken>) -> Self {
        Self {
            only,
            ..Self::default()
        }
    }

    pub(super) fn wait(&mut self, seconds: u32) {
        self.since = (self.since + seconds).min(LONG);
    }

    pub(super) fn sleep(&mut self, days: u32) {
        self.since = LONG;
        self.idle_days += days;
        self.days += days;
    }

    pub(super) fn stolen(&mut self, token: i32) {
        self.stolen = Some(token);
    }

    /// Seconds since the first issue of the newest generation.
    pub(super) fn behind(&self) -> u32 {
        self.since
    }

    /// Records that a party presented a refresh token and got tokens of this generation, if any.
    pub(super) fn refreshed(
        &mut self,
        party: Party,
        presented: i32,
        issued: Option<i32>,
    ) -> Result<(), Broken> {
        let promised = Rule::ours();
        let within_reuse_interval = self.since < promised.reuse_interval;
        let after_the_grace = self.since >= promised.grace;
        let replay = presented < self.newest - 1
            || (presented < self.newest
                && (after_the_grace || (self.used && !within_reuse_interval)));
        let Some(issued) = issued else {
            // A device that returns after the retry grace period, or after the session has expired, is rightly signed
            // out.
            let excused = self.is_over() || (presented == self.newest - 1 && after_the_grace);
            self.replayed |= replay && !self.is_over();
            let honest = self.stolen.is_none() && !excused;
            return self.demand(!honest, Broken::SignedOutByTheNetwork);
        };
        let rotates = presented == self.newest;
        let successor = self.newest + i32::from(rotates);
        self.demand(!self.is_over(), Broken::Outlived)?;
        self.demand(!self.replayed, Broken::EndedSessionGoesOn)?;
        self.demand(!replay, Broken::ReplayAnswered)?;
        self.demand(issued == successor, Broken::TwoSuccessors)?;
        if rotates {
            (self.newest, self.since, self.used, self.idle_days) = (issued, 0, false, 0);
            self.rotated_by = Some(party);
        } else if within_reuse_interval {
            // Within the reuse interval, two parties cannot be distinguished.
            self.used_twice = false;
        } else if self.stolen.is_some() && self.rotated_by != Some(party) {
            let second = self.used_twice && self.went_on == [true; 2];
            self.demand(!second, Broken::TheftUnnoticed)?;
            (self.used_twice, self.went_on) = (true, [false; 2]);
        }
        Ok(())
    }

    /// Records that a request with this access token was served.
    pub(super) fn served(&mut self, access: Access) -> Result<(), Broken> {
        self.demand(!self.is_over(), Broken::Outlived)?;
        self.demand(!self.replayed, Broken::EndedSessionGoesOn)?;
        self.used |= access.generation == self.newest;
        let (one, other) = match access.issued_to {
            Party::Device => (0, 1),
            Party::Thief => (1, 0),
        };
        let answer = (access.generation, access.behind);
        let is_old = self.stolen.is_none_or(|token| access.generation <= token);
        if is_old || self.served[one] >= Some(answer) {
            return Ok(());
        }
        self.served[one] = Some(answer);
        self.went_on[one] = true;
        let apart = self.served[other]
            .filter(|other| other.0 == answer.0)
            .map(|other| other.1.abs_diff(answer.1));
        let together = apart.is_none_or(|seconds| seconds < Rule::ours().reuse_interval);
        self.demand(together, Broken::TwoHoldTheSession)
    }

    fn is_over(&self) -> bool {
        self.idle_days >= IDLE_DAYS || self.days >= MAX_DAYS
    }

    fn demand(&self, kept: bool, promise: Broken) -> Result<(), Broken> {
        if kept || self.only.is_some_and(|only| only != promise) {
            Ok(())
        } else {
            Err(promise)
        }
    }
}
