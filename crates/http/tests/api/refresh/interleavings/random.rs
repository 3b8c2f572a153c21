//! Long random runs, each with a session and real tokens of its own from sign-in to the end.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU32, Ordering};

use hallpass_core::tokens::access::Claims;
use proptest::collection::vec;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};
use time::{Duration, OffsetDateTime};

use super::action::{Action, Scope};
use super::database::{Asked, Granted};
use super::rule::{Question, Rule};
use super::world::World;
use crate::support::TestApp;

const RUNS: u32 = 24;
/// Things that happen in a run.
const LENGTH: usize = 150;

/// A run on the database beside the one in the model.
struct Run<'a> {
    asked: Asked<'a>,
    /// The refresh token of each generation: there is never another.
    refresh_tokens: BTreeMap<i32, String>,
    /// The access tokens, by generation and by how often a token had been issued again, and when they were made.
    access_tokens: BTreeMap<(i32, u32), (Claims, OffsetDateTime)>,
    /// The database's time at the last step: between steps, time stands still.
    now: OffsetDateTime,
}

impl<'a> Run<'a> {
    async fn new(app: &'a TestApp, email: &str) -> Self {
        let (asked, granted) = Asked::new(app, email).await;
        let mut run = Self {
            asked,
            refresh_tokens: BTreeMap::new(),
            access_tokens: BTreeMap::new(),
            now: OffsetDateTime::UNIX_EPOCH,
        };
        run.keep(granted, 0);
        run.now = app
            .database
            .value("select rotated_at from sessions order by created_at desc limit 1")
            .await;
        run
    }

    fn keep(&mut self, granted: Granted, reissues: u32) {
        let Some((token, claims, made)) = granted.tokens else {
            return;
        };
        let known = self
            .refresh_tokens
            .entry(granted.generation)
            .or_insert(token.clone());
        assert_eq!(*known, token, "a generation has one token");
        self.access_tokens
            .insert((granted.generation, reissues), (claims, made));
    }

    /// Lets so much time go by, and no more: takes back what the steps themselves have taken.
    async fn pass(&mut self, waited: Duration) {
        let moved: f64 = sqlx::query_scalar(
            "update sessions set created_at = created_at + moved, rotated_at = rotated_at + moved,
                 confirmed_at = confirmed_at + moved, reissued_at = reissued_at + moved,
                 last_used_at = last_used_at + moved, idle_expires_at = idle_expires_at + moved,
                 expires_at = expires_at + moved
             from (select clock_timestamp() - $2 - make_interval(secs => $3) as moved) as moment
             where id = $1 returning extract(epoch from moved)::float8",
        )
        .bind(self.asked.session_id)
        .bind(self.now)
        .bind(waited.as_seconds_f64())
        .fetch_one(&self.asked.app.database.owner)
        .await
        .unwrap();
        let moved = Duration::seconds_f64(moved);
        self.now += waited + moved;
        for (claims, made) in self.access_tokens.values_mut() {
            *made += moved;
            claims.iat = made.unix_timestamp();
        }
    }

    async fn ask(&mut self, question: Question) -> Option<Granted> {
        match question {
            Question::Refresh(token) => {
                let token = self.refresh_tokens[&token].clone();
                self.asked.refresh(&token, "random").await
            }
            Question::Call {
                generation,
                reissues,
            } => {
                let (claims, _) = self.access_tokens[&(generation, reissues)].clone();
                self.asked.call(&claims).await
            }
        }
    }
}

/// One run; what happens next is chosen by the numbers.
async fn run(app: &TestApp, email: &str, scope: &Scope, choices: &[u16]) -> Result<(), String> {
    let rule = Rule::ours();
    let mut world = World::new(scope);
    let mut run = Run::new(app, email).await;
    let mut story = String::new();
    let mut waited = 0;
    for choice in choices {
        let actions = world.actions(scope);
        let action = actions[usize::from(*choice) % actions.len()];
        waited = match action {
            Action::Wait(seconds) => waited + seconds,
            Action::Sleep(_) => 0,
            _ => waited,
        };
        // The model's access tokens expire overnight only.
        if waited >= 600 {
            break;
        }
        write!(story, "\n  {action}").unwrap();
        let reissues = world.session.reissues;
        let asked = world
            .step(scope, &rule, action)
            .map_err(|broken| format!("{broken}:{story}"))?;
        match action {
            Action::Wait(seconds) => run.pass(Duration::seconds(seconds.into())).await,
            Action::Sleep(days) => run.pass(Duration::days(days.into())).await,
            _ => {}
        }
        let Some((question, expected)) = asked else {
            continue;
        };
        run.pass(Duration::ZERO).await;
        let granted = run.ask(question).await;
        let generation = granted.as_ref().map(|granted| granted.generation);
        write!(story, " ({question:?}: {generation:?})").unwrap();
        if generation != expected {
            return Err(format!("the rule says {expected:?}:{story}"));
        }
        if let Some(granted) = granted {
            // What the statement has taken is not given back: no window may seem longer than it is.
            run.now = granted.tokens.as_ref().map_or(run.now, |tokens| tokens.2);
            run.keep(granted, world.session.reissues);
        }
        // Access tokens are dated in whole seconds, repeats in the model are told apart: no two in one second.
        if world.session.reissues > reissues {
            let pause = Action::Wait(1);
            write!(story, "\n  {pause}").unwrap();
            waited += 1;
            world
                .step(scope, &rule, pause)
                .map_err(|broken| format!("{broken}:{story}"))?;
            run.pass(Duration::SECOND).await;
        }
    }
    Ok(())
}

/// Many runs; the seed is printed when one fails.
pub(super) fn run_many(scope: &Scope) {
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().unwrap();
    let app = runtime.block_on(TestApp::new());
    let mut config = Config {
        cases: RUNS,
        failure_persistence: None,
        max_shrink_iters: 100,
        ..Config::default()
    };
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(uuid::Uuid::new_v4().as_u64_pair().0);
    }
    let seed = config.rng_seed;
    let people = AtomicU32::new(0);
    let outcome = TestRunner::new(config).run(&vec(0..=u16::MAX, LENGTH), |choices| {
        let number = people.fetch_add(1, Ordering::Relaxed);
        let email = format!("ada{number}@example.com");
        let run = runtime.block_on(run(&app, &email, scope, &choices));
        run.map_err(TestCaseError::fail)
    });
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(story, _)) => panic!("PROPTEST_RNG_SEED={seed}: {story}"),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
    runtime.block_on(async { drop(app) });
}
