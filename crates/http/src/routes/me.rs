//! /api/me: one's own account.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use hallpass_core::sessions::Whose;
use hallpass_core::users::{self, Me, OwnChange};
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use super::sessions::{self, SessionList};
use crate::App;
use crate::extract::{Bearer, JsonBody, if_match};
use crate::request::Request;
use crate::respond::{Problem, ProblemBody, with_version};

/// The routes of the function.
pub fn router() -> Router<App> {
    Router::new()
        .route("/api/me", get(show_own).patch(update_own))
        .route("/api/me/password", post(change_password))
        .route(
            "/api/me/sessions",
            get(list_own_sessions).delete(end_own_sessions),
        )
        .route("/api/me/sessions/{session_id}", delete(end_own_session))
}

/// What one may change of oneself.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateOwnBody {
    /// 1 to 200 characters.
    name: Option<String>,
}

/// The password one has and the one to have.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct PasswordBody {
    /// Guesses are throttled like sign-in.
    #[schema(value_type = String, format = "password")]
    current_password: SecretString,
    /// 12 to 128 characters after normalization (RFC 8265, `OpaqueString`: NFC, every space is U+0020).
    #[schema(value_type = String, format = "password")]
    new_password: SecretString,
}

/// Show oneself
#[utoipa::path(
    get, path = "/api/me", tag = "me", operation_id = "showOwn", security(("bearer" = [])),
    responses(
        (status = 200, description = "The caller", body = Me, headers(("ETag" = String, description = "The version"))),
        (status = 401, description = "`unauthenticated`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`unavailable`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show_own(
    State(app): State<App>,
    Bearer(claims): Bearer,
) -> Result<Response, Problem> {
    let me = users::own(&app, &claims).await?;
    Ok(with_version(me.user.version, me))
}

/// Change oneself
///
/// With `If-Match` only where nobody changed the account since.
#[utoipa::path(
    patch, path = "/api/me", tag = "me", operation_id = "updateOwn", security(("bearer" = [])), request_body = UpdateOwnBody,
    params(("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    responses(
        (status = 200, description = "Changed", body = Me, headers(("ETag" = String, description = "The version"))),
        (status = 400, description = "`malformed_json` or `invalid_if_match`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "`unauthenticated`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`cross_site_request`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 412, description = "`stale`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "`body_too_large`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported_media_type`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`invalid_fields`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`unavailable`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn update_own(
    State(app): State<App>,
    request: Request,
    Bearer(claims): Bearer,
    headers: HeaderMap,
    JsonBody(body): JsonBody<UpdateOwnBody>,
) -> Result<Response, Problem> {
    let versions = if_match(&headers)?;
    let change = OwnChange { name: body.name };
    let me =
        users::update_own(&app, &claims, versions.as_deref(), change, request.client()).await?;
    Ok(with_version(me.user.version, me))
}

/// Change one's password
///
/// Ends the other sessions; this one goes on.
#[utoipa::path(
    post, path = "/api/me/password", tag = "me", operation_id = "changePassword", security(("bearer" = [])), request_body = PasswordBody,
    responses(
        (status = 204, description = "Changed"),
        (status = 400, description = "Not JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "`unauthenticated`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`cross_site_request`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "`body_too_large`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported_media_type`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`invalid_fields`: `currentPassword` or `newPassword`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too_many_attempts`", body = ProblemBody, content_type = "application/problem+json", headers(("Retry-After" = u32, description = "Seconds"))),
        (status = 503, description = "`unavailable` or `overloaded`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn change_password(
    State(app): State<App>,
    request: Request,
    Bearer(claims): Bearer,
    JsonBody(body): JsonBody<PasswordBody>,
) -> Result<StatusCode, Problem> {
    let PasswordBody {
        current_password,
        new_password,
    } = body;
    users::change_password(
        &app,
        &claims,
        current_password,
        new_password,
        request.client(),
    )
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List one's sessions
#[utoipa::path(
    get, path = "/api/me/sessions", tag = "me", operation_id = "listOwnSessions", security(("bearer" = [])),
    responses(
        (status = 200, description = "Live sessions", body = SessionList),
        (status = 401, description = "`unauthenticated`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`unavailable`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_own_sessions(
    State(app): State<App>,
    Bearer(claims): Bearer,
) -> Result<Json<SessionList>, Problem> {
    sessions::list(&app, &claims, Whose::Own).await
}

/// End all of one's sessions, this one included
#[utoipa::path(
    delete, path = "/api/me/sessions", tag = "me", operation_id = "endOwnSessions", security(("bearer" = [])),
    responses(
        (status = 204, description = "Ended"),
        (status = 401, description = "`unauthenticated`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`cross_site_request`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`unavailable`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn end_own_sessions(
    State(app): State<App>,
    request: Request,
    Bearer(claims): Bearer,
) -> Result<Response, Problem> {
    sessions::end(&app, &request, &claims, Whose::Own, None).await
}

/// End one of one's sessions
#[utoipa::path(
    delete, path = "/api/me/sessions/{sessionId}", tag = "me", operation_id = "endOwnSession", security(("bearer" = [])),
    params(("sessionId" = uuid::Uuid, Path, description = "The session")),
    responses(
        (status = 204, description = "Ended"),
        (status = 401, description = "`unauthenticated`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`cross_site_request`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`unavailable`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn end_own_session(
    State(app): State<App>,
    request: Request,
    Bearer(claims): Bearer,
    Path(session_id): Path<String>,
) -> Result<Response, Problem> {
    sessions::end(&app, &request, &claims, Whose::Own, Some(&session_id)).await
}
