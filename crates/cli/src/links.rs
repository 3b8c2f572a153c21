//! `hallpass links`: revokes one-time links. Needs only the functions' role and no secret.

use std::time::Duration;

use hallpass_core::Client;
use hallpass_core::db::Db;
use hallpass_core::users::operator::{self, REVIEWED_MAX};
use serde_json::json;

use crate::cli::{LinksCommand, RevokeLinksOptions};
use crate::clock;
use crate::confirm::confirm;
use crate::environment::Environment;
use crate::failure::{Exit, Failure};
use crate::interrupt;
use crate::output::{Output, PLAIN};
use crate::units;

/// Maximum time to wait for open connections to close.
const CLOSE: Duration = Duration::from_secs(1);

pub(crate) async fn run(
    environment: &Environment,
    output: Output,
    command: &LinksCommand,
) -> Result<Exit, Failure> {
    let LinksCommand::Revoke(options) = command;
    let database = environment.database()?;
    let db = Db::new(&database);
    let done = if options.dry_run {
        dry_run(&db, output).await
    } else {
        revoke(&db, output, options, &database.address()).await
    };
    db.close(CLOSE).await;
    done.map(|()| Exit::Done)
}

async fn dry_run(db: &Db, output: Output) -> Result<(), Failure> {
    let pending = operator::pending_links(db, clock::now()).await?.len();
    let pending = i64::try_from(pending).unwrap_or(i64::MAX);
    let at_least = if pending == REVIEWED_MAX {
        "at least "
    } else {
        ""
    };
    output.answer(&json!({"dryRun": true, "pending": pending}), |out| {
        let links = units::count(pending, "one-time link");
        writeln!(out, "Would revoke {at_least}{links}")
    })?;
    Ok(())
}

async fn revoke(
    db: &Db,
    output: Output,
    options: &RevokeLinksOptions,
    address: &str,
) -> Result<(), Failure> {
    let what = format!(
        "This revokes all unused one-time links in {address}. Their recipients need new links."
    );
    confirm(options.yes, &what).await?;
    interrupt::set_interrupt_note(
        "the links may or may not have been revoked",
        "run the command again; it is safe to repeat",
    );
    let valid_from = operator::revoke_links(db, &Client::operator("links revoke")).await?;
    let json = json!({"dryRun": false, "linksValidFrom": clock::rfc3339(valid_from)});
    output.answer(&json, |out| {
        let at = clock::second(valid_from);
        writeln!(
            out,
            "Revoked {PLAIN}all one-time links{PLAIN:#} created before {at}"
        )
    })?;
    output.remark("create a new link with `hallpass users set-password ID|EMAIL --link`")?;
    Ok(())
}
