//! Puts the model's questions to the product's statements, with real tokens on a real database.

use std::time::{Duration, Instant};

use hallpass_core::tokens::access::{self, Claims};
use hallpass_core::tokens::refresh::RefreshToken;
use hallpass_core::{Client, Error, sessions, users};
use time::OffsetDateTime;
use uuid::Uuid;

use super::rule::{IDLE_DAYS, MAX_DAYS, Question, Rule, Session};
use crate::support::{TestApp, jwt};

/// A session, and the application through which it is asked.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    pub(super) app: &'a TestApp,
    pub(super) session_id: Uuid,
    user_id: Uuid,
}

/// The result of a question that was not refused.
#[derive(Debug)]
pub(super) struct Granted {
    pub(super) generation: i32,
    /// For a refresh: the tokens, and the time of their issue by the database's clock.
    pub(super) tokens: Option<(String, Claims, OffsetDateTime)>,
}

/// What is stored of a session, and the number of audit events about token reuse.
#[derive(Debug, PartialEq, sqlx::FromRow)]
struct Stored {
    generation: i32,
    /// Seconds since the rotation.
    age: f64,
    confirmed: bool,
    reissued: bool,
    revoked_reason: Option<String>,
    /// Seconds by which the idle and the absolute expiry differ from the expected times.
    idle_off: f64,
    last_off: f64,
    events: i64,
}

impl<'a> Asked<'a> {
    /// Signs a new user in.
    pub(super) async fn new(app: &'a TestApp, email: &str) -> (Self, Granted) {
        let person = app.signed_in(email, &["user"]).await;
        let keys = &app.hallpass.keys;
        let iat = jwt::claims(&person.access_token)["iat"].as_i64();
        let issued_at = OffsetDateTime::from_unix_timestamp(iat.unwrap()).unwrap();
        let claims = access::decode(keys, &person.access_token, issued_at).unwrap();
        let asked = Self {
            app,
            session_id: claims.sid,
            user_id: person.id,
        };
        let tokens = Some((person.refresh_token, claims, issued_at));
        let granted = Granted {
            generation: 0,
            tokens,
        };
        (asked, granted)
    }

    pub(super) async fn refresh(&self, token: &str, request_id: &str) -> Option<Granted> {
        let client = Client::new(None, Some("tests"), request_id.to_owned());
        let issued = match sessions::refresh(&self.app.hallpass, token, &client).await {
            Ok(issued) => issued,
            Err(Error::InvalidRefreshToken) => return None,
            Err(error) => panic!("{error}"),
        };
        let keys = &self.app.hallpass.keys;
        let text = issued.refresh_token.expose();
        let read = RefreshToken::decode(keys, text).unwrap();
        let claims = access::decode(keys, issued.access_token.expose(), issued.issued_at).unwrap();
        assert_eq!(
            (read.session_id, claims.sid),
            (self.session_id, self.session_id)
        );
        assert_eq!(
            claims.generation, read.generation,
            "both tokens are of one generation"
        );
        Some(Granted {
            generation: read.generation,
            tokens: Some((text.to_owned(), claims, issued.issued_at)),
        })
    }

    pub(super) async fn call(&self, claims: &Claims) -> Option<Granted> {
        match users::own(&self.app.hallpass, claims).await {
            Ok(_) => Some(Granted {
                generation: claims.generation,
                tokens: None,
            }),
            Err(Error::Unauthenticated) => None,
            Err(error) => panic!("{error}"),
        }
    }

