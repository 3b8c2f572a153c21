//! Checks when the certificate of the database server expires.

use hallpass_core::config::DatabaseConfig;
use time::Duration;

use super::check::Check;
use crate::certs;
use crate::clock;
use crate::environment::Environment;

/// Same as the default of `hallpass certs --warn`.
const LEFT: Duration = Duration::days(21);

/// If the server does not use TLS, there is no certificate; the check `tls` reports whether TLS is required.
pub(super) async fn examine(
    environment: &Environment,
    database: &DatabaseConfig,
    checks: &mut Vec<Check>,
) {
    let now = clock::now();
    let Some(found) = certs::of_database(environment, database, now).await else {
        return;
    };
    let days = found.days_left(now);
    let detail = format!(
        "the certificate of the database server is valid until {} ({days} days)",
        clock::day(found.expires_at)
    );
    checks.push(if found.expires_at - now < LEFT {
        let action = "ask the operator of the database to renew it; `hallpass certs URL` also checks the deployment";
        Check::warning("certificate", detail, action)
    } else {
        Check::ok("certificate", detail)
    });
}
