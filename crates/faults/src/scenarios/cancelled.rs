//! Clients that go away at random points of a request, beside clients that do not.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use hallpass_platform::Error;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::ledger::compare;
use crate::load::Load;
use crate::outcome::Outcome;
use crate::stack::{ROLE, Server, Stack};

pub(super) async fn run(server: &mut Server) -> Result<Outcome, Error> {
    let stack = server.stack(1).await?;
    let load = Load::start(server, &stack, 6).await?;
    let end = Instant::now() + server.seconds(6.0, 15.0);
    let gone = Arc::new(AtomicU64::new(0));
    let mut storm = JoinSet::new();
    for _ in 0..8 {
        let (port, request, gone) = (stack.platform.port(), requests(&stack), Arc::clone(&gone));
        storm.spawn(async move {
            while Instant::now() < end {
                if go_away(port, &request).await.is_some() {
                    gone.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
    }
    storm.join_all().await;
    let ledgers = load.finish().await;
    let injected = format!("{} clients went away", gone.load(Ordering::Relaxed));
    let mut outcome = Outcome::of(injected, stack.samples.take(), &[]);
    outcome.balance(compare(&server.owner_url(), &ledgers).await?);
    let open = format!("select count(*) from pg_stat_activity where usename = '{ROLE}'");
    let left_open = server
        .number(&format!("{open} and state like 'idle in transaction%'"))
        .await?;
    outcome.require(left_open == 0, || {
        format!("{left_open} transactions were left open")
    });
    let has_failed = |code: &str| {
        stack
            .platform
            .logs()
            .iter()
            .any(|line| line.text.contains(code))
    };
    outcome.require(!has_failed("25P02"), || {
        "a statement ran in somebody else's aborted transaction".to_owned()
    });
    // Idle instances close their connections.
    let patience = Instant::now() + Duration::from_secs(10);
    let mut left = server.number(&open).await?;
    while left > 0 && Instant::now() < patience {
        tokio::time::sleep(Duration::from_millis(250)).await;
        left = server.number(&open).await?;
    }
    outcome.require(left == 0, || format!("{left} connections were left open"));
    stack.platform.stop().await;
    Ok(outcome)
}

/// Requests that read and write.
fn requests(stack: &Stack) -> [String; 2] {
    let token = &stack.admin.access_token;
    let list = format!(
        "GET /api/users?pageSize=10 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n"
    );
    let body = r#"{"name": "Admin"}"#;
    let change = format!(
        "PATCH /api/me HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    [list, change]
}

/// Sends a request, or a part of one, and closes the connection without reading.
async fn go_away(port: u16, requests: &[String; 2]) -> Option<()> {
    let [first, second, third, ..] = *Uuid::new_v4().as_bytes();
    let request = &requests[usize::from(first) % 2];
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
    // Three of ten go away before the request is complete.
    let length = if second % 10 < 3 {
        request.len() * usize::from(third) / 256
    } else {
        request.len()
    };
    stream.write_all(&request.as_bytes()[..length]).await.ok()?;
    tokio::time::sleep(Duration::from_micros(u64::from(third) * 30)).await;
    Some(())
}
