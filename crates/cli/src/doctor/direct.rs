//! Checks the owner's direct connection, which migrations need.

use hallpass_core::config::DatabaseConfig;
use hallpass_core::schema::{self, MigrateError};
use sqlx::postgres::PgConnection;
use sqlx::query_file_as;

use super::check::Check;
use super::server::Facts;
use crate::environment::Environment;

const NAME: &str = "directConnection";
const OWNERS_URL: &str = "set DATABASE_URL_UNPOOLED to the owner's direct connection";

struct Owner {
    role: String,
    can_migrate: bool,
    identity: String,
}

pub(super) async fn examine(
    environment: &Environment,
    database: &DatabaseConfig,
    facts: &Facts,
    checks: &mut Vec<Check>,
) {
    checks.push(match environment.direct() {
        Ok(direct) => match schema::connect(&direct).await {
            Ok(connection) => judge(connection, &direct, database, facts).await,
            Err(MigrateError::Pooled(variable)) => {
                let detail = format!(
                    "{variable} leads to a transaction pooler; migrations need the direct connection"
                );
                Check::failure(NAME, detail, OWNERS_URL)
            }
            Err(error) => {
                let detail = format!("{}: {error}", direct.variable);
                Check::failure(NAME, detail, OWNERS_URL)
            }
        },
        Err(errors) => Check::failure(NAME, errors.to_string(), OWNERS_URL),
    });
}

async fn judge(
    mut connection: PgConnection,
    direct: &DatabaseConfig,
    database: &DatabaseConfig,
    facts: &Facts,
) -> Check {
    let owner = query_file_as!(Owner, "src/doctor/sql/owner.sql").fetch_one(&mut connection);
    let owner = match owner.await {
        Ok(owner) => owner,
        Err(error) => return Check::failure(NAME, error.to_string(), OWNERS_URL),
    };
    let variable = direct.variable;
    if owner.identity != facts.identity {
        let detail = format!(
            "{variable} and {} point to different servers or databases",
            database.variable
        );
        return Check::failure(NAME, detail, OWNERS_URL);
    }
    if !owner.can_migrate {
        let detail = format!(
            "{variable} connects as {}, which cannot run migrations",
            owner.role
        );
        return Check::warning(NAME, detail, OWNERS_URL);
    }
    Check::ok(NAME, format!("{variable}, as {}", owner.role))
}
