//! `hallpass audit recent`.

use hallpass_core::audit::{AuditEvent, Severity};
use hallpass_core::audit::{CHANGES, Recent, recent};
use hallpass_core::db::Db;
use hallpass_core::users::Who;
use serde_json::{Value, json};

use crate::cli::RecentOptions;
use crate::clock;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::table::{self, Column, flexible, text};
use crate::users::about;

pub(super) async fn run(db: &Db, output: Output, options: &RecentOptions) -> Result<Exit, Failure> {
    let events = if options.changes {
        CHANGES.map(str::to_owned).to_vec()
    } else {
        options.events.clone()
    };
    let user = options.user.as_deref().map(Who::parse);
    let wanted = Recent {
        events,
        severity: options.severity.map(|severity| severity.name().to_owned()),
        user: user.clone(),
        since: clock::now() - options.since,
        limit: options.limit,
    };
    let events = recent(db, &wanted).await;
    let events = events.map_err(|error| match &user {
        Some(who) => about(who, error),
        None => Failure::from(error),
    })?;
    output.answer(&json!({"items": events}), |out| {
        const COLUMNS: [Column; 6] = [
            text("TIME"),
            text("EVENT"),
            text("USER"),
            text("ACTOR"),
            text("IP ADDRESS"),
            flexible("DETAILS", 10),
        ];
        if events.is_empty() {
            return writeln!(out, "No matching events.");
        }
        let rows: Vec<_> = events.iter().map(row).collect();
        table::write(out, &COLUMNS, &rows)?;
        if i64::try_from(events.len()).is_ok_and(|shown| shown == options.limit) {
            writeln!(
                out,
                "\nThere may be more events: raise --limit, or shorten --since"
            )?;
        }
        Ok(())
    })?;
    Ok(Exit::Done)
}

fn row(event: &AuditEvent) -> [String; 6] {
    let mark = match event.severity {
        Severity::Critical => "!! ",
        Severity::Warning => "! ",
        Severity::Info => "",
    };
    [
        clock::second(event.occurred_at),
        format!("{mark}{}", event.event),
        event.user_email.clone().unwrap_or_default(),
        by(event),
        event.ip.clone().unwrap_or_default(),
        details(&event.details),
    ]
}

fn by(event: &AuditEvent) -> String {
    let is_operators = event
        .user_agent
        .as_deref()
        .is_some_and(|agent| agent.starts_with("hallpass/"));
    match (&event.actor_email, &event.request_id) {
        (Some(email), _) => email.clone(),
        (None, Some(command)) if is_operators && event.ip.is_none() => {
            format!("hallpass {command}")
        }
        _ => String::new(),
    }
}

/// Formats the details of an event as `reason=unknown_account roles=["user"]`.
pub(super) fn details(details: &Value) -> String {
    let Value::Object(fields) = details else {
        return String::new();
    };
    let fields = fields.iter().map(|(name, value)| match value {
        Value::String(text) => format!("{name}={text}"),
        other => format!("{name}={other}"),
    });
    fields.collect::<Vec<_>>().join(" ")
}
