//! Checks that the database can be reached, TLS, and the connection pooler.

use std::time::{Duration, Instant};

use hallpass_core::Error;
use hallpass_core::config::{DatabaseConfig, PoolerMode};
use hallpass_core::db::{Db, Idempotency, Pooler};
use hallpass_core::schema::{self, MigrateError};
use sqlx::query;

use super::check::Check;

/// Maximum round trip to the database. A longer one makes every request slow.
const SLOW: Duration = Duration::from_millis(50);

/// Returns whether the database responds.
pub(super) async fn examine(database: &DatabaseConfig, db: &Db, checks: &mut Vec<Check>) -> bool {
    let began = Instant::now();
    let first = ping(db).await;
    let connected = began.elapsed();
    let answers = first.is_ok();
    match first {
        Ok(()) => checks.push(answered(database, db, connected).await),
        Err(error) => checks.push(away(database, &error)),
    }
    checks.push(tls(database));
    answers
}

async fn ping(db: &Db) -> hallpass_core::Result<()> {
    let one = db.fetch_one(Idempotency::Idempotent, || {
        query!("select 1 as one").map(|_| ())
    });
    one.await
}

async fn answered(database: &DatabaseConfig, db: &Db, connected: Duration) -> Check {
    let began = Instant::now();
    let again = ping(db).await;
    let round_trip = began.elapsed();
    if let Err(error) = again {
        return away(database, &error);
    }
    let detail = format!(
        "{} responds in {:.1} ms ({:.0} ms with connecting)",
        database.address(),
        round_trip.as_secs_f64() * 1000.0,
        connected.as_secs_f64() * 1000.0
    );
    if round_trip > SLOW && !database.is_local() {
        let action = "measured from this machine; run the functions in the region of the database \
                      (regions in vercel.json)";
        return Check::warning("database", detail, action);
    }
    Check::ok("database", detail)
}

fn away(database: &DatabaseConfig, error: &Error) -> Check {
    if let Error::SharedDatabase(owner) = error {
        let action = format!(
            "use a separate database for this environment; if you mean the other deployment, set \
             VERCEL_ENV={owner}; to share the database, set HALLPASS_ALLOW_SHARED_DATABASE=1"
        );
        return Check::failure("database", error.to_string(), action);
    }
    let why = match error {
        Error::Unavailable(sqlx::Error::PoolTimedOut) => "timed out while connecting".to_owned(),
        Error::Unavailable(error) => error.to_string(),
        other => other.to_string(),
    };
    let detail = format!("{} is not available: {why}", database.address());
    let action = format!(
        "check host, port, user and password in {}, and that the server is running",
        database.variable
    );
    Check::failure("database", detail, action)
}

fn tls(database: &DatabaseConfig) -> Check {
    if database.is_local() {
        return Check::ok("tls", "not needed: the server is on this machine");
    }
    if database.verifies_tls() {
        return Check::ok("tls", "the server's certificate and host name are verified");
    }
    let detail = "the server's certificate is not verified, which production requires";
    let action = format!(
        "add sslmode=verify-full to {}, or set DATABASE_CA_CERT to the CA certificate of the server",
        database.variable
    );
    Check::warning("tls", detail, action)
}

/// Detects the connection pooler.
pub(super) async fn pooler(database: &DatabaseConfig, checks: &mut Vec<Check>) -> Pooler {
    let found = match find(database).await {
        Ok(found) => found,
        Err(error) => {
            let detail = format!("cannot detect a connection pooler: {error}");
            let action = "run the command again when the database is less busy";
            checks.push(Check::warning("pooler", detail, action));
            return Pooler::None;
        }
    };
    checks.push(verdict(found, database.pooler));
    found
}

/// The connection for migrations refuses every pooler. The functions' connection tells the two kinds of poolers apart.
async fn find(database: &DatabaseConfig) -> Result<Pooler, MigrateError> {
    match schema::connect(database).await {
        Ok(_) => return Ok(Pooler::None),
        Err(MigrateError::Pooled(_)) => {}
        Err(error) => return Err(error),
    }
    let mut named = database.clone();
    named.pooler = PoolerMode::Named;
    let db = Db::new(&named);
    let mismatch = db.warm().await.is_err();
    db.close(super::CLOSE).await;
    Ok(if mismatch {
        Pooler::NoPreparedStatements
    } else {
        Pooler::Tracking
    })
}

fn verdict(found: Pooler, configured: PoolerMode) -> Check {
    let kind = match found {
        Pooler::None => "no transaction pooler",
        Pooler::Tracking => "transaction pooler with prepared statements (named)",
        Pooler::NoPreparedStatements => "transaction pooler without prepared statements (unnamed)",
    };
    let mode = match configured {
        PoolerMode::Auto => "auto",
        PoolerMode::Named => "named",
        PoolerMode::Unnamed => "unnamed",
    };
    let detail = format!("{kind}; DATABASE_POOLER is {mode}");
    match (found, configured) {
        (Pooler::NoPreparedStatements, PoolerMode::Named) => {
            Check::failure("pooler", detail, "set DATABASE_POOLER=unnamed")
        }
        (Pooler::NoPreparedStatements, PoolerMode::Auto) => {
            let action = "set DATABASE_POOLER=unnamed to skip the detection at every cold start";
            Check::warning("pooler", detail, action)
        }
        (Pooler::None | Pooler::Tracking, PoolerMode::Unnamed) => {
            let action = "unset DATABASE_POOLER, or set it to named: unnamed statements take \
                          additional round trips";
            Check::warning("pooler", detail, action)
        }
        (Pooler::None, _)
        | (Pooler::Tracking, PoolerMode::Auto | PoolerMode::Named)
        | (Pooler::NoPreparedStatements, PoolerMode::Unnamed) => Check::ok("pooler", detail),
    }
}
