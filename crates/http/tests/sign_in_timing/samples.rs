//! Measures the response times of refused sign-ins of each kind.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Instant;

use serde_json::json;
use uuid::Uuid;

use crate::support::{PASSWORD, TestApp};

/// Number of accounts of each kind: enough that no account reaches the hundred failures after which it is throttled.
const ACCOUNTS: usize = 50;

/// Why a sign-in is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Unknown,
    WrongPassword,
    /// Deactivated account, with the right password.
    Deactivated,
    WithoutPassword,
}

/// Response times of each kind, in milliseconds.
pub(crate) type Samples = [(Kind, Vec<f64>); KINDS.len()];

const KINDS: [Kind; 4] = [
    Kind::Unknown,
    Kind::WrongPassword,
    Kind::Deactivated,
    Kind::WithoutPassword,
];

impl Kind {
    /// E-mail address of an account. All addresses have the same length.
    fn email(self, number: usize) -> String {
        let name = match self {
            Self::Unknown => "stranger",
            Self::WrongPassword => "ordinary",
            Self::Deactivated => "inactive",
            Self::WithoutPassword => "unlinked",
        };
        format!("{name}{number:03}@example.com")
    }

    /// Password to sign in with. All passwords have the same length.
    fn password(self) -> &'static str {
        match self {
            Self::WrongPassword => "zebra umbrella bell",
            _ => PASSWORD,
        }
    }
}

/// Accounts of every kind, and the number of rounds so far.
pub(crate) struct Sampler {
    app: TestApp,
    asked: usize,
}

impl Sampler {
    pub(crate) async fn new() -> Self {
        // One hash at a time, so that no other hash runs during a measurement.
        let app = TestApp::with(&[("HALLPASS_HASH_PERMITS", "1")]).await;
        for number in 0..ACCOUNTS {
            for kind in KINDS.into_iter().filter(|kind| *kind != Kind::Unknown) {
                app.person(&kind.email(number), &["user"]).await;
            }
        }
        app.database
            .execute("update users set is_active = false where email like 'inactive%'")
            .await;
        app.database
            .execute("update users set password_hash = null where email like 'unlinked%'")
            .await;
        app.database.execute("vacuum analyze users").await;
        let mut sampler = Self { app, asked: 0 };
        // Warm-up: the first sign-ins open connections and prepare statements.
        for _ in 0..ACCOUNTS / 5 {
            sampler.round().await;
        }
        sampler
    }

    /// Measures this number of refusals of each kind, one after another, each round in a new order.
    pub(crate) async fn stage(&mut self, count: usize) -> Samples {
        let mut samples = KINDS.map(|kind| (kind, Vec::with_capacity(count)));
        for _ in 0..count {
            for (place, taken) in self.round().await {
                samples[place].1.push(taken);
            }
        }
        samples
    }

    /// Measures one refusal of each kind. Returns the index of each kind, and milliseconds.
    async fn round(&mut self) -> Vec<(usize, f64)> {
        let mut order: Vec<_> = (0..KINDS.len()).collect();
        order.sort_by_cached_key(|_| Uuid::new_v4());
        let number = self.asked % ACCOUNTS;
        self.asked += 1;
        let mut taken = Vec::with_capacity(order.len());
        for place in order {
            let kind = KINDS[place];
            taken.push((place, self.refusal(kind, number).await));
        }
        taken
    }

    async fn refusal(&self, kind: Kind, number: usize) -> f64 {
        let body = json!({ "email": kind.email(number), "password": kind.password() });
        // Each attempt has its own network, so that no network is throttled.
        let [.., a, b, c] = Uuid::new_v4().into_bytes();
        let network = IpAddr::from(Ipv4Addr::new(10, a, b, c));
        let call = self.app.post("/api/login").json(&body).from(network);
        let started = Instant::now();
        let answer = call.send().await;
        let taken = started.elapsed();
        answer.expect_problem(401, "invalid_credentials");
        taken.as_secs_f64() * 1e3
    }
}
