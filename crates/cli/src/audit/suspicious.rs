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
use crate::output::{GOOD, Output, wrapped};
use crate::units;

pub(super) async fn run(db: &Db, output: Output, since: Duration) -> Result<Exit, Failure> {
    let findings = suspicious(db, clock::now() - since).await?;
    let is_breached = findings.iter().any(|finding| finding.severity != "info");
    let json = json!({"findings": findings, "isBreached": is_breached});
    output.answer(&json, |out| show(out, &findings, since))?;
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

/// User and network of a finding, as one text.
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
            "a refresh token was used by two parties, so its session was ended; if this was not {user}, run \
             `hallpass sessions revoke --user {user}` and `hallpass users set-password {user} --link`"
        ),
        "sign_in_after_failures" => format!(
            "ask {user} whether they signed in; if not, run `hallpass users deactivate {user}` and then \
             `hallpass audit recent --user {user}`"
        ),
        "admin_granted" => {
            format!("if this was not intended, run `hallpass users set-roles {user} --role user`")
        }
        "new_device" => format!("ask {user}, and check `hallpass sessions list --user {user}`"),
        "one_network_many_accounts" => {
            "block the network at the platform's firewall; until then the rate limit slows it down"
                .to_owned()
        }
        "one_account_one_network" => format!(
            "the rate limit slows this down; ask {user} whether one of their programs uses an old password, or block \
             the network at the platform's firewall; details: `hallpass audit recent --user {user}`"
        ),
        "one_account_many_networks" => format!(
            "the rate limit slows this down; make sure that {user} has a strong password; details: \
             `hallpass audit recent --user {user}`"
        ),
        _ => "run `hallpass audit recent --severity warning` for details".to_owned(),
    }
}
