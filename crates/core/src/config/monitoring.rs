//! Settings of metrics, daily run and alerts.

use time::Duration;

use super::preshared::Preshared;
use super::{Endpoint, Reader, guessable};

/// Minimum length of `HALLPASS_METRICS_TOKEN`, in characters.
const METRICS_TOKEN_MIN: usize = 32;
/// Minimum length of `CRON_SECRET`, in characters, which is what Vercel's documentation asks for.
const CRON_SECRET_MIN: usize = 16;

/// Settings of monitoring. No variable is required; without its token, an endpoint refuses every request.
#[derive(Clone, Debug)]
pub struct Monitoring {
    /// `HALLPASS_METRICS_TOKEN`: bearer token of the scraper of metrics.
    pub metrics_token: Option<Preshared>,
    /// `CRON_SECRET`: bearer token of the platform's scheduler.
    pub cron_secret: Option<Preshared>,
    /// `HALLPASS_KEEP_AUDIT_DAYS`: how long the daily run keeps audit events.
    pub keep_audit: Duration,
    /// `HALLPASS_KEEP_SESSIONS_DAYS`: how long the daily run keeps sessions after their end.
    pub keep_sessions: Duration,
    /// `HALLPASS_ALERT_WEBHOOK`: where the daily run sends alerts about exceeded thresholds.
    pub alert_webhook: Option<Endpoint>,
}

pub(super) fn read(reader: &mut Reader<'_>) -> Monitoring {
    Monitoring {
        metrics_token: preshared(reader, "HALLPASS_METRICS_TOKEN", METRICS_TOKEN_MIN),
        cron_secret: preshared(reader, "CRON_SECRET", CRON_SECRET_MIN),
        keep_audit: days(reader.number("HALLPASS_KEEP_AUDIT_DAYS", 400, 90, 3650)),
        keep_sessions: days(reader.number("HALLPASS_KEEP_SESSIONS_DAYS", 30, 7, 3650)),
        alert_webhook: reader.endpoint("HALLPASS_ALERT_WEBHOOK"),
    }
}

fn days(number: u32) -> Duration {
    Duration::days(number.into())
}

fn preshared(reader: &mut Reader<'_>, variable: &'static str, min: usize) -> Option<Preshared> {
    let secret = reader.get(variable)?;
    // Other characters cannot be part of a bearer token in a header field (RFC 6750 section 2.1).
    if !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
        reader.error(
            variable,
            "must be of letters, digits and signs, without spaces (openssl rand -hex 32)",
        );
        return None;
    }
    if secret.len() < min {
        let length = secret.len();
        let problem =
            format!("is {length} characters, but {min} are needed (openssl rand -hex 32)");
        reader.error(variable, problem);
        return None;
    }
    if let Some(problem) = guessable::token(&secret) {
        let problem = format!("{problem}, so that it could be guessed (openssl rand -hex 32)");
        reader.error(variable, problem);
        return None;
    }
    Some(Preshared::new(&secret))
}
