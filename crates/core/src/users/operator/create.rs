//! A new account, made by the operator.

use sqlx::query_file;
use sqlx::types::Json;
use uuid::Uuid;

use super::super::create::{Checked, Created, NewUser};
use super::super::email::Email;
use super::super::setup_link::SetupLink;
use super::super::unknown_role;
use super::super::user::User;
use crate::client::Client;
use crate::db::Effect;
use crate::passwords;
use crate::{AppContext, Result};

/// Makes an account. One statement.
///
/// # Errors
/// [`crate::Error::Invalid`], [`crate::Error::EmailTaken`].
pub async fn create(app: &AppContext, new: NewUser, client: &Client) -> Result<Created> {
    insert(app, new, false, client).await
}

/// Makes an account for one run of the operator's command, which [`erase`](super::erase()) may erase. One statement.
///
/// # Errors
/// As [`create`].
pub async fn create_throwaway(app: &AppContext, new: NewUser, client: &Client) -> Result<Created> {
    insert(app, new, true, client).await
}

async fn insert(
    app: &AppContext,
    new: NewUser,
    is_throwaway: bool,
    client: &Client,
) -> Result<Created> {
    let Checked {
        email,
        name,
        roles,
        password,
    } = new.check(Email::parse)?;
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
    let created = app.db.fetch_optional(Effect::Once, || {
        query_file!(
            "src/users/sql/operator_create.sql",
            id,
            email.as_typed,
            email.normalized,
            name.as_typed,
            name.normalized,
            &roles,
            hash,
            client,
            email.search,
            is_throwaway,
        )
    });
    let Json(user) = created.await?.ok_or_else(unknown_role)?.user;
    let setup_link = (!has_password).then(|| SetupLink::first(app, &user));
    Ok(Created { user, setup_link })
}
