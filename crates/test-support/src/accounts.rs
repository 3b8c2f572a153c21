//! Accounts to test with.

use std::sync::OnceLock;

use hallpass_core::passwords::Hasher;
use hallpass_core::text::search_key;
use hallpass_core::users::normalize_email;
use sqlx::PgExecutor;
use uuid::Uuid;

/// The password of every account.
pub const PASSWORD: &str = "zebra umbrella note";

/// The hash of [`PASSWORD`], made once a process.
async fn password_hash() -> String {
    static HASH: OnceLock<String> = OnceLock::new();
    if let Some(hash) = HASH.get() {
        return hash.clone();
    }
    let hash = Hasher::new(1).hash(PASSWORD.into()).await.unwrap();
    HASH.get_or_init(|| hash).clone()
}

/// Inserts an active account with [`PASSWORD`] and these roles, and returns its id. Its name is the address up to `@`.
pub async fn insert(owner: impl PgExecutor<'_>, email: &str, roles: &[&str]) -> Uuid {
    let id = Uuid::now_v7();
    let name = email.split('@').next().unwrap();
    sqlx::query(
        "insert into hallpass.users (id, email, email_normalized, name, name_normalized, roles, password_hash) \
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(id)
    .bind(email)
    .bind(normalize_email(email))
    .bind(name)
    .bind(search_key(name))
    .bind(roles)
    .bind(password_hash().await)
    .execute(owner)
    .await
    .unwrap();
    id
}
