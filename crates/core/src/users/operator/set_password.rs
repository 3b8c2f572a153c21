//! Sets a user's password for the operator.

use sqlx::query_file;
use sqlx::types::Json;

use crate::authorization::Actor;
use crate::client::Client;
use crate::db::Idempotency;
use crate::passwords::{self, Password};
use crate::users::{User, Who, find};
use crate::{AppContext, Error, Result};

/// Sets the password, ends the sessions and revokes older one-time links. The statements come before and after the
/// password hash, because the rules for passwords use the user's address and name.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Invalid`].
pub async fn set_password(
    app: &AppContext,
    who: &Who,
    password: Password,
    client: &Client,
) -> Result<User> {
    let id = who.id(&app.db).await?;
    let user = find(app, Actor::Operator, id).await?;
    let context = [user.email.as_str(), user.name.as_str(), "hallpass"];
    let hash = passwords::hash_new(
        &app.hasher,
        &app.leaked_passwords,
        "password",
        password,
        &context,
    )
    .await?;
    let client = client.json();
    let set = app.db.fetch_optional(Idempotency::NotIdempotent, || {
        query_file!(
            "src/users/sql/operator_set_password.sql",
            user.id,
            hash,
            client
        )
    });
    let Json(user) = set.await?.ok_or(Error::NotFound)?.user;
    Ok(user)
}
