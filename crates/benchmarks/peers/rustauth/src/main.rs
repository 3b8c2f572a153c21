//! rustauth on PostgreSQL, as its documentation sets it up. `rustauth-server migrate` makes its tables.
//!
//! Environment: `DATABASE_URL`; `VERCEL_DEV_PORT`, the port to listen on; `PASSWORD_HASH`, `default` or `argon2id`.

use std::env::{args, var};
use std::error::Error;
use std::net::{Ipv4Addr, SocketAddr};

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use rustauth::RustAuth;
use rustauth::db::{AuthSchemaOptions, DbAdapter as _, auth_schema};
use rustauth::error::RustAuthError;
use rustauth::options::{EmailPasswordOptions, PasswordOptions, RateLimitOptions};
use rustauth::sqlx::PostgresAdapter;
use rustauth_axum::{RustAuthAxumExt as _, RustAuthAxumOptions};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let adapter = PostgresAdapter::connect(&var("DATABASE_URL")?).await?;
    if args().nth(1).as_deref() == Some("migrate") {
        adapter
            .run_migrations(&auth_schema(AuthSchemaOptions::default()))
            .await?;
        return Ok(());
    }
    let mut passwords = PasswordOptions::default();
    if var("PASSWORD_HASH").as_deref() == Ok("argon2id") {
        passwords = passwords.hash_password(hash).verify_password(verify);
    }
    let auth = RustAuth::builder()
        .secret("only-for-measurements-only-for-measurements")
        .base_url("http://localhost/api/auth")
        .email_password(EmailPasswordOptions::new().enabled(true))
        .password(passwords)
        // All clients have one address.
        .rate_limit(RateLimitOptions::memory().enabled(false))
        .adapter(adapter)
        .build()
        .await?;
    let router = auth.mount_at_base_path(RustAuthAxumOptions::default())?;
    let address = (Ipv4Addr::LOCALHOST, var("VERCEL_DEV_PORT")?.parse()?);
    let listener = tokio::net::TcpListener::bind(address).await?;
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    Ok(axum::serve(listener, service).await?)
}

/// Hallpass's parameters.
fn argon2id() -> Result<Argon2<'static>, RustAuthError> {
    let params = Params::new(19_456, 2, 1, None).map_err(failed)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &str) -> Result<String, RustAuthError> {
    let hash = argon2id()?.hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(failed)
}

fn verify(hash: &str, password: &str) -> Result<bool, RustAuthError> {
    Ok(argon2id()?
        .verify_password(password.as_bytes(), hash)
        .is_ok())
}

fn failed(error: impl ToString) -> RustAuthError {
    RustAuthError::PasswordHash(error.to_string())
}
