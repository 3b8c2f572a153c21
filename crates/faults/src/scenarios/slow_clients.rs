//! Clients that send headers or bodies slowly, beside clients that do not.

use std::time::{Duration, Instant};

use hallpass_platform::Error;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::ledger::compare;
use crate::load::Load;
use crate::outcome::Outcome;
use crate::samples::quantile;
use crate::stack::Server;

const EACH: usize = 50;
const HEADERS: &str = "POST /api/refresh HTTP/1.1\r\nHost: localhost\r\n";
const BODY: &str = "POST /api/refresh HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                    Content-Length: 60\r\n\r\n{\"refreshToken\": \"";

pub(super) async fn run(server: &mut Server) -> Result<Outcome, Error> {
    let stack = server.stack(1).await?;
    let load = Load::start(server, &stack, 6).await?;
    let port = stack.platform.port();
    let end = Instant::now() + server.seconds(9.0, 40.0);
    let mut slow = JoinSet::new();
    for start in [HEADERS, BODY] {
        for _ in 0..EACH {
            slow.spawn(async move { (start, trickle(port, start, end).await) });
        }
    }
    let answers = slow.join_all().await;
    let ledgers = load.finish().await;
    let bodies: Vec<_> = answers.iter().filter(|(start, _)| *start == BODY).collect();
    let refused = bodies
        .iter()
        .filter(|(_, answer)| answer.starts_with("HTTP/1.1 408"))
        .count();
    let injected = format!("{EACH} clients with slow headers and {EACH} with slow bodies");
    let mut outcome = Outcome::of(injected, stack.samples.take(), &[]);
    outcome.figure("slow bodies answered with 408", refused);
    let p99 = quantile(&outcome.samples, 0.99).as_millis();
    outcome.figure(
        "neighbours' p99 in ms",
        u64::try_from(p99).unwrap_or(u64::MAX),
    );
    outcome.require(refused == EACH, || {
        format!("{refused} of {EACH} slow bodies were answered with 408")
    });
    let failed = outcome.others();
    outcome.require(failed.is_empty(), || {
        format!("neighbours failed: {failed:?}")
    });
    outcome.balance(compare(&server.owner_url(), &ledgers).await?);
    stack.platform.stop().await;
    Ok(outcome)
}

/// Sends a byte every half second, until the connection ends or the time is over. Returns what was answered.
async fn trickle(port: u16, start: &str, end: Instant) -> String {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)).await else {
        return "not connected".to_owned();
    };
    if stream.write_all(start.as_bytes()).await.is_err() {
        return "closed".to_owned();
    }
    let mut answer = vec![0; 1024];
    while Instant::now() < end {
        let pause = tokio::time::timeout(Duration::from_millis(500), stream.read(&mut answer));
        match pause.await {
            Ok(Ok(length)) => return String::from_utf8_lossy(&answer[..length]).into_owned(),
            Ok(Err(_)) => return "closed".to_owned(),
            Err(_) => {
                if stream.write_all(b"x").await.is_err() {
                    return "closed".to_owned();
                }
            }
        }
    }
    "open".to_owned()
}
