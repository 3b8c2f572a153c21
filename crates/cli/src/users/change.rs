//! `hallpass users activate`, `deactivate` and `set-roles`.

use hallpass_core::authorization::Actor;
use hallpass_core::users::{self, Change, User, Who};

use super::{CommandContext, about};
use crate::cli::RolesOptions;
use crate::failure::Failure;
use crate::output::PLAIN;

pub(super) async fn activate(context: &CommandContext, user: &str) -> Result<(), Failure> {
    set_active(context, user, true, "is active").await
}

pub(super) async fn deactivate(context: &CommandContext, user: &str) -> Result<(), Failure> {
    let said = "is deactivated; all sessions ended";
    set_active(context, user, false, said).await
}

async fn set_active(
    context: &CommandContext,
    user: &str,
    is_active: bool,
    said: &str,
) -> Result<(), Failure> {
    let who = Who::parse(user);
    CommandContext::changes(user);
    let change = Change {
        is_active: Some(is_active),
        ..Change::default()
    };
    answer(context, &update(context, &who, change).await?, said)
}

pub(super) async fn set_roles(
    context: &CommandContext,
    options: &RolesOptions,
) -> Result<(), Failure> {
    let who = Who::parse(&options.target.user);
    CommandContext::changes(&options.target.user);
    let change = Change {
        roles: Some(options.roles.clone()),
        ..Change::default()
    };
    let user = update(context, &who, change).await?;
    let said = format!("has the roles {}", user.roles.join(", "));
    answer(context, &user, &said)
}

async fn update(context: &CommandContext, who: &Who, change: Change) -> Result<User, Failure> {
    let id = context.id_of(who).await?;
    let (app, client) = (&context.hallpass, &context.client);
    let changed = users::update(app, Actor::Operator, id, None, change, client).await;
    changed.map_err(|error| about(who, error))
}

pub(super) fn answer(context: &CommandContext, user: &User, said: &str) -> Result<(), Failure> {
    context.output.answer(user, |out| {
        writeln!(out, "{PLAIN}{}{PLAIN:#} {said}", user.email)
    })?;
    Ok(())
}
