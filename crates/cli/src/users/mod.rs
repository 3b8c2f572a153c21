//! `hallpass users`: manages accounts.

mod change;
mod create;
mod list;
mod password;
mod show;

use hallpass_core::authorization::Actor;
use hallpass_core::users::{self, SetupLink, User, Who};
use hallpass_core::{AppContext, Client, Error};
use serde::Serialize;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::cli::UsersCommand;
use crate::environment::Environment;
use crate::failure::{Exit, Failure};
use crate::interrupt;
use crate::outgoing::fetch_range;
use crate::output::Output;

/// Context of the commands of `hallpass users`.
struct CommandContext {
    hallpass: AppContext,
    /// The client that audit events of the changes name.
    client: Client,
    output: Output,
}

pub(crate) async fn run(
    environment: &Environment,
    output: Output,
    command: UsersCommand,
) -> Result<Exit, Failure> {
    let hallpass = AppContext::new(environment.config()?, fetch_range);
    let context = CommandContext {
        hallpass,
        client: Client::operator(name(&command)),
        output,
    };
    match command {
        UsersCommand::Create(options) => create::run(&context, options).await?,
        UsersCommand::List(options) => list::run(&context, &options).await?,
        UsersCommand::Show(target) => show::run(&context, &target.user).await?,
        UsersCommand::Activate(target) => change::activate(&context, &target.user).await?,
        UsersCommand::Deactivate(target) => change::deactivate(&context, &target.user).await?,
        UsersCommand::SetRoles(options) => change::set_roles(&context, &options).await?,
        UsersCommand::SetPassword(options) => password::run(&context, &options).await?,
    }
    Ok(Exit::Done)
}

const fn name(command: &UsersCommand) -> &'static str {
    match command {
        UsersCommand::Create(_) => "users create",
        UsersCommand::List(_) => "users list",
        UsersCommand::Show(_) => "users show",
        UsersCommand::Activate(_) => "users activate",
        UsersCommand::Deactivate(_) => "users deactivate",
        UsersCommand::SetRoles(_) => "users set-roles",
        UsersCommand::SetPassword(_) => "users set-password",
    }
}

impl CommandContext {
    /// Sets the interrupt note: the account may have been changed.
    fn changes(user: &str) {
        interrupt::set_interrupt_note(
            "the account may or may not have been changed",
            format!("check with `hallpass users show {user}`, and run the command again if needed"),
        );
    }

    async fn id_of(&self, who: &Who) -> Result<Uuid, Failure> {
        let id = who.id(&self.hallpass.db).await;
        id.map_err(|error| about(who, error))
    }

    async fn find(&self, who: &Who) -> Result<User, Failure> {
        let id = self.id_of(who).await?;
        let found = users::find(&self.hallpass, Actor::Operator, id).await;
        found.map_err(|error| about(who, error))
    }

    /// Fails before any change if one-time links would not work.
    fn needs_links(&self) -> Result<(), Failure> {
        let config = &self.hallpass.config;
        if config.url.is_none() {
            let detail = "the public URL for one-time links is not set";
            return Err(Failure::configuration(detail)
                .next("set HALLPASS_URL=https://accounts.example.com"));
        }
        if !config.environment.is_production() && !config.database.is_local() {
            let environment = config.environment.as_str();
            self.output.remark(&format!(
                "the link is only valid in the environment {environment}; for a production deployment, set \
                 VERCEL_ENV=production"
            ))?;
        }
        Ok(())
    }
}

/// Adds the given user to the message if the user was not found.
pub(crate) fn about(who: &Who, error: Error) -> Failure {
    let is_unknown = matches!(error, Error::NotFound);
    let mut failure = Failure::from(error);
    if is_unknown {
        failure.detail = match who {
            Who::Id(id) => format!("no user has the ID {id}"),
            Who::Email(email) => format!("no user has the e-mail address {email}"),
        };
    }
    failure
}

/// A one-time link in the format of the HTTP API.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LinkJson {
    setup_link: String,
    #[serde(with = "time::serde::rfc3339")]
    expires_at: OffsetDateTime,
}

impl From<&SetupLink> for LinkJson {
    fn from(link: &SetupLink) -> Self {
        Self {
            setup_link: link.url.clone(),
            expires_at: link.expires_at,
        }
    }
}

/// The one-time link, alone on a line so that it can be copied.
fn link_text(link: &SetupLink) -> String {
    let until = crate::clock::minute(link.expires_at);
    format!("One-time link, valid until {until}:\n{}\n", link.url)
}
