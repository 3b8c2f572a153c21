//! What can happen, and what may happen in an exploration.

use std::fmt;

use super::witness::Broken;

/// What may happen in an exploration, and for how long it goes on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope {
    /// Pages of one browser: they share the cookie, and refresh one at a time. One is a native client.
    pub(super) tabs: usize,
    /// Requests and answers that can be on their way at once.
    pub(super) in_flight: usize,
    /// How often the network makes two requests of one.
    pub(super) duplicates: u8,
    /// Whether the network keeps to what is asked of it: see `World::comes_too_late`.
    pub(super) punctual: bool,
    pub(super) thief: bool,
    /// Seconds that can go by at once; whole days.
    pub(super) waits: &'static [u32],
    pub(super) sleeps: &'static [u32],
    /// How many things happen one after the other.
    pub(super) depth: usize,
    /// The one promise that is watched; all of them without it.
    pub(super) only: Option<Broken>,
}

/// Something that happens. Numbers are places: of a tab, of a request or an answer on its way.
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
            Self::Duplicate(place) => write!(f, "the network doubles request {place}"),
            Self::Arrive(place) => write!(f, "request {place} reaches a function"),
            Self::Deliver(place) => write!(f, "answer {place} reaches its tab"),
            Self::Call(tab) => write!(f, "tab {tab} makes a call"),
            Self::Steal(tab) => write!(f, "a thief copies what tab {tab} has"),
            Self::ThiefRefreshes => f.write_str("the thief refreshes"),
            Self::ThiefCalls => f.write_str("the thief makes a call"),
            Self::Wait(seconds) => write!(f, "{seconds} s go by"),
            Self::Sleep(days) => write!(f, "{days} days go by"),
        }
    }
}
