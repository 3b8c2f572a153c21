//! `hallpass users show`.

use std::io;

use hallpass_core::users::{User, Who};

use super::CommandContext;
use crate::clock::minute;
use crate::failure::Failure;
use crate::output::PLAIN;

pub(super) async fn run(context: &CommandContext, user: &str) -> Result<(), Failure> {
    let who = Who::parse(user);
    let user = context.find(&who).await?;
    context.output.answer(&user, |out| {
        writeln!(out, "{PLAIN}{}{PLAIN:#}", user.email)?;
        details(out, &user)
    })?;
    Ok(())
}

/// All fields except the address, one per line.
pub(super) fn details(out: &mut dyn io::Write, user: &User) -> io::Result<()> {
    let never = || "never".to_owned();
    let lines = [
        ("id", user.id.to_string()),
        ("name", user.name.clone()),
        ("roles", user.roles.join(", ")),
        ("status", status(user).to_owned()),
        (
            "last sign-in",
            user.last_login_at.map_or_else(never, minute),
        ),
        (
            "verified",
            user.email_verified_at.map_or_else(never, minute),
        ),
        ("created", minute(user.created_at)),
        ("updated", minute(user.updated_at)),
        ("version", user.version.to_string()),
    ];
    for (label, value) in lines {
        writeln!(out, "  {label:<14}{value}")?;
    }
    Ok(())
}

pub(super) const fn status(user: &User) -> &'static str {
    if user.is_active { "active" } else { "inactive" }
}
