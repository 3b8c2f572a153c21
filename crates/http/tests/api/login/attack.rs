//! Ten minutes of password guessing at one account from many networks, and its effect on the account's user.

use serde_json::json;

use super::attempt;
use crate::support::{Answer, PASSWORD, Person, TestApp};

/// Number of the attacker's networks. Each of them guesses as soon as it is allowed to.
const NETWORKS: u8 = 40;
const OWNER: &str = "ada@example.com";

/// Guesses from many networks. Time passes only by calls of [`Self::pass`].
struct Attack<'a> {
    app: &'a TestApp,
    /// Seconds since the attack began.
    now: u32,
    /// Second at which each network may try again.
    next: Vec<u32>,
    judged: usize,
}

impl Attack<'_> {
    /// Continues the attack until this second. Each network guesses as soon as it may, before anyone else signs in.
    async fn until(&mut self, end: u32) {
        while let Some((network, at)) = self.earliest().filter(|(_, at)| *at <= end) {
            self.pass(at).await;
            let from = [198, 51, 100, network].into();
            let answer = attempt(self.app, OWNER, "not the password").from(from);
            let answer = answer.send().await;
            match answer.status.as_u16() {
                401 => self.judged += 1,
                429 => self.next[usize::from(network)] = self.now + answer.retry_after(),
                _ => panic!("{}", answer.text()),
            }
        }
        self.pass(end).await;
    }

    fn earliest(&self) -> Option<(u8, u32)> {
        let times = (0..).zip(self.next.iter().copied());
        times.min_by_key(|(_, at)| *at)
    }

    /// Lets time pass until this moment, by moving the times of all counters into the past.
    async fn pass(&mut self, moment: u32) {
        let seconds = moment.saturating_sub(self.now);
        let later = format!(
            "update login_throttle set first_failure_at = first_failure_at - interval '{seconds} s', \
             blocked_until = blocked_until - interval '{seconds} s'"
        );
        self.app.database.execute(&later).await;
        self.now += seconds;
    }
}

/// Signs the account's user in from a network that is new to the account.
async fn owner(app: &TestApp, network: u8, device: Option<&str>) -> Answer {
    let call = attempt(app, OWNER, PASSWORD).from([203, 0, 113, network].into());
    let call = match device {
        Some(mark) => call
            .header("cookie", &format!("__Host-hallpass-device={mark}"))
            .header("sec-fetch-site", "same-origin"),
        None => call,
    };
    call.send().await
}

async fn expect_session_lives(app: &TestApp, ada: &Person) {
    app.get("/api/me").bearer(ada).send().await.expect(200);
    let body = json!({ "refreshToken": ada.refresh_token });
    app.post("/api/refresh")
        .json(&body)
        .send()
        .await
        .expect(200);
}

#[tokio::test]
async fn t14_the_owner_can_sign_in_after_ten_minutes_of_guessing() {
    let app = TestApp::new().await;
    let ada = app.signed_in(OWNER, &["user"]).await;
    let first = owner(&app, 1, None).await;
    let device = first.cookie("__Host-hallpass-device").unwrap();
    let mut attack = Attack {
        app: &app,
        now: 0,
        next: vec![0; NETWORKS.into()],
        judged: 0,
    };
    attack.until(600).await;
    // The first guess of each network, then a hundred guesses, five after waits of 1 to 16 s, and one every 30 s.
    assert!(
        (100..=usize::from(NETWORKS) + 125).contains(&attack.judged),
        "{}",
        attack.judged
    );

    // The user signs in from a known device at once, from any network, and existing sessions continue.
    owner(&app, 2, Some(&device)).await.expect(200);
    expect_session_lives(&app, &ada).await;

    // From a new device and a new network, one attempt is allowed every 30 s while the attack continues. The attacker
    // takes it when he can, but his networks have long waits of their own by now.
    let mut waited = 0;
    loop {
        let answer = owner(&app, 3, None).await;
        if answer.status == 200 {
            break;
        }
        answer.expect_problem(429, "too_many_attempts");
        assert!(answer.retry_after() <= 30, "{answer:?}");
        waited += answer.retry_after();
        let moment = attack.now + answer.retry_after();
        attack.until(moment).await;
    }
    assert!(waited <= 5 * 30, "{waited} s");
}

#[tokio::test]
async fn t14_a_network_can_try_one_password_on_fifty_accounts() {
    let app = TestApp::new().await;
    app.database.execute(super::EXTEND_DELAYS).await;
    for i in 0..1_000 {
        let answer = attempt(&app, &format!("user{i}@example.com"), PASSWORD)
            .send()
            .await;
        let status = if i < 50 { 401 } else { 429 };
        assert_eq!(answer.status, status, "{i}: {}", answer.text());
    }
    assert_eq!(app.database.events("login_failed").await.len(), 50);
}
