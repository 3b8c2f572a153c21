//! `hallpass smoke`: end-to-end test of a deployment with a temporary account.

mod console;
mod dry_run;
mod signed_in;

use std::io;

use hallpass_core::AppContext;
use serde_json::json;

use super::client::Site;
use super::contact::contact;
use super::report::Report;
use super::temp_account::{Removed, TempAccount};
use super::{LIST, headers};
use crate::cli::SmokeOptions;
use crate::environment::Environment;
use crate::failure::{Exit, Failure};
use crate::interrupt::Interrupt;
use crate::output::Output;
use crate::units;

pub(crate) async fn run(
    environment: &Environment,
    output: Output,
    options: &SmokeOptions,
) -> Result<Exit, Failure> {
    let site = Site::named(environment, &options.site)?;
    let needs_account = !options.public && !options.headers_only;
    if options.dry_run {
        return dry_run::run(environment, output, &site, needs_account).await;
    }
    let hallpass = needs_account.then(|| product(environment)).transpose()?;
    let mut interrupt = Interrupt::listen();
    let mut report = Report::new();
    let is_healthy = tokio::select! {
        checked = check_without_account(&site, &mut report, options.headers_only) => checked?,
        () = interrupt.recv() => return Err(interrupted("nothing was created")),
    };
    let mut removed = Ok(());
    if let Some(hallpass) = hallpass.filter(|_| is_healthy) {
        let tried = with_account(&hallpass, &site, output, &mut interrupt, &mut report).await;
        match tried {
            Ok(Some(removed)) => {
                answer(output, &site, &report)?;
                return Err(interrupted(removed.detail()));
            }
            Ok(None) => {}
            Err(failure) if report.has_begun_with_account() => removed = Err(failure),
            Err(failure) => return Err(failure),
        }
    } else if needs_account {
        report.note(
            "signIn",
            false,
            "skipped: the deployment is not healthy",
            None,
        );
    }
    answer(output, &site, &report)?;
    removed?;
    Ok(if report.passed() {
        Exit::Done
    } else {
        Exit::Breach
    })
}

/// An application context on the owner's connection, which may delete the account.
fn product(environment: &Environment) -> Result<AppContext, Failure> {
    environment.owners_product().map_err(|errors| {
        Failure::from(errors).next(
            "the temporary account is created in the database: set DATABASE_URL_UNPOOLED (or DATABASE_URL), pass a \
             file with `--env-file FILE`, or test without an account with `--public`",
        )
    })
}

fn interrupted(state: &str) -> Failure {
    let detail = format!("interrupted; {state}");
    Failure::new(Exit::Failed, "interrupted", detail).next("run the command again")
}

/// Runs the steps that need no account. Returns whether it makes sense to sign in.
async fn check_without_account(
    site: &Site,
    report: &mut Report,
    headers_only: bool,
) -> Result<bool, Failure> {
    let health = contact(site).await?;
    let status = health.text("/status").to_owned();
    let is_healthy = health.status == 200 && status == "healthy";
    if !headers_only {
        let detail = if status.is_empty() {
            health.outcome()
        } else {
            format!(
                "{status}, {} {}",
                health.text("/environment"),
                health.text("/version")
            )
        };
        report.note("health", is_healthy, &detail, Some(health.milliseconds));
    }
    let page = console::page(site).await;
    let stranger = site.get(LIST).await;
    let mut seen = vec![("/health".to_owned(), Some(&health.headers))];
    seen.push((
        LIST.to_owned(),
        stranger.as_ref().ok().map(|answer| &answer.headers),
    ));
    seen.extend(page.headers());
    security_headers(report, &seen);
    if headers_only {
        return Ok(true);
    }
    page.judge(report);
    report.keys(site.get("/.well-known/jwks.json").await);
    report.judge("refusesStrangers", stranger, 401, |answer| {
        (answer.text("/code") == "unauthenticated")
            .then(|| "401 unauthenticated".to_owned())
            .ok_or_else(|| format!("{} is not a problem response of Hallpass", answer.outcome()))
    });
    Ok(health.status == 200)
}

fn security_headers(report: &mut Report, seen: &[(String, Option<&ureq::http::HeaderMap>)]) {
    let mut problems = Vec::new();
    for (path, found) in seen {
        match found {
            Some(found) => {
                let found = headers::problems(found).into_iter();
                problems.extend(found.map(|problem| format!("{path}: {problem}")));
            }
            None => problems.push(format!("{path}: no response")),
        }
    }
    let detail = if problems.is_empty() {
        format!(
            "{} headers on each of {} responses",
            headers::count(),
            seen.len()
        )
    } else {
        problems.join("; ")
    };
    report.note("securityHeaders", problems.is_empty(), &detail, None);
}

/// Runs the steps that need an account. If the run is interrupted, returns how the account was removed.
async fn with_account(
    hallpass: &AppContext,
    site: &Site,
    output: Output,
    interrupt: &mut Interrupt,
    report: &mut Report,
) -> Result<Option<Removed>, Failure> {
    let (account, left_behind) = TempAccount::make(hallpass, "smoke").await?;
    if left_behind > 0 {
        output.remark(&format!(
            "removed {} left behind by earlier runs",
            units::count(left_behind, "account")
        ))?;
    }
    let is_interrupted = tokio::select! {
        () = signed_in::run_steps(site, &account, report) => false,
        () = interrupt.recv() => true,
    };
    let removed = account.remove().await?;
    report.account_removed(removed);
    Ok(is_interrupted.then_some(removed))
}

fn answer(output: Output, site: &Site, report: &Report) -> io::Result<()> {
    let json = json!({"url": site.origin.text, "passed": report.passed(), "steps": report.steps()});
    output.answer(&json, |out| report.show(out))
}
