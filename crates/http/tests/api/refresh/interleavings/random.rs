//! Long random runs, each with its own session and real tokens, from the sign-in to the end.

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
/// Number of actions in a run.
const LENGTH: usize = 150;

/// The part of a run that takes place on the database, in parallel to the model.
struct Run<'a> {
    asked: Asked<'a>,
    /// The refresh token of each generation. A generation has only one.
    refresh_tokens: BTreeMap<i32, String>,
    /// The access tokens and the times of their issue, by generation and by the number of reissues before them.
    access_tokens: BTreeMap<(i32, u32), (Claims, OffsetDateTime)>,
    /// The database's time at the last step. Time that passes between steps is taken back.
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

    /// Lets exactly this much time pass: the time that the steps themselves took is taken back.
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

/// Performs one run. Each number chooses the next action.
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
        // In the model, access tokens expire only when days pass. Real ones expire after 600 s.
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
            // The time that the statement took is not taken back, so that no window appears longer than it is.
            run.now = granted.tokens.as_ref().map_or(run.now, |tokens| tokens.2);
            run.keep(granted, world.session.reissues);
        }
        // Access tokens contain their time of issue in whole seconds, but the model distinguishes all reissues.
        // Therefore no two reissues happen in the same second.
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

/// Performs many runs. If one fails, the seed is printed.
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
