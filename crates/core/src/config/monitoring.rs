//! What machines that look after the system show, and where they are told of trouble.

use time::Duration;

use super::preshared::Preshared;
use super::{Endpoint, Reader, guessable};

/// The shortest `HALLPASS_METRICS_TOKEN`, in characters.
const METRICS_TOKEN_MIN: usize = 32;
/// The shortest `CRON_SECRET`, in characters: what Vercel's documentation asks for.
const CRON_SECRET_MIN: usize = 16;

/// Variables of monitoring. None is required, and what has none is closed.
#[derive(Clone, Debug)]
pub struct Monitoring {
    /// `HALLPASS_METRICS_TOKEN`: what a scraper shows.
    pub metrics_token: Option<Preshared>,
    /// `CRON_SECRET`: what the platform's timer shows.
    pub cron_secret: Option<Preshared>,
    /// `HALLPASS_KEEP_AUDIT_DAYS`: how long the daily run keeps audit events.
    pub keep_audit: Duration,
    /// `HALLPASS_KEEP_SESSIONS_DAYS`: how long it keeps sessions after their end.
    pub keep_sessions: Duration,
    /// `HALLPASS_ALERT_WEBHOOK`: where it tells of thresholds that are passed.
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
    // A header field cannot carry anything else (RFC 6750 section 2.1).
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
