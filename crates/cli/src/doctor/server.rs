//! Checks the server: version, encoding, schema, clock, timeouts and connection limit.

use hallpass_core::config::DatabaseConfig;
use hallpass_core::db::{Db, Idempotency, Pooler};
use hallpass_core::schema::{self, SUPPORTED_SERVERS};
use sqlx::{query, query_file_as};
use time::OffsetDateTime;

use super::check::Check;
use crate::clock;

/// Maximum difference between the clocks in seconds. Tokens tolerate a clock skew of five seconds.
const CLOCK_TOLERANCE: f64 = 2.0;
/// Minimum number of function instances that the connection limit should allow. With fewer, a small burst of requests
/// is refused.
const INSTANCES: i32 = 5;

/// Properties of the server, read on the functions' connection.
#[derive(Debug)]
pub(super) struct Facts {
    version_number: i32,
    version: String,
    clock: OffsetDateTime,
    pub(super) role: String,
    statement_timeout: String,
    lock_timeout: String,
    idle_timeout: String,
    connections: i32,
    in_use: i32,
    pub(super) has_schema: bool,
    has_trigrams: bool,
    search_index: Option<bool>,
    pub(super) is_standby: bool,
    encoding: String,
    character_type: String,
    pub(super) identity: String,
}

pub(super) async fn examine(
    database: &DatabaseConfig,
    db: &Db,
    pooler: Pooler,
    checks: &mut Vec<Check>,
) -> Option<Facts> {
    let before = clock::now();
    let facts = db.fetch_one(Idempotency::Idempotent, || {
        query_file_as!(Facts, "src/doctor/sql/facts.sql")
    });
    let facts = match facts.await {
        Ok(facts) => facts,
        Err(error) => {
            let action = "check the privileges of the role in the database URL";
            checks.push(Check::failure("server", error.to_string(), action));
            return None;
        }
    };
    // Assumes that the server read its clock in the middle of the round trip.
    let here: OffsetDateTime = before + (clock::now() - before) / 2;
    checks.push(version(&facts));
    checks.push(encoding(&facts));
    checks.push(applied(db, &facts).await);
    if facts.has_schema {
        checks.push(search(&facts));
    }
    checks.push(time_limits(&facts));
    let ahead: time::Duration = facts.clock - here;
    checks.push(clocks(ahead.as_seconds_f64()));
    checks.push(room(&facts, database.max_connections, pooler));
    Some(facts)
}

fn version(facts: &Facts) -> Check {
    let major = schema::major_version(facts.version_number);
    let (oldest, newest) = (SUPPORTED_SERVERS.start(), SUPPORTED_SERVERS.end());
    let detail = format!("PostgreSQL {}", facts.version);
    if facts.is_standby {
        let detail = format!("{detail}, a standby: it is read-only until it is promoted");
        let action = "set the database URL to an address that follows the primary: HAProxy with Patroni's check \
                      /primary, a virtual IP address, or the provider's read-write endpoint";
        return Check::failure("serverVersion", detail, action);
    }
    if major < *oldest {
        let action = format!("upgrade to PostgreSQL {oldest} or later, up to {newest}");
        return Check::failure("serverVersion", detail, action);
    }
    if major > *newest {
        let action = format!(
            "this release is tested with PostgreSQL {oldest} to {newest}; check for a newer release"
        );
        return Check::warning("serverVersion", detail, action);
    }
    Check::ok("serverVersion", detail)
}

/// Only UTF-8 can store every name.
fn encoding(facts: &Facts) -> Check {
    let found = &facts.encoding;
    if found == "UTF8" {
        return Check::ok("encoding", "UTF8");
    }
    let detail = format!("the database encoding is {found}, but UTF8 is required");
    let action = "run `create database NAME encoding 'UTF8' template template0`, then `hallpass migrate` there";
    Check::failure("encoding", detail, action)
}

