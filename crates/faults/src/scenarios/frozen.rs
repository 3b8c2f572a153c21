//! Instances are stopped for longer than the server keeps idle connections.

use std::time::Duration;

use futures_util::future::join_all;
use hallpass_platform::Error;

use crate::outcome::Outcome;
use crate::stack::{ROLE, Server};

/// The longest that a response may take after a freeze.
const EXTRA: Duration = Duration::from_secs(2);

pub(super) async fn run(server: &mut Server) -> Result<Outcome, Error> {
    server
        .execute(&format!(
            "alter role {ROLE} set idle_session_timeout = '2s'"
        ))
        .await?;
    let stack = server.stack(1).await?;
    let rounds = if server.is_short { 2 } else { 5 };
    let client = stack.client(0);
    for _ in 0..rounds {
        join_all((0..9).map(|_| stack.show_me(&client))).await;
        join_all((0..9).map(|_| stack.list_users(&client))).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        for function in ["me", "users"] {
            stack.platform.freeze(function, 0).await?;
        }
        tokio::time::sleep(Duration::from_secs(4)).await;
        // The next request continues the process, as on Vercel.
        for _ in 0..5 {
            stack.show_me(&client).await;
            stack.list_users(&client).await;
        }
    }
    server
        .execute(&format!("alter role {ROLE} reset idle_session_timeout"))
        .await?;
    let injected = format!("{rounds} times 4 s, idle_session_timeout 2 s");
    let mut outcome = Outcome::of(injected, stack.samples.take(), &[]);
    let failed = outcome.others();
    outcome.require(failed.is_empty(), || {
        format!("not all succeeded: {failed:?}")
    });
    let longest = outcome.longest();
    outcome.require(longest <= EXTRA, || {
        format!("a response took {:.2} s", longest.as_secs_f64())
    });
    stack.platform.stop().await;
    Ok(outcome)
}
