//! The model: a device with its tabs, the network between it and the session, and a thief.

use super::action::{Action, Scope};
use super::rule::{LONG, Question, Rule, Session};
use super::witness::{Access, Broken, Party, Witness};

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Tab {
    waits: bool,
    access: Option<Access>,
}

/// A refresh in transit. `tab` is `None` if the tab no longer waits for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Request {
    token: i32,
    tab: Option<usize>,
}

/// A response in transit to a waiting tab: an access token of the new generation, or a 401.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Answer {
    tab: usize,
    issued: Option<Access>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Thief {
    token: Option<i32>,
    access: Option<Access>,
}

/// The state of the model.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct World {
    pub(super) session: Session,
    /// The generation of the refresh token in the cookie jar; `None` if the device is signed out.
    cookie: Option<i32>,
    tabs: Vec<Tab>,
    requests: Vec<Request>,
    answers: Vec<Answer>,
    duplicates: u8,
    thief: Option<Thief>,
    witness: Witness,
}

/// A question to the session, and the generation of the result, if it was not refused.
pub(super) type Asked = (Question, Option<i32>);

impl World {
    /// The state after the sign-in. Only the first tab has an access token.
    pub(super) fn new(scope: &Scope) -> Self {
        let mut tabs = vec![Tab::default(); scope.tabs];
        tabs[0].access = Some(Access {
            generation: 0,
            reissues: 0,
            issued_to: Party::Device,
            behind: 0,
        });
        Self {
            session: Session::default(),
            cookie: Some(0),
            tabs,
            requests: Vec::new(),
            answers: Vec::new(),
            duplicates: scope.duplicates,
            thief: None,
            witness: Witness::of(scope.only),
        }
    }

    /// All actions that can happen next.
    pub(super) fn actions(&self, scope: &Scope) -> Vec<Action> {
        let room = self.requests.len() + self.answers.len() < scope.in_flight;
        let mut next = Vec::new();
        // The Web Lock: no tab refreshes while another one waits.
        if room && self.cookie.is_some() && self.tabs.iter().all(|tab| !tab.waits) {
            next.extend((0..self.tabs.len()).map(Action::Ask));
        }
        for (place, tab) in self.tabs.iter().enumerate() {
            next.extend(tab.waits.then_some(Action::GiveUp(place)));
            next.extend(tab.access.map(|_| Action::Call(place)));
        }
        let requests = 0..self.requests.len();
        if room && self.duplicates > 0 {
            next.extend(requests.clone().map(Action::Duplicate));
        }
        next.extend(requests.map(Action::Arrive));
        next.extend((0..self.answers.len()).map(Action::Deliver));
        if let Some(thief) = self.thief {
            next.extend(thief.token.map(|_| Action::ThiefRefreshes));
            next.extend(thief.access.map(|_| Action::ThiefCalls));
        } else if scope.thief && self.cookie.is_some() {
            next.extend((0..self.tabs.len()).map(Action::Steal));
        }
        next.extend(scope.waits.iter().copied().map(Action::Wait));
        next.extend(scope.sleeps.iter().copied().map(Action::Sleep));
        next
    }

