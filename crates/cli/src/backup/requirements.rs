//! Objects that are not restored from the archive: the schema, the extension, and the indexes that use an operator class
//! of the extension.
//!
//! An archive names the schema of the extension, which differs between providers. So the extension is left out, and
//! these indexes are created by the statements of the migrations, which do not name that schema.

use hallpass_core::schema;
use sqlx::postgres::PgConnection;
use sqlx::{query, query_file_scalar};

use super::manifest::Manifest;
use crate::failure::{Exit, Failure, database};

/// Checks that the schema and the extension exist or can be created.
///
/// # Errors
/// The schema or the extension is missing and cannot be created; the hint says what to do.
pub(super) async fn check(connection: &mut PgConnection) -> Result<(), Failure> {
    let has_extension = extension(connection).await?;
    let found = query!(
        r#"select to_regnamespace('hallpass') is not null as "has_schema!",
            has_database_privilege(current_database(), 'create') as "may_create!",
            current_user::text as "role!""#
    )
    .fetch_one(connection)
    .await
    .map_err(|error| database(&error))?;
    if found.may_create || (found.has_schema && has_extension) {
        return Ok(());
    }
    let role = &found.role;
    let detail = format!(
        "the role {role} cannot create the schema hallpass and the extension pg_trgm in this database"
    );
    Err(Failure::new(Exit::Failed, "not_permitted", detail)
        .next("connect as the owner of the database, in HALLPASS_RESTORE_URL or with `--into URL`"))
}

/// Whether the extension is installed in this database.
///
/// # Errors
/// The server does not offer the extension.
pub(super) async fn extension(connection: &mut PgConnection) -> Result<bool, Failure> {
    let state = query_file_scalar!("src/backup/sql/extension.sql")
        .fetch_one(connection)
        .await;
    let state = state.map_err(|error| database(&error))?;
    if state != "missing" {
        return Ok(state == "installed");
    }
    let detail = "the server does not offer the extension pg_trgm, which the user search requires";
    Err(Failure::new(Exit::Failed, "extension_missing", detail)
        .next("install the contrib modules of PostgreSQL on that server, or use another server"))
}

/// Creates the schema and the extension if they do not exist.
///
/// # Errors
/// The role lacks the privileges.
pub(super) async fn create(connection: &mut PgConnection) -> Result<(), Failure> {
    let created = schema::prepare(connection).await;
    created.map_err(|error| database(&error))
}

/// Creates the indexes of the backup that are not restored from the archive.
///
/// # Errors
/// The database refuses a statement.
pub(super) async fn build_indexes(
    connection: &mut PgConnection,
    manifest: &Manifest,
) -> Result<(), Failure> {
    let built = schema::build_indexes(connection, |name| {
        let ending = format!(".{name}");
        let mut objects = manifest.contents.objects.iter();
        objects.any(|object| object.starts_with("index ") && object.ends_with(&ending))
    });
    built.await.map_err(|error| database(&error))
}
