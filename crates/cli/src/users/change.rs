//! `hallpass users activate`, `deactivate` and `set-roles`.

use hallpass_core::users::User;
use hallpass_core::users::operator::{self, Who};

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
    let changed = operator::set_active(&desk.hallpass, &who, is_active, &desk.client).await;
    answer(desk, &changed.map_err(|error| about(&who, error))?, said)
}

pub(super) async fn set_roles(desk: &Desk, options: &RolesOptions) -> Result<(), Failure> {
    let who = Who::parse(&options.target.user);
    Desk::changes(&options.target.user);
    let changed = operator::set_roles(&desk.hallpass, &who, &options.roles, &desk.client).await;
    let user = changed.map_err(|error| about(&who, error))?;
    let said = format!("has the roles {}", user.roles.join(", "));
    answer(desk, &user, &said)
}

pub(super) fn answer(desk: &Desk, user: &User, said: &str) -> Result<(), Failure> {
    desk.screen.answer(user, |out| {
        writeln!(out, "{PLAIN}{}{PLAIN:#} {said}", user.email)
    })?;
    Ok(())
}
