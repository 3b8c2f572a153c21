//! The clients. Each one does one kind of request, one after the other, and repeats what was refused, as a user's
//! program does. They do not wait as long as Retry-After asks, so that the end of an outage is measured.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use hallpass_platform::Error;
use serde_json::json;
use tokio::task::JoinHandle;

use super::answers::Answers;
use super::ledger::{Count, Created, Ledger, Opened, Refreshed, Updated};
use crate::drill::environment::{ADMINISTRATOR, create};
use crate::drill::operator::Operator;
use crate::http::Answer;
use crate::site::{SignedIn, Site};

/// Number of clients of each kind.
const CLIENTS: usize = 2;
/// Pause between two requests of a client.
const PAUSE: Duration = Duration::from_millis(60);
/// Pause between two sign-ins, each of which hashes a password.
const SIGN_IN_PAUSE: Duration = Duration::from_millis(400);
/// Pause after a refused request.
const REFUSED_PAUSE: Duration = Duration::from_millis(500);
/// Age at which a client refreshes its access token, which is valid for ten minutes.
const TOKEN_AGE: Duration = Duration::from_mins(2);

/// The running clients. Dropping it ends them.
#[derive(Debug)]
pub(super) struct Load {
    pub(super) answers: Arc<Answers>,
    is_over: Arc<AtomicBool>,
    creating: Vec<Task<Created>>,
    updating: Vec<Task<Updated>>,
    refreshing: Vec<Task<Refreshed>>,
    opening: Vec<Task<Opened>>,
}

/// A client's task, which is ended when it is dropped.
#[derive(Debug)]
struct Task<T>(JoinHandle<Result<T, Error>>);

