//! Drill: the primary of a PostgreSQL cluster with synchronous replication is killed, cut off, paused and replaced while
//! users work. Nothing that was acknowledged is lost, and nobody is signed out.
//!
//! The cluster is Patroni with etcd and HAProxy from the distribution's packages.

mod answers;
mod cluster;
mod configuration;
mod daemon;
mod events;
mod isolation;
mod ledger;
mod load;
mod maintenance;
mod node;
mod programs;
mod standby;

use hallpass_platform::pgbouncer::{Login, PgBouncer, Settings};
use hallpass_platform::{Error, random_password};
use serde_json::Value;

use super::environment::{ADMINISTRATOR, Environment, create};
use super::options::Failover;
use super::report::{Report, ensure};
use cluster::Cluster;
use events::Measured;
use ledger::Balance;
use load::Load;
pub(crate) use maintenance::FENCE;
use maintenance::Maintenance;
use programs::Programs;

/// Number of problems that an error shows.
const SHOWN: usize = 5;

/// Checks that all programs are installed.
///
/// # Errors
/// Some are missing; the message names all packages to install.
pub(super) async fn check_programs() -> Result<(), Error> {
    Programs::find().await.map(|_| ())
}

pub(super) async fn run(
    environment: &Environment,
    options: &Failover,
    report: &mut Report,
) -> Result<(), Error> {
    report.step("start three PostgreSQL servers with Patroni, etcd and HAProxy");
    let mut cluster = Cluster::start(Programs::find().await?).await?;
    report.done(&cluster.programs.versions);

    report.step("migrate, start the functions behind HAProxy, and start the clients");
    environment
        .create_database(&cluster.superuser_url("postgres"))
        .await?;
    let database = environment.database_on(cluster.port);
    let operator = environment.operator(&database, None);
    operator.run(&["migrate"]).await?;
    let password = random_password()?;
    create(&operator, ADMINISTRATOR, "admin", &password).await?;
    let pooler = if options.pgbouncer {
        Some(start_pooler(&cluster).await?)
    } else {
        None
    };
    let port = pooler.as_ref().map_or(cluster.port, PgBouncer::port);
    let reached = environment.database_on(port);
    let (platform, site) = environment.platform(&reached).await?;
    let maintenance = Maintenance::read(&environment.root, platform.url(), &cluster, &operator)?;
    let load = Load::start(&operator, &site, &password).await?;
    report.done("clients create, update, refresh and sign in");

    let mut measured: Vec<Measured> = Vec::new();
    for event in options.sequence() {
        report.step(event.about());
        let event = events::run(event, &mut cluster, &load.answers, &maintenance).await?;
        report.done(&event.summary());
        measured.push(event);
    }

    report.step("stop the clients, and compare what was acknowledged with the database");
    let answers = std::sync::Arc::clone(&load.answers);
    let ledger = load.end().await?;
    let balance = Balance::of(&ledger, &cluster.superuser_url("hallpass"), &site).await?;
    answers.check()?;
    settled(&balance)?;
    report.done(&format!(
        "{} requests, {} acknowledged changes: 0 lost, 0 applied twice, 0 sessions ended; {} changes were applied \
         though the answer was 503",
        answers.count(),
        balance.acknowledged,
        balance.applied_unknown
    ));

    report.step("hallpass doctor and /health at the primary and at a standby");
    standby::run(environment, &operator, &site, &cluster).await?;
    report.done("both recognize the standby; doctor reports synchronous replication");

    summarize(report, &measured, &balance);
    platform.stop().await;
    match pooler {
        Some(pooler) => pooler.stop().await,
        None => Ok(()),
    }
}

async fn start_pooler(cluster: &Cluster) -> Result<PgBouncer, Error> {
    let superuser = Login::from_url(&cluster.superuser_url("postgres"))?;
    let settings = Settings::for_server_on(cluster.port)
        .superuser(superuser)
        .with_failover();
    PgBouncer::start(&settings).await
}

fn settled(balance: &Balance) -> Result<(), Error> {
    for (problem, found) in [
        ("acknowledged changes are lost", &balance.lost),
        ("changes were applied twice", &balance.twice),
        ("sessions have ended", &balance.ended),
    ] {
        ensure(found.is_empty(), || {
            let shown: Vec<_> = found.iter().take(SHOWN).map(String::as_str).collect();
            format!("{} {problem}:\n{}", found.len(), shown.join("\n"))
        })?;
    }
    Ok(())
}

fn summarize(report: &mut Report, measured: &[Measured], balance: &Balance) {
    let lines = std::iter::once(Measured::headings()).chain(measured.iter().map(Measured::line));
    let table = lines.collect::<Vec<_>>().join("\n");
    let events: Vec<Value> = measured.iter().map(Measured::json).collect();
    report.figure("events", events, table);
    let longest = measured
        .iter()
        .map(|event| event.answers.without_writes.as_secs_f64())
        .fold(0.0, f64::max);
    report.figure(
        "longestWithoutWritesSeconds",
        longest,
        format!("longest time without writes: {longest:.1} s"),
    );
    report.figure(
        "acknowledgedChanges",
        balance.acknowledged,
        format!(
            "acknowledged changes: {}, all present",
            balance.acknowledged
        ),
    );
    report.figure(
        "appliedUnacknowledged",
        balance.applied_unknown,
        format!(
            "applied without an acknowledgement: {}",
            balance.applied_unknown
        ),
    );
}
