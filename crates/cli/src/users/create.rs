//! `hallpass users create`.

use hallpass_core::Error;
use hallpass_core::authorization::Actor;
use hallpass_core::users::{self, NewUser, User};
use serde::Serialize;

use super::{CommandContext, LinkJson, link_text, password};
use crate::cli::CreateOptions;
use crate::failure::Failure;
use crate::output::PLAIN;

/// The account in the format of the HTTP API, with the one-time link.
#[derive(Serialize)]
struct CreatedJson<'a> {
    #[serde(flatten)]
    user: &'a User,
    #[serde(flatten)]
    link: Option<LinkJson>,
}

pub(super) async fn run(context: &CommandContext, options: CreateOptions) -> Result<(), Failure> {
    let password = if options.password_stdin {
        Some(password::read().await?)
    } else {
        context.needs_links()?;
        None
    };
    let taken = format!(
        "show the existing account with `hallpass users show {}`",
        options.email.trim()
    );
    CommandContext::changes(options.email.trim());
    let new = NewUser {
        email: options.email,
        name: options.name,
        roles: options.roles,
        password,
    };
    let created = users::create(&context.hallpass, Actor::Operator, new, &context.client).await;
    let created = created.map_err(|error| match error {
        Error::EmailTaken => Failure::from(error).next(taken),
        other => Failure::from(other),
    })?;
    let json = CreatedJson {
        user: &created.user,
        link: created.setup_link.as_ref().map(LinkJson::from),
    };
    context.output.answer(&json, |out| {
        let user = &created.user;
        writeln!(out, "Created {PLAIN}{}{PLAIN:#}", user.email)?;
        super::show::details(out, user)?;
        match &created.setup_link {
            Some(link) => write!(out, "\n{}", link_text(link)),
            None => Ok(()),
        }
    })?;
    Ok(())
}
