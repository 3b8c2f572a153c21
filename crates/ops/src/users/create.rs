//! `hallpass users create`.

use hallpass_core::users::{NewUser, operator};
use serde_json::json;

use super::{Desk, link_json, link_text, password};
use crate::cli::CreateOptions;
use crate::clock;
use crate::failure::Failure;
use crate::screen::PLAIN;

pub(super) async fn run(desk: &Desk, options: CreateOptions) -> Result<(), Failure> {
    let password = if options.password_stdin {
        Some(password::read()?)
    } else {
        desk.needs_links()?;
        None
    };
    let new = NewUser {
        email: options.email,
        name: options.name,
        roles: options.roles,
        password,
    };
    let created = operator::create(&desk.hallpass, new, &desk.client, clock::now()).await?;
    let mut json = json!(created.user);
    if let Some(link) = &created.setup_link {
        json["setupLink"] = link_json(link)["setupLink"].take();
        json["expiresAt"] = link_json(link)["expiresAt"].take();
    }
    desk.screen.answer(&json, |out| {
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
