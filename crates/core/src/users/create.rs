//! A new account.

use secrecy::ExposeSecret as _;
use sqlx::query_file;
use sqlx::types::Json;
use uuid::Uuid;

use super::email::Email;
use super::name::Name;
use super::setup_link::SetupLink;
use super::user::{User, parse_roles};
use super::{all_or_errors, unknown_role};
use crate::authorization::authorized;
use crate::client::Client;
use crate::db::Effect;
use crate::error::FieldError;
use crate::passwords::{self, Password};
use crate::tokens::access::Claims;
use crate::{AppContext, Result};

/// An account to be made.
#[derive(Debug)]
pub struct NewUser {
    /// As typed.
    pub email: String,
    /// As typed.
    pub name: String,
    /// Names of roles.
    pub roles: Vec<String>,
    /// Without one the user gets a one-time link to set it.
    pub password: Option<Password>,
}

/// An account that was made.
#[derive(Debug)]
pub struct Created {
    /// The new user.
    pub user: User,
    /// Where no password was given: the link with which the user sets one.
    pub setup_link: Option<SetupLink>,
}

/// The parts of a new account, found acceptable.
pub(super) struct Checked {
    pub(super) email: Email,
    pub(super) name: Name,
    pub(super) roles: Vec<String>,
    pub(super) password: Option<Password>,
}

impl NewUser {
    /// Looks at all fields before it complains.
    pub(super) fn check(
        self,
        parse_email: fn(&str) -> std::result::Result<Email, FieldError>,
    ) -> Result<Checked> {
        let Self {
            email,
            name,
            roles,
            password,
        } = self;
        let mut errors = Vec::new();
        if let Some(password) = &password {
            let context = [email.as_str(), name.as_str(), "hallpass"];
            errors.extend(passwords::check("password", password.expose_secret(), &context).err());
        }
        let email = parse_email(&email).map_err(|error| errors.push(error));
        let name = Name::parse(&name).map_err(|error| errors.push(error));
        let roles = parse_roles(&roles).map_err(|error| errors.push(error));
        if let (Ok(email), Ok(name), Ok(roles), true) = (email, name, roles, errors.is_empty()) {
            return Ok(Checked {
                email,
                name,
                roles,
                password,
            });
        }
        all_or_errors(errors)?;
        Err(crate::Error::internal("a refused field left no error"))
    }
}

/// Makes an account. One statement; needs `users:write` and every permission that the roles give.
///
/// # Errors
/// [`crate::Error::Invalid`], [`crate::Error::EmailTaken`], [`crate::Error::Unauthenticated`],
/// [`crate::Error::Forbidden`], [`crate::Error::Overloaded`].
pub async fn create(
    app: &AppContext,
    claims: &Claims,
    new: NewUser,
    client: &Client,
) -> Result<Created> {
    let Checked {
        email,
        name,
        roles,
        password,
    } = new.check(Email::parse_assignable)?;
    let has_password = password.is_some();
    let hash = match password {
        Some(password) => {
            let context = [email.as_typed.as_str(), name.as_typed.as_str(), "hallpass"];
            Some(
                passwords::hash_new(
                    &app.hasher,
                    &app.leaked_passwords,
                    "password",
                    password,
                    &context,
                )
                .await?,
            )
        }
        None => None,
    };
    let id = Uuid::now_v7();
    let client = client.json();
    let rows = authorized(app, claims, Effect::Once, || {
        query_file!(
            "src/users/sql/create.sql",
            claims.sid,
            claims.sub,
            claims.generation,
            id,
            email.as_typed,
            email.normalized,
            name.as_typed,
            name.normalized,
            &roles,
            hash,
            client,
            claims.iat,
            email.search,
        )
    });
    let Json(user) = rows
        .await?
        .into_iter()
        .find_map(|row| row.user)
        .ok_or_else(unknown_role)?;
    let setup_link = (!has_password).then(|| SetupLink::first(app, &user));
    Ok(Created { user, setup_link })
}