async fn applied(db: &Db, facts: &Facts) -> Check {
    let expected = schema::expected();
    if !facts.has_schema {
        let detail = format!("no schema yet; this release needs {expected}");
        return Check::failure("schema", detail, "run `hallpass migrate`");
    }
    let migrations = db.fetch_one(Idempotency::Idempotent, || {
        query!(
            r#"select coalesce(array_agg(version) filter (where success), '{}') as "applied!",
                count(*) filter (where not success) as "failed!"
            from hallpass._sqlx_migrations"#
        )
    });
    let migrations = migrations.await;
    match migrations.map(|row| (schema::version(&row.applied), row.failed)) {
        Err(error) => Check::failure("schema", error.to_string(), "run `hallpass migrate`"),
        Ok((_, failed)) if failed > 0 => Check::failure(
            "schema",
            "a migration did not finish",
            "run `hallpass migrate`",
        ),
        Ok((Some(version), _)) if version == expected => {
            Check::ok("schema", format!("{version}, as this release expects"))
        }
        Ok((Some(version), _)) if version > expected => Check::ok(
            "schema",
            format!("{version}, newer than this release's {expected}: allowed after a rollback"),
        ),
        Ok((version, _)) => {
            let version = version.map_or("nothing".to_owned(), |version| version.to_string());
            let detail = format!("{version} is applied, but this release needs {expected}");
            Check::failure("schema", detail, "run `hallpass migrate`")
        }
    }
}

fn search(facts: &Facts) -> Check {
    match (facts.has_trigrams, facts.search_index) {
        (true, Some(true)) if ["C", "POSIX"].contains(&facts.character_type.as_str()) => {
            Check::warning(
                "search",
                "the database's lc_ctype is C, so pg_trgm only indexes ASCII letters: a search for a text inside a word in \
                 another script reads all users",
                "run `create database NAME lc_ctype 'C.UTF-8' template template0`, then move the data with \
                 `hallpass backup create` and `hallpass backup restore`",
            )
        }
        (true, Some(true)) => Check::ok("search", "pg_trgm and the search index exist"),
        (false, _) => Check::failure(
            "search",
            "the extension pg_trgm is missing: searches are slow or fail",
            "run `create extension pg_trgm` as the owner of the database, then `hallpass migrate`",
        ),
        (true, Some(false)) => Check::failure(
            "search",
            "the search index is invalid: its creation was interrupted",
            "run as the owner of the database: `reindex index concurrently hallpass.users_search_idx`",
        ),
        (true, None) => Check::failure(
            "search",
            "the search index is missing: searches scan the whole table",
            "run `hallpass migrate`, or create it as in migrations/*_users_search_index.sql",
        ),
    }
}

fn time_limits(facts: &Facts) -> Check {
    let limits = [
        ("statement_timeout", &facts.statement_timeout),
        ("lock_timeout", &facts.lock_timeout),
        ("idle_in_transaction_session_timeout", &facts.idle_timeout),
    ];
    let missing = limits.iter().filter(|(_, value)| *value == "0");
    let missing: Vec<&str> = missing.map(|(name, _)| *name).collect();
    if missing.is_empty() {
        let [statement, lock, idle] = limits.map(|(_, value)| value);
        let detail = format!("statement {statement}, lock {lock}, idle in transaction {idle}");
        return Check::ok("timeouts", detail);
    }
    let role = &facts.role;
    let detail = format!(
        "{role} has no {}: a stuck statement is never cancelled",
        missing.join(", no ")
    );
    let action = format!(
        "connect as hallpass_app, which has all three, or run `alter role {role} set statement_timeout = '8s'`, \
         `alter role {role} set lock_timeout = '2s'` and `alter role {role} set \
         idle_in_transaction_session_timeout = '10s'`"
    );
    Check::warning("timeouts", detail, action)
}

fn clocks(ahead: f64) -> Check {
    let detail = match ahead.abs() {
        small if small < 0.05 => "this machine and the database agree".to_owned(),
        seconds if ahead > 0.0 => format!("the database is {seconds:.2} s ahead of this machine"),
        seconds => format!("the database is {seconds:.2} s behind this machine"),
    };
    if ahead.abs() <= CLOCK_TOLERANCE {
        return Check::ok("clock", detail);
    }
    let action = "synchronize the clock of this machine (NTP); tokens tolerate 5 s between \
                  the functions and the database";
    Check::warning("clock", detail, action)
}

fn room(facts: &Facts, limit: u32, pooler: Pooler) -> Check {
    let limit = i32::try_from(limit).unwrap_or(i32::MAX);
    let (all, used) = (facts.connections, facts.in_use);
    let detail = format!(
        "{limit} per instance (DATABASE_CONNECTION_LIMIT); the server allows {all}, {used} in use"
    );
    if pooler != Pooler::None {
        return Check::ok("connections", format!("{detail}; a pooler shares them"));
    }
    let instances = all / limit.max(1);
    let detail = format!("{detail}: enough for {instances} instances");
    if instances < INSTANCES {
        let action = "lower DATABASE_CONNECTION_LIMIT, or connect through a pooler";
        return Check::warning("connections", detail, action);
    }
    Check::ok("connections", detail)
}
