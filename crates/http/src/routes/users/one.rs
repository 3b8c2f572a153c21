//! GET, PATCH and DELETE /api/users/{id}

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use hallpass_core::users::{self, Change, User};
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::sessions::id;
use crate::App;
use crate::extract::{Bearer, JsonBody, if_match, require_if_match};
use crate::request::Request;
use crate::respond::{Problem, ProblemBody, with_version};

/// What to change; a field that is missing stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct UpdateUserBody {
    /// A new address counts as not verified.
    email: Option<String>,
    /// 1 to 200 characters.
    name: Option<String>,
    /// All roles from now on.
    roles: Option<Vec<String>>,
    /// `false` ends the sessions, too.
    is_active: Option<bool>,
}

/// Show a user
#[utoipa::path(
    get, path = "/api/users/{id}", tag = "users", operation_id = "showUser", security(("bearer" = [])),
    params(("id" = uuid::Uuid, Path, description = "The user")),
    responses(
        (status = 200, description = "The user", body = User, headers(("ETag" = String, description = "The version"))),
        (status = 401, description = "`unauthenticated`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`unavailable`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show_user(
    State(app): State<App>,
    Bearer(claims): Bearer,
    Path(user_id): Path<String>,
) -> Result<Response, Problem> {
    let user = users::find(&app, &claims, id(&user_id)?).await?;
    Ok(with_version(user.version, user))
}

/// Change a user
#[utoipa::path(
    patch, path = "/api/users/{id}", tag = "users", operation_id = "updateUser", security(("bearer" = [])), request_body = UpdateUserBody,
    params(("id" = uuid::Uuid, Path, description = "The user"), ("If-Match" = String, Header, description = "The ETag that was read")),
    responses(
        (status = 200, description = "Changed", body = User, headers(("ETag" = String, description = "The version"))),
        (status = 400, description = "`malformed_json` or `invalid_if_match`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "`unauthenticated`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden` or `cross_site_request`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`email_taken` or `last_admin`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 412, description = "`stale`: somebody was faster", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "`body_too_large`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported_media_type`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`invalid_fields`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 428, description = "`if_match_required`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`unavailable`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn update_user(
    State(app): State<App>,
    request: Request,
    Bearer(claims): Bearer,
    Path(user_id): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<UpdateUserBody>,
) -> Result<Response, Problem> {
    let versions = require_if_match(&headers)?;
    let UpdateUserBody {
        email,
        name,
        roles,
        is_active,
    } = body;
    let change = Change {
        email,
        name,
        roles,
        is_active,
    };
    let changed = users::update(
        &app,
        &claims,
        id(&user_id)?,
        versions.as_deref(),
        change,
        request.client(),
    );
    let user = changed.await?;
    Ok(with_version(user.version, user))
}

/// Deactivate a user
///
/// Ends the user's sessions. The account can be reactivated by a change of `isActive`.
#[utoipa::path(
    delete, path = "/api/users/{id}", tag = "users", operation_id = "deactivateUser", security(("bearer" = [])),
    params(("id" = uuid::Uuid, Path, description = "The user"), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    responses(
        (status = 204, description = "Deactivated, now or before"),
        (status = 400, description = "`invalid_if_match`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "`unauthenticated`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden` or `cross_site_request`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`last_admin`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 412, description = "`stale`: somebody was faster", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`unavailable`", body = ProblemBody, content_type = "application/problem+json"),
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
    users::deactivate(&app, &claims, id, versions.as_deref(), request.client()).await?;
    Ok(StatusCode::NO_CONTENT)
}
