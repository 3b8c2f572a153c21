//! A success takes the counters' rows in the order in which an attempt takes them: pair, network,
//! account. In another order two sign-ins from one office could each wait for the other.

use sqlx::{AssertSqlSafe, Executor as _, Postgres, Transaction};

use super::{attempt, fail};
use crate::support::{PASSWORD, TestApp};

const PAIR: &str = "(select key from login_throttle order by first_failure_at desc limit 1)";
const NETWORK: &str = "(select key from login_throttle where failures = 3)";
const ACCOUNT: &str = "(select key from login_throttle where failures = 2)";

#[tokio::test]
async fn while_it_waits_for_the_pair_a_success_holds_neither_network_nor_account() {
    let held = held_while_waiting_for(PAIR, &[NETWORK, ACCOUNT]).await;
    assert_eq!(held, Vec::<&str>::new());
}

#[tokio::test]
async fn while_it_waits_for_the_network_a_success_does_not_hold_the_account() {
    let held = held_while_waiting_for(NETWORK, &[ACCOUNT]).await;
    assert_eq!(held, Vec::<&str>::new());
}

/// Stops a sign-in at one counter, and tells which of the others it has in its hands then.
async fn held_while_waiting_for(stop_at: &str, others: &[&'static str]) -> Vec<&'static str> {
    let app = TestApp::new().await;
    let ada = app.person("ada@example.com", &["user"]).await;
    fail(&app, "ada@example.com", 2, 401).await;
    fail(&app, "nobody1@example.com", 1, 401).await;
    fail(&app, "nobody2@example.com", 1, 401).await;
    // The first statement of a sign-in takes no lock on the user, the second one begins with it.
    let user = format!("select from users where id = '{}' for update", ada.id);
    let user = Locked::new(&app, user).await;
    let sign_in = attempt(&app, "ada@example.com", PASSWORD).send();
    let inspect = async {
        user.until_waited_for().await;
        let stop = format!("select from login_throttle where key = {stop_at} for update");
        let stop = Locked::new(&app, stop).await;
        user.transaction.commit().await.unwrap();
        stop.until_waited_for().await;
        let mut held = Vec::new();
        for other in others {
            let row =
                format!("select from login_throttle where key = {other} for update skip locked");
            let free = sqlx::query(AssertSqlSafe(row))
                .fetch_all(&app.database.owner)
                .await;
            if free.unwrap().is_empty() {
                held.push(*other);
            }
        }
        stop.transaction.commit().await.unwrap();
        held
    };
    let (answer, held) = tokio::join!(sign_in, inspect);
    answer.expect(200);
    held
}

/// A row that nobody else can change.
struct Locked<'a> {
    app: &'a TestApp,
    transaction: Transaction<'static, Postgres>,
    pid: i32,
}

impl<'a> Locked<'a> {
    async fn new(app: &'a TestApp, sql: String) -> Self {
        let mut transaction = app.database.owner.begin().await.unwrap();
        let rows = transaction.fetch_all(AssertSqlSafe(sql)).await.unwrap();
        assert_eq!(rows.len(), 1);
        let pid = sqlx::query_scalar("select pg_backend_pid()");
        let pid = pid.fetch_one(&mut *transaction).await.unwrap();
        Self {
            app,
            transaction,
            pid,
        }
    }

    async fn until_waited_for(&self) {
        let pid = self.pid;
        let waited_for = format!(
            "select exists (select from pg_stat_activity where {pid} = any (pg_blocking_pids(pid)))"
        );
        while !self.app.database.value::<bool>(&waited_for).await {}
    }
}
