//! What happens to the cluster while the clients write, and how long writes are refused.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use hallpass_platform::Error;
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};

use super::answers::{Answers, Interval};
use super::cluster::Cluster;
use super::configuration::{LOOP_WAIT, TTL};
use super::maintenance::Maintenance;
use crate::drill::options::Event;
use crate::drill::report::ensure;

/// Retry grace period of refresh tokens. A client that repeats a refresh later than that is signed out, so a failover must
/// be shorter.
const GRACE: Duration = Duration::from_secs(30);
/// Limit for an event in which the primary is not lost: Patroni notices it in its next loop.
const SHORT: Duration = Duration::from_secs(15);
/// How long etcd does not answer: longer than the leader key is valid.
const ETCD_AWAY: Duration = Duration::from_secs(TTL + 2 * LOOP_WAIT);
/// Time after which the clients must write again.
const WRITE_PATIENCE: Duration = Duration::from_mins(1);
/// The time that bytes need which were on their way when a node was cut off.
const IN_FLIGHT: Duration = Duration::from_secs(1);

/// What was measured during an event.
#[derive(Debug)]
pub(super) struct Measured {
    pub(super) event: Event,
    from: String,
    to: String,
    pub(super) answers: Interval,
    /// Until the cluster was whole again, with the node back.
    whole: Duration,
}

impl Measured {
    pub(super) fn line(&self) -> String {
        format!(
            "{:<11} {} → {}   {:>6.1} s {:>8} {:>9.1} s {:>7.1} s",
            self.event.name(),
            self.from,
            self.to,
            self.answers.without_writes.as_secs_f64(),
            self.answers.refused,
            self.answers.longest.as_secs_f64(),
            self.whole.as_secs_f64()
        )
    }

    /// The headings of [`Measured::line`].
    pub(super) fn headings() -> String {
        "event       primary   no writes  refused   longest     whole".to_owned()
    }

    pub(super) fn json(&self) -> Value {
        json!({
            "event": self.event.name(),
            "primaryBefore": self.from,
            "primaryAfter": self.to,
            "secondsWithoutWrites": self.answers.without_writes.as_secs_f64(),
            "refusedRequests": self.answers.refused,
            "longestRequestSeconds": self.answers.longest.as_secs_f64(),
            "wholeAfterSeconds": self.whole.as_secs_f64(),
        })
    }

    /// One line for the step.
    pub(super) fn summary(&self) -> String {
        format!(
            "{} → {}; {:.1} s without writes, {} requests refused, the longest took {:.1} s",
            self.from,
            self.to,
            self.answers.without_writes.as_secs_f64(),
            self.answers.refused,
            self.answers.longest.as_secs_f64()
        )
    }

    /// Writes must be refused for no longer than the event allows.
    fn check(&self) -> Result<(), Error> {
        let limit = match self.event {
            Event::Kill | Event::Partition | Event::Freeze => GRACE,
            Event::Standby | Event::Etcd | Event::Switchover => SHORT,
        };
        ensure(self.answers.without_writes <= limit, || {
            format!(
                "{}: no write was acknowledged for {:.1} s; at most {} s are allowed",
                self.event.name(),
                self.answers.without_writes.as_secs_f64(),
                limit.as_secs()
            )
        })
    }
}

