//! Somebody else's transaction holds a lock on one user. More clients than an instance has connections change that user.

use std::time::{Duration, Instant};

use hallpass_platform::Error;
use hyper::Method;
use serde_json::json;
use sqlx::{Connection as _, PgConnection};
use tokio::task::JoinSet;

use crate::client::Call;
use crate::outcome::Outcome;
use crate::samples::quantile;
use crate::stack::Server;

const CLIENTS: u16 = 12;

pub(super) async fn run(server: &mut Server) -> Result<Outcome, Error> {
    let stack = server.stack(1).await?;
    let locked = server.sign_in(&stack.client(0), "user").await?;
    // The first use of an access token is recorded in its session. The changes must not be the first use.
    stack.list_users(&stack.client(0)).await;
    stack.samples.take();
    let mut foreign = PgConnection::connect(&server.owner_url()).await?;
    let mut lock = foreign.begin().await?;
    sqlx::query("select from hallpass.users where id = $1 for update")
        .bind(locked.id)
        .execute(&mut *lock)
        .await?;
    let held = server.seconds(6.0, 15.0);
    let end = Instant::now() + held;
    let mut changes = JoinSet::new();
    for number in 0..CLIENTS {
        let (client, token) = (stack.client(number), stack.admin.access_token.clone());
        let path = format!("/api/users/{}", locked.id);
        changes.spawn(async move {
            while Instant::now() < end {
                let body = json!({ "name": "Changed" });
                let call = Call {
                    kind: "change of the locked row",
                    method: &Method::PATCH,
                    path: &path,
                    token: Some(&token),
                    body: Some(&body),
                };
                client.send(call).await;
            }
        });
    }
    let client = stack.client(100);
    while Instant::now() < end {
        stack.list_users(&client).await;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    changes.join_all().await;
    lock.rollback().await?;
    foreign.close().await?;
    let injected = format!(
        "lock held for {} s, {CLIENTS} clients change the row",
        held.as_secs()
    );
    let mut outcome = Outcome::of(injected, stack.samples.take(), &[]);
    let (all, succeeded) = outcome.successes("list");
    let mut neighbours = outcome.samples.clone();
    neighbours.retain(|sample| sample.kind == "list");
    outcome.figure("neighbours", all);
    let p99 = quantile(&neighbours, 0.99).as_millis();
    outcome.figure("their p99 in ms", u64::try_from(p99).unwrap_or(u64::MAX));
    outcome.require(all == succeeded && all > 20, || {
        format!(
            "{} of {all} requests that need no lock failed",
            all - succeeded
        )
    });
    stack.platform.stop().await;
    Ok(outcome)
}
