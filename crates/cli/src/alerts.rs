//! `hallpass alerts`: tests the delivery of alerts to `HALLPASS_ALERT_WEBHOOK`.

use hallpass_core::monitoring::alerts::{self, Chat, Signature};
use hallpass_core::{AppContext, Config};
use serde_json::json;

use crate::cli::AlertsCommand;
use crate::clock;
use crate::environment::Environment;
use crate::failure::{Exit, Failure};
use crate::outgoing::{fetch_range, send};
use crate::output::{BAD, GOOD, Output};

const VARIABLE: &str = "HALLPASS_ALERT_WEBHOOK";
/// Maximum number of characters of a response that are shown.
const SHOWN_MAX: usize = 300;

pub(crate) async fn run(
    environment: &Environment,
    output: Output,
    command: &AlertsCommand,
) -> Result<Exit, Failure> {
    let config = environment.config()?;
    match command {
        AlertsCommand::Test => test(output, config).await,
    }
}

async fn test(output: Output, config: Config) -> Result<Exit, Failure> {
    let webhook = config.monitoring.alert_webhook.clone().ok_or_else(|| {
        Failure::configuration(format!("{VARIABLE} is not set"))
            .next("set it to the URL of an incoming webhook of your chat")
    })?;
    let hallpass = AppContext::new(config, fetch_range);
    let message = alerts::test_message(&hallpass, &webhook, clock::now());
    let mut headers = vec![("content-type", "application/json".to_owned())];
    headers.extend(message.signature.iter().flat_map(Signature::headers));
    let (host, receiver) = (webhook.authority().to_owned(), receiver(Chat::of(&webhook)));
    let answer = send("POST", webhook, headers, message.body).await;
    let answer = answer.map_err(|fault| {
        let detail = format!("the alert was not delivered to {host}");
        Failure::new(Exit::Failed, "not_delivered", detail)
            .because(fault)
            .next(format!(
                "compare {VARIABLE} with the webhook URL that your chat shows"
            ))
    })?;
    let is_delivered = (200..300).contains(&answer.status);
    let shown: String = answer
        .body
        .chars()
        .filter(|c| !c.is_control())
        .take(SHOWN_MAX)
        .collect();
    let json = json!({
        "host": host,
        "receiver": receiver,
        "status": answer.status,
        "body": shown,
        "isDelivered": is_delivered,
    });
    let (style, word) = if is_delivered {
        (GOOD, "delivered to")
    } else {
        (BAD, "refused by")
    };
    output.answer(&json, |out| {
        writeln!(
            out,
            "{style}{word}{style:#} {host} ({receiver}): {} {shown}",
            answer.status
        )
    })?;
    if !is_delivered {
        return Ok(Exit::Breach);
    }
    if let Err(error) = alerts::forget_failure(&hallpass).await {
        output.remark(&format!(
            "the record of an earlier failure was not cleared, so the status page may still show it: {error}"
        ))?;
    }
    Ok(Exit::Done)
}

/// Name of the receiver that the message was formatted for.
fn receiver(chat: Option<Chat>) -> &'static str {
    match chat {
        Some(Chat::Slack) => "Slack",
        Some(Chat::Discord) => "Discord",
        Some(Chat::GoogleChat) => "Google Chat",
        Some(Chat::Teams) => "Microsoft Teams",
        None => "Standard Webhooks",
    }
}