/// Lets an event happen, waits until the clients write again and all nodes are back, and measures.
///
/// # Errors
/// The cluster does not recover, writes are refused for too long, or a client was answered what it must not be answered.
pub(super) async fn run(
    event: Event,
    cluster: &mut Cluster,
    answers: &Answers,
    maintenance: &Maintenance<'_>,
) -> Result<Measured, Error> {
    let before = cluster.until_whole().await?;
    let old = before.primary;
    let begun = Instant::now();
    match event {
        Event::Kill => {
            cluster.nodes[old].kill().await?;
            until_written_elsewhere(old, cluster, answers).await?;
            cluster.nodes[old].start(&cluster.programs)?;
        }
        Event::Freeze => {
            cluster.nodes[old].freeze().await?;
            until_written_elsewhere(old, cluster, answers).await?;
            cluster.nodes[old].thaw().await?;
        }
        Event::Partition => partition(old, cluster, answers).await?,
        Event::Standby => {
            let standby = before.synchronous_standby;
            cluster.nodes[standby].kill().await?;
            // Requests that began before the loss was noticed do not count.
            tokio::time::sleep(Duration::from_secs(LOOP_WAIT)).await;
            until_written(answers).await?;
            cluster.nodes[standby].start(&cluster.programs)?;
        }
        Event::Etcd => {
            cluster.stop_etcd()?;
            tokio::time::sleep(ETCD_AWAY).await;
            cluster.continue_etcd()?;
            until_written(answers).await?;
        }
        Event::Switchover => {
            maintenance.run().await?;
            until_written_elsewhere(old, cluster, answers).await?;
        }
    }
    let after = cluster.until_whole().await?;
    let ended = Instant::now();
    let keeps_primary = matches!(event, Event::Standby | Event::Etcd);
    ensure(keeps_primary == (after.primary == old), || {
        let name = &cluster.nodes[after.primary].name;
        format!("{}: the primary is {name} afterwards", event.name())
    })?;
    let measured = Measured {
        event,
        from: cluster.nodes[old].name.clone(),
        to: cluster.nodes[after.primary].name.clone(),
        answers: answers.between(begun, ended),
        whole: ended - begun,
    };
    measured.check()?;
    answers.check()?;
    Ok(measured)
}

async fn until_written_elsewhere(
    old: usize,
    cluster: &Cluster,
    answers: &Answers,
) -> Result<(), Error> {
    cluster.until_primary_is_not(old).await?;
    until_written(answers).await
}

/// Waits until a request that begins from now on is acknowledged as a write.
async fn until_written(answers: &Answers) -> Result<(), Error> {
    let since = Instant::now();
    while answers.writes_since(since) == 0 {
        ensure(since.elapsed() < WRITE_PATIENCE, || {
            format!(
                "no write was acknowledged within {} s",
                WRITE_PATIENCE.as_secs()
            )
        })?;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

/// Cuts the primary off until another node is the primary. A client on its side of the partition must not be able to
/// write: its writes would be lost.
async fn partition(old: usize, cluster: &Cluster, answers: &Answers) -> Result<(), Error> {
    let node = &cluster.nodes[old];
    let url = cluster.superuser_url_at(node.ports.postgres, "postgres");
    let mut connection = PgConnection::connect(&url).await?;
    sqlx::raw_sql("create table if not exists public.isolated (n integer)")
        .execute(&mut connection)
        .await?;
    connection.close().await?;
    node.cut_off();
    tokio::time::sleep(IN_FLIGHT).await;
    let acknowledged = Arc::new(AtomicUsize::new(0));
    let isolated = {
        let acknowledged = Arc::clone(&acknowledged);
        async move {
            loop {
                if write_on(&url).await {
                    acknowledged.fetch_add(1, Ordering::Relaxed);
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    };
    tokio::select! {
        outcome = until_written_elsewhere(old, cluster, answers) => outcome?,
        () = isolated => {}
    }
    cluster.nodes[old].reconnect();
    let written = acknowledged.load(Ordering::Relaxed);
    ensure(written == 0, || {
        format!("the isolated primary acknowledged {written} writes, which are lost")
    })
}

/// Whether a write at this server is acknowledged within a second.
async fn write_on(url: &str) -> bool {
    let write = async {
        let mut connection = PgConnection::connect(url).await?;
        sqlx::query("insert into public.isolated values (1)")
            .execute(&mut connection)
            .await
    };
    matches!(
        tokio::time::timeout(Duration::from_secs(1), write).await,
        Ok(Ok(_))
    )
}
