//! `hallpass users activate`, `deactivate` and `set-roles`.

use hallpass_core::authorization::Actor;
use hallpass_core::users::{self, Change, User, Who};

use super::{Desk, about};
use crate::cli::RolesOptions;
use crate::failure::Failure;
use crate::screen::PLAIN;

pub(super) async fn activate(desk: &Desk, user: &str) -> Result<(), Failure> {
    set_active(desk, user, true, "is active").await
}

pub(super) async fn deactivate(desk: &Desk, user: &str) -> Result<(), Failure> {
    let said = "is deactivated; all sessions ended";
    set_active(desk, user, false, said).await
}

async fn set_active(desk: &Desk, user: &str, is_active: bool, said: &str) -> Result<(), Failure> {
    let who = Who::parse(user);
    Desk::changes(user);
    let change = Change {
        is_active: Some(is_active),
        ..Change::default()
    };
    answer(desk, &update(desk, &who, change).await?, said)
}

pub(super) async fn set_roles(desk: &Desk, options: &RolesOptions) -> Result<(), Failure> {
    let who = Who::parse(&options.target.user);
    Desk::changes(&options.target.user);
    let change = Change {
        roles: Some(options.roles.clone()),
        ..Change::default()
    };
    let user = update(desk, &who, change).await?;
    let said = format!("has the roles {}", user.roles.join(", "));
    answer(desk, &user, &said)
}

async fn update(desk: &Desk, who: &Who, change: Change) -> Result<User, Failure> {
    let id = desk.id_of(who).await?;
    let (app, client) = (&desk.hallpass, &desk.client);
    let changed = users::update(app, Actor::Operator, id, None, change, client).await;
    changed.map_err(|error| about(who, error))
}

pub(super) fn answer(desk: &Desk, user: &User, said: &str) -> Result<(), Failure> {
    desk.screen.answer(user, |out| {
        writeln!(out, "{PLAIN}{}{PLAIN:#} {said}", user.email)
    })?;
    Ok(())
}