    /// Brings the session into this state and asks. Fails unless the result and the new state are those of the rule.
    pub(super) async fn replay(&self, session: Session, question: Question) {
        let mut expected = session;
        let answer = expected.answer(&Rule::ours(), question);
        for _ in 0..20 {
            let request_id = Uuid::new_v4().to_string();
            let started = Instant::now();
            let now = self.bring_into(session).await;
            let granted = self.ask(question, session, now, &request_id).await;
            let stored = self.stored(&request_id, now).await;
            // The windows are measured by the clock. After a pause of the machine, the question would be another one.
            if started.elapsed() > Duration::from_millis(700) {
                continue;
            }
            let found = format!("{session:?} was asked {question:?}: {granted:?}, {stored:?}");
            let generation = granted.as_ref().map(|granted| granted.generation);
            assert_eq!(generation, answer, "answer; {found}");
            if let Some((token, ..)) = granted.and_then(|granted| granted.tokens) {
                assert_eq!(
                    token,
                    self.spelled(expected.generation),
                    "the same bytes; {found}"
                );
            }
            let age = f64::from(expected.idle_days) * 86_400.0 + f64::from(expected.age);
            assert!((stored.age - age).abs() < 1.0, "time of rotation; {found}");
            assert_eq!(stored.generation, expected.generation, "{found}");
            assert_eq!(stored.confirmed, expected.confirmed, "{found}");
            let reissued = expected.reissues > session.reissues;
            assert!(stored.reissued == reissued || expected.over, "{found}");
            assert_eq!(stored.revoked_reason.is_some(), expected.over, "{found}");
            assert!(
                stored.idle_off.abs() < 1.0 && stored.last_off.abs() < 1.0,
                "{found}"
            );
            assert_eq!(
                stored.events,
                i64::from(expected.over && !session.over),
                "{found}"
            );
            return;
        }
        panic!("the machine is too slow to ask a question within 0.7 s");
    }

    /// The refresh token of a generation.
    fn spelled(&self, generation: i32) -> String {
        let token = RefreshToken {
            user_id: self.user_id,
            session_id: self.session_id,
            generation,
        };
        token.encode(&self.app.hallpass.keys).expose().to_owned()
    }

    async fn ask(
        &self,
        question: Question,
        session: Session,
        now: OffsetDateTime,
        request_id: &str,
    ) -> Option<Granted> {
        let (generation, reissues) = match question {
            Question::Refresh(token) => {
                return self.refresh(&self.spelled(token), request_id).await;
            }
            Question::Call {
                generation,
                reissues,
            } => (generation, reissues),
        };
        // The last retry was 5 s ago: see `bring_into`. A token that was issued before it is 8 s old.
        let lost = reissues < session.reissues;
        let made = now - Duration::from_secs(if lost { 8 } else { 0 });
        let keys = &self.app.hallpass.keys;
        let token = access::encode(keys, self.session_id, generation, self.user_id, &[], made);
        let claims = access::decode(keys, token.unwrap().expose(), now).unwrap();
        self.call(&claims).await
    }

    async fn bring_into(&self, session: Session) -> OffsetDateTime {
        sqlx::query_scalar(
            "update sessions set generation = $2, confirmed_at = case when $4 then t end,
                 reissued_at = case when $5 then t - interval '5 s' end,
                 revoked_at = case when $6 then t end, revoked_reason = case when $6 then 'refresh_reuse' end,
                 created_at = signed_in, rotated_at = rotated, last_used_at = rotated,
                 expires_at = signed_in + $9 * interval '24 h',
                 idle_expires_at = least(signed_in + $9 * interval '24 h', rotated + $10 * interval '24 h')
             from clock_timestamp() as t,
                 lateral (select t - make_interval(secs => $3) - $7 * interval '24 h' as rotated,
                     t - $8 * interval '24 h' as signed_in) as moments
             where id = $1 returning t",
        )
        .bind(self.session_id)
        .bind(session.generation)
        .bind(f64::from(session.age))
        .bind(session.confirmed)
        .bind(session.reissues > 0)
        .bind(session.over)
        .bind(f64::from(session.idle_days))
        .bind(f64::from(session.days))
        .bind(f64::from(MAX_DAYS))
        .bind(f64::from(IDLE_DAYS))
        .fetch_one(&self.app.database.owner)
        .await
        .unwrap()
    }

    async fn stored(&self, request_id: &str, since: OffsetDateTime) -> Stored {
        sqlx::query_as(
            "select generation, extract(epoch from clock_timestamp() - rotated_at)::float8 as age,
                 confirmed_at is not null as confirmed, coalesce(reissued_at >= $3, false) as reissued, revoked_reason,
                 extract(epoch from idle_expires_at - least(expires_at, rotated_at + $4 * interval '24 h'))::float8 as idle_off,
                 extract(epoch from expires_at - created_at - $5 * interval '24 h')::float8 as last_off,
                 (select count(*) from audit_events e where e.session_id = s.id and e.request_id = $2
                     and e.event = 'refresh_reuse' and e.severity = 'critical') as events
             from sessions s where id = $1",
        )
        .bind(self.session_id)
        .bind(request_id)
        .bind(since)
        .bind(f64::from(IDLE_DAYS))
        .bind(f64::from(MAX_DAYS))
        .fetch_one(&self.app.database.owner)
        .await
        .unwrap()
    }
}
