//! `hallpass audit suspicious`.

use std::io;

use hallpass_core::db::Db;
use hallpass_core::monitoring::{Finding, suspicious};
use serde_json::json;
use time::Duration;

use super::recent::details;
use super::style;
use crate::clock;
use crate::failure::{Exit, Failure};
use crate::screen::{GOOD, Screen, wrapped};
use crate::units;

pub(super) async fn run(db: &Db, screen: Screen, since: Duration) -> Result<Exit, Failure> {
    let findings = suspicious(db, clock::now() - since).await?;
    let is_breached = findings.iter().any(|finding| finding.severity != "info");
    let json = json!({"findings": findings, "isBreached": is_breached});
    screen.answer(&json, |out| show(out, &findings, since))?;
    Ok(if is_breached {
        Exit::Breach
    } else {
        Exit::Done
    })
}

fn show(out: &mut dyn io::Write, findings: &[Finding], since: Duration) -> io::Result<()> {
    let span = units::span(since.as_seconds_f64());
    if findings.is_empty() {
        return writeln!(out, "{GOOD}Nothing suspicious{GOOD:#} in the last {span}.");
    }
    for finding in findings {
        let style = style(&finding.severity);
        let kind = finding.kind.replace('_', " ");
        let severity = &finding.severity;
        writeln!(
            out,
            "{style}{severity:<9}{style:#}{kind}: {}",
            about(finding)
        )?;
        let indent = 9;
        let times = if finding.count == 1 {
            clock::second(finding.first_at)
        } else {
            let (first, last) = (finding.first_at, finding.last_at);
            format!(
                "{} times, {} to {}",
                units::number(finding.count),
                clock::second(first),
                clock::second(last)
            )
        };
        writeln!(out, "{:indent$}{times}", "")?;
        let details = details(&finding.details);
        if !details.is_empty() {
            writeln!(out, "{:indent$}{}", "", wrapped(&details, indent))?;
        }
        let advice = wrapped(&advice(finding), indent + 2);
        writeln!(out, "{:indent$}{style}→{style:#} {advice}", "")?;
    }
    Ok(())
}

/// Whom or what a finding is about.
fn about(finding: &Finding) -> String {
    let user = finding.user_email.as_deref();
    match (user, &finding.network) {
        (Some(user), Some(network)) => format!("{user}, from {network}"),
        (Some(user), None) => user.to_owned(),
        (None, Some(network)) => format!("from {network}"),
        (None, None) => "all accounts".to_owned(),
    }
}

fn advice(finding: &Finding) -> String {
    let user = finding.user_email.as_deref().unwrap_or("EMAIL");
    match finding.kind.as_str() {
        "refresh_reuse" => format!(
            "a refresh token was used by two parties and its session is over; if it was not {user}: \
             hallpass sessions revoke --user {user}; hallpass users set-password {user} --link"
        ),
        "sign_in_after_failures" => format!(
            "ask {user}; if it was somebody else: hallpass users deactivate {user}; then \
             hallpass audit recent --user {user}"
        ),
        "admin_granted" => {
            format!("if nobody meant to: hallpass users set-roles {user} --role user")
        }
        "new_device" => format!("ask {user}; hallpass sessions list --user {user}"),
        "one_network_many_accounts" => {
            "block the network at the platform's firewall; the throttle slows it down meanwhile"
                .to_owned()
        }
        "one_account_one_network" => format!(
            "the throttle holds it; ask {user} whether a program of theirs has an old password, or else block the \
             network at the platform's firewall: hallpass audit recent --user {user}"
        ),
        "one_account_many_networks" => format!(
            "the throttle holds it; see that {user} has a good password: hallpass audit recent --user {user}"
        ),
        _ => "hallpass audit recent --severity warning".to_owned(),
    }
}