    /// Performs an action. Returns the question to the session, if there was one.
    ///
    /// # Errors
    /// The guarantee that the action breaks.
    pub(super) fn step(
        &mut self,
        scope: &Scope,
        rule: &Rule,
        action: Action,
    ) -> Result<Option<Asked>, Broken> {
        let asked = match action {
            Action::Ask(tab) => {
                self.tabs[tab].waits = true;
                self.requests.extend(self.cookie.map(|token| Request {
                    token,
                    tab: Some(tab),
                }));
                None
            }
            Action::GiveUp(tab) => {
                self.stop_waiting(tab);
                None
            }
            Action::Duplicate(place) => {
                self.duplicates -= 1;
                self.requests.push(self.requests[place]);
                None
            }
            Action::Arrive(place) => {
                let request = self.requests.remove(place);
                let (asked, issued) = self.refresh(rule, request.token, Party::Device)?;
                self.answers
                    .extend(request.tab.map(|tab| Answer { tab, issued }));
                Some(asked)
            }
            Action::Deliver(place) => {
                let Answer { tab, issued } = self.answers.remove(place);
                self.stop_waiting(tab);
                self.cookie = issued.map(|access| access.generation);
                self.tabs[tab].access = issued;
                None
            }
            Action::Call(tab) => {
                let (asked, access) = self.call(self.tabs[tab].access)?;
                self.tabs[tab].access = access;
                asked
            }
            Action::Steal(tab) => {
                self.thief = Some(Thief {
                    token: self.cookie,
                    access: self.tabs[tab].access,
                });
                self.witness.stolen(self.cookie.unwrap_or_default());
                None
            }
            Action::ThiefRefreshes => self.thief_refreshes(rule)?,
            Action::ThiefCalls => {
                let (asked, access) = self.call(self.thief.and_then(|thief| thief.access))?;
                self.thief = self.thief.map(|thief| Thief { access, ..thief });
                asked
            }
            Action::Wait(seconds) => {
                self.session.age = (self.session.age + seconds).min(LONG);
                self.witness.wait(seconds);
                None
            }
            Action::Sleep(days) => {
                self.sleep(days);
                None
            }
        };
        if scope.punctual {
            let session = self.session;
            self.requests
                .retain(|request| !Self::comes_too_late(&session, request.token));
        }
        self.requests.sort_unstable();
        self.answers.sort_unstable();
        Ok(asked)
    }

    /// The assumption about the network: no copy of a request arrives once the device has used the tokens that it got
    /// for it and the reuse interval has ended, nor once the device has refreshed again, nor after the retry grace
    /// period. Such a copy is identical to a thief's replay.
    fn comes_too_late(session: &Session, token: i32) -> bool {
        let promised = Rule::ours();
        let since_used = session.confirmed && session.age >= promised.reuse_interval;
        session.generation > token + 1
            || (session.generation == token + 1 && (since_used || session.age >= promised.grace))
    }

    /// The tab no longer waits. Responses to it are lost; requests that it has sent stay in transit.
    fn stop_waiting(&mut self, tab: usize) {
        self.tabs[tab].waits = false;
        self.answers.retain(|answer| answer.tab != tab);
        for request in &mut self.requests {
            request.tab = request.tab.filter(|of| *of != tab);
        }
    }

    fn refresh(
        &mut self,
        rule: &Rule,
        token: i32,
        party: Party,
    ) -> Result<(Asked, Option<Access>), Broken> {
        let issued = self.session.refresh(rule, token);
        self.witness.refreshed(party, token, issued)?;
        let access = issued.map(|generation| Access {
            generation,
            reissues: self.session.reissues,
            issued_to: party,
            behind: self.witness.behind(),
        });
        Ok(((Question::Refresh(token), issued), access))
    }

    /// Makes a request. Returns the question, and the access token if it is still valid.
    fn call(&mut self, access: Option<Access>) -> Result<(Option<Asked>, Option<Access>), Broken> {
        let Some(access) = access else {
            return Ok((None, None));
        };
        let (generation, reissues) = (access.generation, access.reissues);
        let served = self.session.call(generation, reissues);
        if served {
            self.witness.served(access)?;
        }
        let question = Question::Call {
            generation,
            reissues,
        };
        Ok((
            Some((question, served.then_some(generation))),
            served.then_some(access),
        ))
    }

    fn thief_refreshes(&mut self, rule: &Rule) -> Result<Option<Asked>, Broken> {
        let Some(token) = self.thief.and_then(|thief| thief.token) else {
            return Ok(None);
        };
        let (asked, access) = self.refresh(rule, token, Party::Thief)?;
        self.thief = Some(Thief {
            token: access.map(|access| access.generation),
            access,
        });
        Ok(Some(asked))
    }

    /// Lets days pass. Then nothing is in transit any more, and every access token has expired.
    fn sleep(&mut self, days: u32) {
        self.session.age = LONG;
        self.session.idle_days += days;
        self.session.days += days;
        self.witness.sleep(days);
        self.requests.clear();
        for tab in 0..self.tabs.len() {
            self.stop_waiting(tab);
            self.tabs[tab].access = None;
        }
        self.thief = self.thief.map(|thief| Thief {
            access: None,
            ..thief
        });
    }
}
