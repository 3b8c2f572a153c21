//! `hallpass review access`.

use std::collections::BTreeMap;
use std::io;

use hallpass_core::db::Db;
use hallpass_core::users::operator::{Holder, PendingLink, holders, pending_links};
use serde::Serialize;
use serde_json::json;
use time::{Duration, OffsetDateTime};

use crate::clock;
use crate::failure::{Exit, Failure};
use crate::output::{FAIR, GOOD, Output, PLAIN, wrapped};
use crate::table::{self, Column, flexible, text};

/// A user with permissions, and the findings about them.
#[derive(Debug, Serialize)]
struct Reviewed {
    #[serde(flatten)]
    holder: Holder,
    findings: Vec<&'static str>,
}

pub(super) async fn run(db: &Db, output: Output, inactive: Duration) -> Result<Exit, Failure> {
    let now = clock::now();
    let holders = holders(db).await?;
    let links = pending_links(db, now).await?;
    let reviewed: Vec<_> = holders
        .into_iter()
        .map(|holder| Reviewed {
            findings: findings(&holder, now - inactive),
            holder,
        })
        .collect();
    let is_breached = reviewed.iter().any(|one| !one.findings.is_empty());
    let json = json!({
        "permissions": permissions(&reviewed),
        "holders": reviewed,
        "pendingLinks": links,
        "isBreached": is_breached,
    });
    output.answer(&json, |out| show(out, &reviewed, &links))?;
    Ok(if is_breached {
        Exit::Breach
    } else {
        Exit::Done
    })
}

/// Findings about an active user. A deactivated user has no findings, because they cannot use their permissions.
fn findings(holder: &Holder, seen_since: OffsetDateTime) -> Vec<&'static str> {
    let mut findings = Vec::new();
    if !holder.is_active {
        return findings;
    }
    if !holder.has_password {
        findings.push("no_password");
    }
    match holder.last_login_at {
        None => findings.push("never_signed_in"),
        Some(at) if at < seen_since => findings.push("inactive"),
        Some(_) => {}
    }
    findings
}

/// Number of active users that have each permission.
fn permissions(reviewed: &[Reviewed]) -> BTreeMap<&str, usize> {
    let mut counted = BTreeMap::new();
    for one in reviewed.iter().filter(|one| one.holder.is_active) {
        for permission in &one.holder.permissions {
            *counted.entry(permission.as_str()).or_default() += 1;
        }
    }
    counted
}

fn show(out: &mut dyn io::Write, reviewed: &[Reviewed], links: &[PendingLink]) -> io::Result<()> {
    const COLUMNS: [Column; 5] = [
        text("USER"),
        text("ROLES"),
        text("STATUS"),
        text("LAST SIGN-IN"),
        flexible("FINDINGS", 10),
    ];
    let rows: Vec<_> = reviewed.iter().map(row).collect();
    table::write(out, &COLUMNS, &rows)?;
    writeln!(out, "\n{PLAIN}Active users per permission{PLAIN:#}")?;
    for (permission, holders) in permissions(reviewed) {
        writeln!(out, "  {permission:<18}{holders}")?;
    }
    writeln!(out, "\n{PLAIN}Unused one-time links{PLAIN:#}")?;
    for link in links {
        let why = if link.is_first {
            "the first password"
        } else {
            "a new password"
        };
        let at = clock::minute(link.made_at);
        writeln!(out, "  {}, created {at}, for {why}", link.email)?;
    }
    if links.is_empty() {
        writeln!(out, "  none in the last 72 hours")?;
    }
    if reviewed.iter().all(|one| one.findings.is_empty()) {
        return writeln!(out, "\n{GOOD}No findings.{GOOD:#}");
    }
    let advice = "to remove roles that are not needed: `hallpass users set-roles EMAIL --role user`; to \
                  deactivate users who have left: `hallpass users deactivate EMAIL`";
    writeln!(out, "\n{FAIR}→{FAIR:#} {}", wrapped(advice, 2))
}

fn row(reviewed: &Reviewed) -> [String; 5] {
    let holder = &reviewed.holder;
    let status = if holder.is_active {
        "active"
    } else {
        "inactive"
    };
    [
        holder.email.clone(),
        holder.roles.join(" "),
        status.to_owned(),
        holder
            .last_login_at
            .map_or_else(|| "never".to_owned(), clock::day),
        reviewed.findings.join(", ").replace('_', " "),
    ]
}
