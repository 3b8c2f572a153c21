//! `hallpass db connections`: connections by role and state, and the connection limits.

use std::io;

use hallpass_core::db::{Db, Idempotency};
use hallpass_core::monitoring::system::{self, ConnectionLimit};
use hallpass_core::monitoring::thresholds::CONNECTIONS_PERCENT;
use serde::Serialize;
use serde_json::json;
use sqlx::{query, query_file_as};

use crate::failure::{Exit, Failure};
use crate::output::{BAD, GOOD, Output};
use crate::table::{self, Column, flexible, number, text};
use crate::units;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Group {
    role: String,
    application: String,
    state: String,
    connections: i64,
    longest_transaction_seconds: Option<f64>,
}

/// A connection limit and its usage.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Limit {
    pub(crate) scope: String,
    pub(crate) used: i64,
    #[serde(rename = "limit")]
    pub(crate) at_most: i64,
    pub(crate) percent: i64,
    pub(crate) is_breached: bool,
}

impl From<ConnectionLimit> for Limit {
    fn from(limit: ConnectionLimit) -> Self {
        Self {
            percent: limit.used * 100 / limit.at_most,
            is_breached: limit.is_exceeded(),
            used: limit.used,
            at_most: limit.at_most,
            scope: limit.scope,
        }
    }
}

/// All connection limits and their usage.
pub(crate) async fn limits(db: &Db) -> Result<Vec<Limit>, Failure> {
    let limits = system::connection_limits(db).await?;
    Ok(limits.into_iter().map(Limit::from).collect())
}

pub(super) async fn run(db: &Db, output: Output) -> Result<Exit, Failure> {
    let groups = db.fetch_all(Idempotency::Idempotent, || {
        query_file_as!(Group, "src/db/sql/connections.sql")
    });
    let groups = groups.await?;
    let limits = limits(db).await?;
    let is_breached = limits.iter().any(|limit| limit.is_breached);
    let longest = groups
        .iter()
        .filter_map(|group| group.longest_transaction_seconds)
        .reduce(f64::max);
    let json = json!({
        "connections": groups,
        "longestTransactionSeconds": longest,
        "limits": limits,
        "thresholdPercent": CONNECTIONS_PERCENT,
        "isBreached": is_breached,
    });
    output.answer(&json, |out| show(out, &groups, longest, &limits))?;
    if groups.iter().any(|group| group.state == "hidden") {
        let role = db.fetch_one(Idempotency::Idempotent, || {
            query!(r#"select current_user::text as "role!""#).map(|row| row.role)
        });
        let role = role.await?;
        output.remark(&format!(
            "{role} cannot see the activity of other roles; to show it, run as the owner: `grant pg_read_all_stats to {role}`"
        ))?;
    }
    Ok(if is_breached {
        Exit::Breach
    } else {
        Exit::Done
    })
}

fn show(
    out: &mut dyn io::Write,
    groups: &[Group],
    longest: Option<f64>,
    limits: &[Limit],
) -> io::Result<()> {
    const COLUMNS: [Column; 5] = [
        text("ROLE"),
        flexible("APPLICATION", 11),
        text("STATE"),
        number("CONNECTIONS"),
        number("LONGEST TRANSACTION"),
    ];
    let rows: Vec<_> = groups
        .iter()
        .map(|group| {
            let longest = group.longest_transaction_seconds;
            [
                group.role.clone(),
                group.application.clone(),
                group.state.clone(),
                units::number(group.connections),
                longest.map_or_else(|| "–".to_owned(), units::span),
            ]
        })
        .collect();
    if rows.is_empty() {
        writeln!(out, "No other connections.")?;
    } else {
        table::write(out, &COLUMNS, &rows)?;
    }
    if let Some(longest) = longest {
        writeln!(out, "\nLongest transaction: {}", units::span(longest))?;
    }
    writeln!(out)?;
    show_limits(out, limits)
}

/// Prints a line for each limit, and a recommendation if a limit is nearly reached.
pub(crate) fn show_limits(out: &mut dyn io::Write, limits: &[Limit]) -> io::Result<()> {
    for limit in limits {
        let style = if limit.is_breached { BAD } else { GOOD };
        let Limit {
            scope,
            used,
            at_most,
            percent,
            ..
        } = limit;
        writeln!(
            out,
            "{style}{percent:>3} %{style:#}  {scope}: {used} of {at_most} connections"
        )?;
    }
    if limits.iter().any(|limit| limit.is_breached) {
        writeln!(
            out,
            "{BAD}→{BAD:#} over {CONNECTIONS_PERCENT} %: connect through a pooler, or lower \
             DATABASE_CONNECTION_LIMIT; to end\n  stuck connections: select pg_terminate_backend(pid) from pg_stat_activity where …"
        )?;
    }
    Ok(())
}
