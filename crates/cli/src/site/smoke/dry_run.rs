//! `hallpass smoke --dry-run`: shows what a run would create and remove, without changing anything.

use hallpass_core::schema;
use serde_json::json;
use sqlx::query;

use super::super::client::Site;
use super::super::contact::contact;
use super::super::temp_account::{DOMAIN, left_behind};
use super::product;
use crate::environment::Environment;
use crate::failure::{Exit, Failure, database};
use crate::output::Output;
use crate::units;

/// What a run would change in the database.
struct Account {
    database: String,
    is_erased: bool,
    left_behind: usize,
}

pub(super) async fn run(
    environment: &Environment,
    output: Output,
    site: &Site,
    needs_account: bool,
) -> Result<Exit, Failure> {
    let health = contact(site).await?;
    let health = match health.text("/status") {
        "" => health.outcome(),
        status => status.to_owned(),
    };
    let account = if needs_account {
        Some(account(environment).await?)
    } else {
        None
    };
    let in_json = account.as_ref().map(|account| {
        json!({
            "database": account.database,
            "isErased": account.is_erased,
            "leftBehind": account.left_behind,
        })
    });
    let url = &site.origin.text;
    let json = json!({"dryRun": true, "url": url, "health": health, "account": in_json});
    output.answer(&json, |out| {
        writeln!(out, "Would test {url} (health: {health})")?;
        let Some(account) = &account else {
            return writeln!(out, "without an account");
        };
        let end = if account.is_erased {
            "erased"
        } else {
            "deactivated, because this role may not delete users"
        };
        let database = &account.database;
        writeln!(
            out,
            "with a temporary account at {DOMAIN} in {database}, finally {end}"
        )?;
        match i64::try_from(account.left_behind).unwrap_or(i64::MAX) {
            0 => Ok(()),
            count => writeln!(
                out,
                "Would remove {} left behind by earlier runs",
                units::count(count, "account")
            ),
        }
    })?;
    Ok(Exit::Done)
}

async fn account(environment: &Environment) -> Result<Account, Failure> {
    let hallpass = product(environment)?;
    let address = environment.direct()?;
    let mut connection = schema::connect(&address).await?;
    let role = query!(
        r#"select has_table_privilege('hallpass.users', 'insert') as "may_create!",
            has_table_privilege('hallpass.users', 'delete') as "may_erase!""#
    )
    .fetch_one(&mut connection)
    .await
    .map_err(|error| database(&error))?;
    if !role.may_create {
        let detail = "the database role may not create an account";
        return Err(Failure::new(Exit::Failed, "not_permitted", detail)
            .next("set DATABASE_URL_UNPOOLED to the owner's connection"));
    }
    let mut count = left_behind(&hallpass, true).await?.len();
    if role.may_erase {
        count += left_behind(&hallpass, false).await?.len();
    }
    Ok(Account {
        database: address.address(),
        is_erased: role.may_erase,
        left_behind: count,
    })
}
