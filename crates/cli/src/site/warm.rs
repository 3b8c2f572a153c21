//! `hallpass warm`: sends the requests that keep the busiest functions warm.

use std::io;
use std::time::Duration;

use serde::Serialize;
use serde_json::json;

use super::client::{Answer, Site};
use super::contact::contact;
use super::{HEALTH, LIST};
use crate::cli::WarmOptions;
use crate::clock;
use crate::environment::Environment;
use crate::failure::{Exit, Failure};
use crate::interrupt::Interrupt;
use crate::output::{BAD, FAIR, GOOD, Output};

/// Responses of a function to two consecutive requests.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Ping {
    path: &'static str,
    is_warm: bool,
    answer: String,
    first_milliseconds: Option<u64>,
    again_milliseconds: Option<u64>,
    /// Whether an instance was started for the first request, if the response reveals it.
    was_cold: Option<bool>,
}

pub(crate) async fn run(
    environment: &Environment,
    output: Output,
    options: &WarmOptions,
) -> Result<Exit, Failure> {
    let site = Site::named(environment, &options.site)?;
    let mut interrupt = Interrupt::listen();
    let mut rounds = 0;
    let mut failed_rounds = 0;
    loop {
        let pings = tokio::select! {
            pings = round(&site, rounds == 0) => pings?,
            () = interrupt.recv() => break,
        };
        rounds += 1;
        failed_rounds += usize::from(pings.iter().any(|ping| !ping.is_warm));
        answer(output, &site, &pings)?;
        let Some(every) = options.every else {
            break;
        };
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(every.unsigned_abs().as_secs())) => (),
            () = interrupt.recv() => break,
        }
    }
    if rounds == 0 {
        let detail = "interrupted before the first round was complete";
        return Err(Failure::new(Exit::Failed, "interrupted", detail).next("run the command again"));
    }
    if options.every.is_some() {
        output.remark(&format!("{rounds} rounds, {failed_rounds} failed"))?;
    }
    Ok(if failed_rounds == 0 {
        Exit::Done
    } else {
        Exit::Breach
    })
}

async fn round(site: &Site, is_first: bool) -> Result<[Ping; 2], Failure> {
    // Only the first round checks that the URL is a Hallpass deployment. Later, an outage is a failed round.
    let health = if is_first {
        Some(contact(site).await?)
    } else {
        None
    };
    let health = ping(site, HEALTH, &[200], health).await;
    Ok([health, ping(site, LIST, &[401], None).await])
}

async fn ping(site: &Site, path: &'static str, good: &[u16], first: Option<Answer>) -> Ping {
    let first = match first {
        Some(answer) => Ok(answer),
        None => site.get(path).await,
    };
    let again = site.get(path).await;
    let (is_warm, text) = match &again {
        Ok(answer) => (good.contains(&answer.status), answer.outcome()),
        Err(fault) => (false, fault.to_string()),
    };
    Ping {
        path,
        is_warm,
        answer: text,
        first_milliseconds: first.as_ref().ok().map(|answer| answer.milliseconds),
        again_milliseconds: again.as_ref().ok().map(|answer| answer.milliseconds),
        was_cold: first.as_ref().ok().and_then(was_cold),
    }
}

/// Whether the instance was started for this request: its uptime in `/health` is shorter than the request took.
fn was_cold(answer: &Answer) -> Option<bool> {
    let uptime = answer.body.get("uptime")?.as_f64()?;
    Some(uptime <= Duration::from_millis(answer.milliseconds).as_secs_f64())
}

fn answer(output: Output, site: &Site, pings: &[Ping; 2]) -> io::Result<()> {
    let at = clock::now();
    let json = json!({"url": site.origin.text, "at": clock::rfc3339(at), "requests": pings});
    output.answer(&json, |out| {
        for ping in pings {
            let (style, word) = if ping.is_warm {
                (GOOD, "warm")
            } else {
                (BAD, "failed")
            };
            let cold = match ping.was_cold {
                Some(true) => format!(" {FAIR}(cold){FAIR:#}"),
                Some(false) => " (warm)".to_owned(),
                None => String::new(),
            };
            writeln!(
                out,
                "{}  {style}{word:<8}{style:#}{:<26}{}, first {}{cold}, second {}",
                clock::second(at),
                ping.path,
                ping.answer,
                time(ping.first_milliseconds),
                time(ping.again_milliseconds),
            )?;
        }
        Ok(())
    })
}

fn time(milliseconds: Option<u64>) -> String {
    milliseconds.map_or_else(|| "–".to_owned(), |time| format!("{time} ms"))
}
