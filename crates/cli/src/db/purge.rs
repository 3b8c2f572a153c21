//! `hallpass db purge`: deletes expired data. Needs the owner's role, and records the deletion in the audit log.

use std::io;

use hallpass_core::retention::operator::{self, AUDIT_KEPT_AT_LEAST, Batch, Purge};
use hallpass_core::{Client, audit};
use serde_json::{Value, json};
use sqlx::postgres::PgConnection;

use crate::cli::PurgeOptions;
use crate::clock;
use crate::confirm::confirm;
use crate::environment::Environment;
use crate::failure::{Exit, Failure, database};
use crate::interrupt;
use crate::output::{Output, PLAIN};
use crate::progress::Progress;
use crate::units;

pub(super) async fn run(
    environment: &Environment,
    output: Output,
    options: &PurgeOptions,
) -> Result<Exit, Failure> {
    if options.keep_audit < AUDIT_KEPT_AT_LEAST {
        return Err(too_short());
    }
    let now = clock::now();
    let audit = now - options.keep_audit;
    let sessions = now - options.keep_sessions;
    let (mut connection, address) = super::direct(environment).await?;
    if !options.dry_run {
        let what = format!(
            "This deletes from {}: sessions that ended before {}, stale rate-limit counters, and \
             audit events from before {}.",
            address.address(),
            clock::minute(sessions),
            clock::minute(audit)
        );
        confirm(options.yes, &what).await?;
        let bounds = json!({"auditBefore": clock::rfc3339(audit), "sessionsBefore": clock::rfc3339(sessions)});
        note_for_interrupt(&[], None);
        record(&mut connection, "purge_started", "warning", bounds).await?;
    }
    let steps = [
        ("sessions", Purge::Sessions(sessions)),
        ("throttleCounters", Purge::Throttle(now)),
        ("auditEvents", Purge::AuditEvents(audit)),
    ];
    let mut results = Vec::with_capacity(steps.len());
    for (name, what) in steps {
        let batch = step(&mut connection, output, options, name, what, &results).await?;
        results.push((name, batch));
    }
    let counts = |count: fn(&Batch) -> i64| -> Value {
        let pairs = results.iter();
        pairs
            .map(|(name, batch)| ((*name).to_owned(), json!(count(batch))))
            .collect()
    };
    let purged = counts(|batch| batch.purged);
    if !options.dry_run {
        record(&mut connection, "purge_finished", "info", purged.clone()).await?;
    }
    let json = json!({
        "database": address.address(),
        "dryRun": options.dry_run,
        "auditBefore": clock::rfc3339(audit),
        "sessionsBefore": clock::rfc3339(sessions),
        "scanned": counts(|batch| batch.scanned),
        "purged": purged,
    });
    output.answer(&json, |out| show(out, options.dry_run, &results))?;
    Ok(Exit::Done)
}

fn too_short() -> Failure {
    let days = AUDIT_KEPT_AT_LEAST.whole_days();
    let mut failure = Failure::new(Exit::Invalid, "invalid", "invalid input");
    failure.errors = vec![(
        "keepAudit".to_owned(),
        "too_short",
        format!("must be at least {days}d: the database refuses to delete newer events"),
    )];
    failure
}

async fn step(
    connection: &mut PgConnection,
    output: Output,
    options: &PurgeOptions,
    name: &'static str,
    what: Purge,
    before: &[(&'static str, Batch)],
) -> Result<Batch, Failure> {
    let (verb, done) = if options.dry_run {
        ("counting", "found")
    } else {
        ("purging", "deleted")
    };
    let progress = Progress::begin(output, format!("{verb} {}", words(name)));
    let said = |batch: Batch| {
        let (found, all) = (units::number(batch.purged), units::number(batch.scanned));
        format!("{found} {done}, {all} scanned")
    };
    let (size, dry_run) = (options.batch, options.dry_run);
    let purged = operator::purge(connection, what, size, dry_run, |batch| {
        progress.update(&said(batch));
        if !dry_run {
            note_for_interrupt(before, Some((name, batch)));
        }
    });
    let batch = purged.await.map_err(|error| database(&error))?;
    progress.end(&said(batch));
    Ok(batch)
}

/// Sets the interrupt note to what was deleted so far.
fn note_for_interrupt(before: &[(&'static str, Batch)], under_way: Option<(&'static str, Batch)>) {
    let done = before.iter().copied().chain(under_way);
    let done = done.filter(|(_, batch)| batch.purged > 0);
    let done: Vec<_> = done
        .map(|(name, batch)| format!("{} {}", units::number(batch.purged), words(name)))
        .collect();
    let done = match &done[..] {
        [] => "nothing was deleted".to_owned(),
        done => format!("deleted {}", done.join(", ")),
    };
    interrupt::set_interrupt_note(
        format!("{done}; the current batch was rolled back"),
        "run the command again to delete the rest",
    );
}

async fn record(
    connection: &mut PgConnection,
    event: &str,
    severity: &str,
    details: Value,
) -> Result<(), Failure> {
    let client = Client::operator("db purge");
    let recorded = audit::record(connection, event, severity, details, &client);
    recorded.await.map_err(|error| database(&error))
}

fn words(name: &str) -> &'static str {
    match name {
        "sessions" => "sessions",
        "throttleCounters" => "rate-limit counters",
        _ => "audit events",
    }
}

fn show(out: &mut dyn io::Write, dry_run: bool, results: &[(&str, Batch)]) -> io::Result<()> {
    let verb = if dry_run { "Would delete" } else { "Deleted" };
    for (name, batch) in results {
        let number = units::number(batch.purged);
        writeln!(out, "{verb} {PLAIN}{number}{PLAIN:#} {}", words(name))?;
    }
    Ok(())
}
