//! DELETE /api/users/{id}

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use hallpass_core::authorization::Actor;
use hallpass_core::users;

use crate::App;
use crate::extract::{Bearer, if_match};
use crate::request::Request;
use crate::respond::Problem;
use crate::respond::documented::{
    InvalidIfMatch, LastAdministrator, Problems, Stale, UserNotFound, WriteProblems,
};
use crate::routes::sessions::id;

/// Deactivate a user
///
/// Ends the user's sessions. To reactivate the account, update `isActive` to `true`.
#[utoipa::path(
    delete, path = "/api/users/{id}", tag = "users", operation_id = "deactivateUser", security(("bearer" = [])),
    params(("id" = uuid::Uuid, Path, description = "User id."), ("If-Match" = Option<String>, Header, description = "`ETag` of the version that the change is based on.")),
    responses(
        (status = 204, description = "The user is deactivated, now or earlier."),
        Problems<(WriteProblems, UserNotFound, LastAdministrator, InvalidIfMatch, Stale)>,
    )
)]
pub(crate) async fn deactivate_user(
    State(app): State<App>,
    request: Request,
    Bearer(claims): Bearer,
    Path(user_id): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let versions = if_match(&headers)?;
    let id = id(&user_id)?;
    users::deactivate(&app, Actor::Session(&claims), id, versions.as_deref(), request.client()).await?;
    Ok(StatusCode::NO_CONTENT)
}
