//! Clients that read and write without a break, and note what was acknowledged.

use std::time::Duration;

use hallpass_platform::Error;
use hyper::Method;
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::client::{Call, Client};
use crate::ledger::Ledger;
use crate::stack::{Person, Server, Stack, log_in};

/// Pause after each request. The machine must not be the limit, or the figures would show it instead of the fault.
const PAUSE: Duration = Duration::from_millis(10);

/// Kinds of requests. Client 0 sends the first kind, client 6 again.
const KINDS: u16 = 6;

/// Running clients.
#[derive(Debug)]
pub(crate) struct Load {
    is_over: watch::Sender<bool>,
    clients: JoinSet<Ledger>,
}

impl Load {
    /// Starts clients, each with an account and an address of its own: six or more, so that there is every kind of
    /// request.
    pub(crate) async fn start(server: &Server, stack: &Stack, clients: u16) -> Result<Self, Error> {
        let is_over = watch::Sender::new(false);
        let mut load = Self {
            is_over,
            clients: JoinSet::new(),
        };
        let mut people = Vec::new();
        for number in 0..clients {
            let client = stack.client(number);
            people.push((server.sign_in(&client, "user").await?, client));
        }
        stack.samples.take();
        for (kind, (person, client)) in (0..).zip(people) {
            let worker = Worker {
                ledger: Ledger {
                    user_id: person.id,
                    session_id: person.session_id,
                    ..Ledger::default()
                },
                client,
                person,
                admin_token: stack.admin.access_token.clone(),
            };
            load.clients
                .spawn(worker.run(kind, load.is_over.subscribe()));
        }
        Ok(load)
    }

    /// Waits for the last responses.
    pub(crate) async fn finish(self) -> Vec<Ledger> {
        self.is_over.send_replace(true);
        self.clients.join_all().await
    }
}

struct Worker {
    client: Client,
    person: Person,
    admin_token: String,
    ledger: Ledger,
}

impl Worker {
    /// One kind of request only, so that a request that waits delays no other kind.
    async fn run(mut self, kind: u16, is_over: watch::Receiver<bool>) -> Ledger {
        while !*is_over.borrow() {
            match kind % KINDS {
                0 => self.create().await,
                1 => self.read_me().await,
                2 => self.rename().await,
                3 => self.refresh().await,
                4 => self.list().await,
                _ => self.sign_in().await,
            }
            tokio::time::sleep(PAUSE).await;
        }
        self.ledger
    }

    async fn read_me(&self) {
        self.get("me", "/api/me", &self.person.access_token).await;
    }

    async fn get(&self, kind: &'static str, path: &str, token: &str) {
        self.client.get(kind, path, Some(token)).await;
    }

    async fn create(&mut self) {
        let email = format!("{}@example.com", Uuid::new_v4().simple());
        let body = json!({ "email": email, "name": "Created", "roles": ["user"] });
        let call = Call {
            kind: "create",
            method: &Method::POST,
            path: "/api/users",
            token: Some(&self.admin_token),
            body: Some(&body),
        };
        let reply = self.client.send(call).await;
        self.ledger.created.push((email, reply.is_success()));
    }

    async fn rename(&mut self) {
        let body = json!({ "name": format!("Name {}", Uuid::new_v4().simple()) });
        let call = Call {
            kind: "change",
            method: &Method::PATCH,
            path: "/api/me",
            token: Some(&self.person.access_token),
            body: Some(&body),
        };
        let reply = self.client.send(call).await;
        self.ledger.renamed.add(reply.is_success());
    }

    /// A refresh without a response is repeated with the same token later, as a client does.
    async fn refresh(&mut self) {
        let body = json!({ "refreshToken": self.person.refresh_token });
        let call = Call {
            kind: "refresh",
            method: &Method::POST,
            path: "/api/refresh",
            token: None,
            body: Some(&body),
        };
        let reply = self.client.send(call).await;
        self.ledger.refreshed.open = i64::from(!reply.is_success());
        if reply.is_success() {
            self.ledger.refreshed.acknowledged += 1;
            self.person.access_token = reply.text("accessToken");
            self.person.refresh_token = reply.text("refreshToken");
        }
    }

    async fn list(&self) {
        self.get("list", "/api/users?pageSize=10", &self.admin_token)
            .await;
    }

    /// Hashing a password takes a core for 20 ms, which must be left to the others.
    async fn sign_in(&mut self) {
        let reply = log_in(&self.client, &self.person.email).await;
        self.ledger.signed_in.add(reply.is_success());
        tokio::time::sleep(PAUSE * 10).await;
    }
}
