//! The actions of the model, and the scope of an exploration.

use std::fmt;

use super::witness::Broken;

/// Which actions an exploration includes, and how many of them it performs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope {
    /// Number of tabs of one browser, which share the cookie and refresh one at a time. A native client is like one
    /// tab.
    pub(super) tabs: usize,
    /// Maximum number of requests and responses in transit.
    pub(super) in_flight: usize,
    /// How often the network may duplicate a request.
    pub(super) duplicates: u8,
    /// Whether the network meets the assumption about late requests: see `World::comes_too_late`.
    pub(super) punctual: bool,
    pub(super) thief: bool,
    /// Durations of waits, in seconds, and of sleeps, in days.
    pub(super) waits: &'static [u32],
    pub(super) sleeps: &'static [u32],
    /// Number of consecutive actions.
    pub(super) depth: usize,
    /// The only guarantee to check; all guarantees if `None`.
    pub(super) only: Option<Broken>,
}

/// An action. Numbers are indexes: of a tab, or of a request or a response in transit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Ask(usize),
    GiveUp(usize),
    Duplicate(usize),
    Arrive(usize),
    Deliver(usize),
    Call(usize),
    Steal(usize),
    ThiefRefreshes,
    ThiefCalls,
    Wait(u32),
    Sleep(u32),
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ask(tab) => write!(f, "tab {tab} sends a refresh"),
            Self::GiveUp(tab) => write!(f, "tab {tab} gives up waiting, is reloaded or closed"),
            Self::Duplicate(place) => write!(f, "the network duplicates request {place}"),
            Self::Arrive(place) => write!(f, "request {place} reaches a function"),
            Self::Deliver(place) => write!(f, "response {place} reaches its tab"),
            Self::Call(tab) => write!(f, "tab {tab} makes a request"),
            Self::Steal(tab) => write!(f, "a thief copies what tab {tab} has"),
            Self::ThiefRefreshes => f.write_str("the thief refreshes"),
            Self::ThiefCalls => f.write_str("the thief makes a request"),
            Self::Wait(seconds) => write!(f, "{seconds} s pass"),
            Self::Sleep(days) => write!(f, "{days} days pass"),
        }
    }
}
