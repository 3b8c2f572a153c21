//! Checks that the last alert was delivered.

use hallpass_core::db::Db;
use hallpass_core::monitoring::alerts::last_failure;

use super::check::Check;
use crate::environment::Environment;

const NAME: &str = "alerts";

pub(super) async fn examine(environment: &Environment, db: &Db, checks: &mut Vec<Check>) {
    let webhook = environment
        .config()
        .ok()
        .and_then(|config| config.monitoring.alert_webhook);
    checks.push(match last_failure(db).await {
        Err(error) => Check::failure(NAME, error.to_string(), "run `hallpass migrate`"),
        Ok(Some(failure)) => Check::warning(
            NAME,
            format!(
                "the alert about {} was not delivered: {}",
                failure.kinds.join(", "),
                failure.reason
            ),
            "run `hallpass alerts test`",
        ),
        Ok(None) => match webhook {
            Some(webhook) => Check::ok(NAME, format!("sent to {}", webhook.authority())),
            None => Check::ok(NAME, "disabled: HALLPASS_ALERT_WEBHOOK is not set"),
        },
    });
}
