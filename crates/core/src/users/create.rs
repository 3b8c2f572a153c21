//! Creates accounts.

use secrecy::ExposeSecret as _;
use sqlx::query_file;
use sqlx::types::Json;
use uuid::Uuid;

use super::email::Email;
use super::name::Name;
use super::setup_link::SetupLink;
use super::user::{User, parse_roles};
use super::{all_or_errors, unknown_role};
use crate::authorization::{Actor, authorized};
use crate::client::Client;
use crate::db::Idempotency;
use crate::error::FieldError;
use crate::passwords::{self, Password};
use crate::{AppContext, Result};

/// Request to create an account.
#[derive(Debug)]
pub struct NewUser {
    /// E-mail address as it was typed.
    pub email: String,
    /// Name as it was typed.
    pub name: String,
    /// Names of roles.
    pub roles: Vec<String>,
    /// The password. Without one, the user gets a one-time link to set it.
    pub password: Option<Password>,
}

/// A new account.
#[derive(Debug)]
pub struct Created {
    /// The new user.
    pub user: User,
    /// The one-time link to set the password, if none was given.
    pub setup_link: Option<SetupLink>,
}

/// The validated fields of a new account.
struct ValidUser {
    email: Email,
    name: Name,
    roles: Vec<String>,
    password: Option<Password>,
}

impl NewUser {
    /// Checks all fields, and returns the errors of all of them.
    fn check(
        self,
        parse_email: fn(&str) -> std::result::Result<Email, FieldError>,
    ) -> Result<ValidUser> {
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
            return Ok(ValidUser {
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

/// Creates an account. One statement; needs `users:write` and all permissions that the roles grant.
///
/// # Errors
/// [`crate::Error::Invalid`], [`crate::Error::EmailTaken`], [`crate::Error::Unauthenticated`],
/// [`crate::Error::Forbidden`], [`crate::Error::Overloaded`].
pub async fn create(
    app: &AppContext,
    actor: Actor<'_>,
    new: NewUser,
    client: &Client,
) -> Result<Created> {
    let parse_email = match actor {
        Actor::Session(_) => Email::parse_assignable,
        Actor::Operator => Email::parse,
    };
    insert(app, actor, new.check(parse_email)?, false, client).await
}

/// Creates a temporary account for one run of the operator's command, which [`super::operator::erase`] may delete. One
/// statement.
///
/// # Errors
/// As [`create`].
pub async fn create_temporary_account(
    app: &AppContext,
    new: NewUser,
    client: &Client,
) -> Result<Created> {
    let new = new.check(Email::parse)?;
    insert(app, Actor::Operator, new, true, client).await
}

async fn insert(
    app: &AppContext,
    actor: Actor<'_>,
    new: ValidUser,
    is_temporary: bool,
    client: &Client,
) -> Result<Created> {
    let ValidUser {
        email,
        name,
        roles,
        password,
    } = new;
    let has_password = password.is_some();
    let hash = match password {
        Some(password) => {
            let context = [email.as_typed.as_str(), name.as_typed.as_str(), "hallpass"];
            let (hasher, leaked) = (&app.hasher, &app.leaked_passwords);
            Some(passwords::hash_new(hasher, leaked, "password", password, &context).await?)
        }
        None => None,
    };
    let id = Uuid::now_v7();
    let client = client.json();
    let rows = authorized(&app.db, actor, Idempotency::NotIdempotent, |caller| {
        query_file!(
            "src/users/sql/create.sql",
            caller,
            id,
            email.as_typed,
            email.normalized,
            email.search,
            name.as_typed,
            name.normalized,
            &roles,
            hash,
            is_temporary,
            client,
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
