//! `hallpass sessions list`.

use hallpass_core::db::Db;
use hallpass_core::sessions::operator::{self, LiveSession};
use hallpass_core::users::Who;
use serde_json::json;

use crate::cli::SessionsListOptions;
use crate::clock::minute;
use crate::failure::Failure;
use crate::output::Output;
use crate::table::{self, Column, flexible, text};
use crate::users::about;

pub(super) async fn run(
    db: &Db,
    output: Output,
    options: &SessionsListOptions,
) -> Result<(), Failure> {
    const COLUMNS: [Column; 5] = [
        text("USER"),
        text("SIGNED IN"),
        text("LAST USED"),
        text("IP ADDRESS"),
        flexible("USER AGENT", 10),
    ];
    let who = options.user.as_deref().map(Who::parse);
    let sessions = operator::list(db, who.as_ref(), options.limit).await;
    let sessions = sessions.map_err(|error| match &who {
        Some(who) => about(who, error),
        None => Failure::from(error),
    })?;
    output.answer(&json!({"items": sessions}), |out| {
        if sessions.is_empty() {
            return writeln!(out, "No active sessions.");
        }
        let rows: Vec<_> = sessions.iter().map(row).collect();
        table::write(out, &COLUMNS, &rows)?;
        if i64::try_from(sessions.len()).is_ok_and(|shown| shown == options.limit) {
            writeln!(out, "\nThere may be more sessions: raise --limit")?;
        }
        Ok(())
    })?;
    Ok(())
}

fn row(session: &LiveSession) -> [String; 5] {
    [
        session.email.clone(),
        minute(session.created_at),
        minute(session.last_used_at),
        session.ip.clone().unwrap_or_default(),
        session.user_agent.clone().unwrap_or_default(),
    ]
}