impl<T> Task<T> {
    async fn end(mut self) -> Result<T, Error> {
        let joined = (&mut self.0).await;
        joined.map_err(|error| Error::Message(format!("a client failed: {error}")))?
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Load {
    /// Creates the clients' accounts and starts the clients.
    ///
    /// # Errors
    /// An account cannot be created, or a client cannot sign in.
    pub(super) async fn start(
        operator: &Operator,
        site: &Site,
        password: &str,
    ) -> Result<Self, Error> {
        let mut load = Self {
            answers: Arc::default(),
            is_over: Arc::default(),
            creating: Vec::new(),
            updating: Vec::new(),
            refreshing: Vec::new(),
            opening: Vec::new(),
        };
        for number in 0..CLIENTS {
            let client = Client {
                site: site.clone(),
                answers: Arc::clone(&load.answers),
                is_over: Arc::clone(&load.is_over),
            };
            let [changed, refreshing, opening] = ["changed", "refreshing", "opening"]
                .map(|kind| format!("{kind}-{number}@example.com"));
            for email in [&changed, &refreshing, &opening] {
                create(operator, email, "user", password).await?;
            }
            let by_administrator = || async {
                let session = client.site.sign_in(ADMINISTRATOR, password).await?;
                Ok::<_, Error>(Bearer::new(session))
            };
            let task = client.clone().create(number, by_administrator().await?);
            load.creating.push(Task(tokio::spawn(task)));
            let task = client.clone().update(changed, by_administrator().await?);
            load.updating.push(Task(tokio::spawn(task)));
            let session = site.sign_in(&refreshing, password).await?;
            let task = client.clone().refresh(refreshing, session);
            load.refreshing.push(Task(tokio::spawn(task)));
            let task = client.open(opening, password.to_owned());
            load.opening.push(Task(tokio::spawn(task)));
        }
        Ok(load)
    }

    /// Ends the clients, and returns what they were promised.
    ///
    /// # Errors
    /// A client was answered what it must not be answered.
    pub(super) async fn end(self) -> Result<Ledger, Error> {
        self.is_over.store(true, Ordering::Relaxed);
        let mut ledger = Ledger::default();
        let ended = async {
            for task in self.creating {
                ledger.created.push(task.end().await?);
            }
            for task in self.updating {
                ledger.updated.push(task.end().await?);
            }
            for task in self.refreshing {
                ledger.refreshed.push(task.end().await?);
            }
            for task in self.opening {
                ledger.opened.push(task.end().await?);
            }
            Ok(())
        };
        let ended: Result<(), Error> = ended.await;
        // This error names all wrong answers, that of a client only its own.
        self.answers.check()?;
        ended.map(|()| ledger)
    }
}

#[derive(Clone, Debug)]
struct Client {
    site: Site,
    answers: Arc<Answers>,
    is_over: Arc<AtomicBool>,
}

/// An administrator's session, which is refreshed now and then.
#[derive(Debug)]
struct Bearer {
    session: SignedIn,
    since: Instant,
}

impl Bearer {
    fn new(session: SignedIn) -> Self {
        Self {
            session,
            since: Instant::now(),
        }
    }
}

impl Client {
    /// Whether to go on, after a pause.
    async fn goes_on(&self, pause: Duration) -> bool {
        tokio::time::sleep(pause).await;
        !self.is_over.load(Ordering::Relaxed)
    }

    /// Waits for an answer and notes it. `None` is the 503 of an unreachable database, after a pause.
    async fn ask(
        &self,
        is_write: bool,
        request: impl Future<Output = Result<Answer, Error>>,
    ) -> Result<Option<Answer>, Error> {
        let begun = Instant::now();
        let answer = request.await;
        let answer = self.answers.note(is_write, begun, answer)?;
        if answer.is_none() {
            tokio::time::sleep(REFUSED_PAUSE).await;
        }
        Ok(answer)
    }

    /// Repeats an idempotent request until it succeeds.
    async fn insist<F: Future<Output = Result<Answer, Error>>>(
        &self,
        is_write: bool,
        request: impl Fn() -> F,
    ) -> Result<Answer, Error> {
        loop {
            if let Some(answer) = self.ask(is_write, request()).await? {
                return Ok(answer);
            }
        }
    }

    async fn token(&self, bearer: &mut Bearer) -> Result<String, Error> {
        if bearer.since.elapsed() > TOKEN_AGE {
            let refresh = || self.site.refresh(&bearer.session.refresh_token);
            let answer = self.insist(true, refresh).await?;
            *bearer = Bearer::new(SignedIn::read(answer)?);
        }
        Ok(bearer.session.access_token.clone())
    }

    async fn create(self, client: usize, mut bearer: Bearer) -> Result<Created, Error> {
        let mut created = Created::new();
        while self.goes_on(PAUSE).await {
            let token = self.token(&mut bearer).await?;
            let email = format!("created-{client}-{}@example.com", created.len());
            let body = json!({"email": email, "name": "Created", "roles": ["user"]});
            let request = self.site.post("/api/users", Some(&token), body);
            let answer = self.ask(true, request).await?;
            let id = answer.and_then(|answer| answer.json["id"].as_str().map(str::to_owned));
            created.push((email, id));
        }
        Ok(created)
    }

    async fn update(self, email: String, mut bearer: Bearer) -> Result<Updated, Error> {
        let token = self.token(&mut bearer).await?;
        let path = format!("/api/users?q={email}");
        let found = self
            .insist(false, || self.site.get(&path, Some(&token)))
            .await?;
        let user_id = found.json["items"][0]["id"].as_str().unwrap_or_default();
        let path = format!("/api/users/{user_id}");
        let mut updated = Updated {
            user_id: user_id.to_owned(),
            count: Count::default(),
            last: 0,
        };
        let mut number = 0;
        let mut tag = None;
        while self.goes_on(PAUSE).await {
            let token = self.token(&mut bearer).await?;
            let Some(known) = tag.take() else {
                let read = || self.site.get(&path, Some(&token));
                let answer = self.insist(false, read).await?;
                tag = Some(answer.header("etag").to_owned());
                continue;
            };
            number += 1;
            let body = json!({"name": format!("Number {number}")});
            let request = self.site.patch_if_match(&path, &token, &known, body);
            if let Some(answer) = self.ask(true, request).await? {
                tag = Some(answer.header("etag").to_owned());
                updated.count.acknowledged += 1;
                updated.last = number;
            } else {
                // The change may have been applied, so the client reads the version before it goes on.
                updated.count.unknown += 1;
            }
        }
        Ok(updated)
    }

    async fn refresh(self, email: String, mut session: SignedIn) -> Result<Refreshed, Error> {
        let mut count = Count::default();
        while self.goes_on(PAUSE).await {
            // A repetition of the same token rotates the session at most once.
            let refresh = || self.site.refresh(&session.refresh_token);
            session = SignedIn::read(self.insist(true, refresh).await?)?;
            count.acknowledged += 1;
            let read = || self.site.get("/api/me", Some(&session.access_token));
            self.insist(false, read).await?;
        }
        Ok(Refreshed { email, count })
    }

    async fn open(self, email: String, password: String) -> Result<Opened, Error> {
        let mut opened = Opened {
            email,
            sessions: Vec::new(),
            unknown: 0,
        };
        while self.goes_on(SIGN_IN_PAUSE).await {
            let request = self.site.login(&opened.email, &password);
            match self.ask(true, request).await? {
                Some(answer) => opened.sessions.push(SignedIn::read(answer)?),
                None => opened.unknown += 1,
            }
        }
        Ok(opened)
    }
}
