//! `hallpass sessions revoke`: ends the sessions of one user or of all users.

use hallpass_core::Client;
use hallpass_core::authorization::Actor;
use hallpass_core::db::Db;
use hallpass_core::sessions::{self, Whose, operator};
use hallpass_core::users::Who;
use serde_json::json;
use time::format_description::well_known::Rfc3339;

use crate::cli::RevokeOptions;
use crate::clock::minute;
use crate::confirm::confirm;
use crate::failure::Failure;
use crate::interrupt;
use crate::output::{Output, PLAIN};
use crate::units;
use crate::users::about;

pub(super) async fn run(
    db: &Db,
    output: Output,
    options: &RevokeOptions,
    address: &str,
) -> Result<(), Failure> {
    let who = options.user.as_deref().map(Who::parse);
    let in_words = |error| match &who {
        Some(who) => about(who, error),
        None => Failure::from(error),
    };
    if options.dry_run {
        let live = operator::count(db, who.as_ref()).await.map_err(in_words)?;
        output.answer(&json!({"dryRun": true, "ended": live}), |out| {
            writeln!(out, "Would end {}", count(live))
        })?;
        return Ok(());
    }
    let client = Client::operator("sessions revoke");
    let Some(who) = &who else {
        return all(db, output, options, address, &client).await;
    };
    note_for_interrupt();
    let whose = Whose::Of(who.id(db).await.map_err(in_words)?);
    let ended = sessions::end_all(db, Actor::Operator, whose, &client).await;
    let ended = ended.map_err(in_words)?;
    output.answer(&json!({"dryRun": false, "ended": ended}), |out| {
        writeln!(out, "Ended {}", count(ended))
    })?;
    Ok(())
}

async fn all(
    db: &Db,
    output: Output,
    options: &RevokeOptions,
    address: &str,
    client: &Client,
) -> Result<(), Failure> {
    let what = format!("This ends all sessions in {address}. Everybody has to sign in again.");
    confirm(options.yes, &what).await?;
    note_for_interrupt();
    let valid_from = operator::revoke_all(db, client).await?;
    let at = valid_from.format(&Rfc3339).unwrap_or_default();
    output.answer(&json!({"dryRun": false, "sessionsValidFrom": at}), |out| {
        let at = minute(valid_from);
        writeln!(out, "Ended {PLAIN}all sessions{PLAIN:#} opened before {at}")
    })?;
    output.remark(
        "Hallpass rejects the access tokens of these sessions at once. An application that only verifies \
         the signature accepts them until they expire, within 10 minutes",
    )?;
    Ok(())
}

fn note_for_interrupt() {
    interrupt::set_interrupt_note(
        "the sessions may or may not have been ended",
        "run the command again; it is safe to repeat",
    );
}

fn count(number: i64) -> String {
    match number {
        1 => "1 session".to_owned(),
        _ => format!("{} sessions", units::number(number)),
    }
}
