//! Another program has all connections of the server.

use std::time::{Duration, Instant};

use futures_util::future::{join, join_all};
use hallpass_platform::Error;
use sqlx::{Connection as _, PgConnection};

use crate::outcome::Outcome;
use crate::stack::Server;

pub(super) async fn run(server: &mut Server) -> Result<Outcome, Error> {
    let stack = server.stack(1).await?;
    let client = stack.client(0);
    // New instances, as after a deployment, have no connections.
    stack.platform.recycle().await;
    server
        .execute("drop role if exists hog; create role hog login password 'hog'")
        .await?;
    let url = server.postgres.url("hog", "hog", "postgres");
    let mut taken = Vec::new();
    while let Ok(connection) = PgConnection::connect(&url).await {
        taken.push(connection);
    }
    let end = Instant::now() + server.seconds(5.0, 14.0);
    while Instant::now() < end {
        let reads = join_all((0..4).map(|_| stack.show_me(&client)));
        join(reads, stack.list_users(&client)).await;
    }
    let during = stack.samples.take();
    let count = taken.len();
    for connection in taken {
        connection.close().await?;
    }
    let back = Instant::now();
    for _ in 0..10 {
        stack.show_me(&client).await;
        stack.list_users(&client).await;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let refused = during.iter().all(|sample| sample.status == 503);
    let samples = [during, stack.samples.take()].concat();
    let mut outcome = Outcome::of(format!("{count} connections taken"), samples, &[]);
    outcome.require(refused, || "a request got a connection".to_owned());
    outcome.recovers_from(back);
    server.execute("drop role hog").await?;
    stack.platform.stop().await;
    Ok(outcome)
}
