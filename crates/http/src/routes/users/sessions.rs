//! GET and DELETE /api/users/{id}/sessions, DELETE /api/users/{id}/sessions/{session}

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use hallpass_core::sessions::Whose;

use super::super::sessions::{self, SessionList, id};
use crate::App;
use crate::extract::Bearer;
use crate::request::Request;
use crate::respond::{Problem, ProblemBody};

/// List a user's sessions
#[utoipa::path(
    get, path = "/api/users/{id}/sessions", tag = "users", operation_id = "listUserSessions", security(("bearer" = [])),
    params(("id" = uuid::Uuid, Path, description = "The user")),
    responses(
        (status = 200, description = "Live sessions", body = SessionList),
        (status = 401, description = "`unauthenticated`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`unavailable`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_user_sessions(
    State(app): State<App>,
    Bearer(claims): Bearer,
    Path(user_id): Path<String>,
) -> Result<Json<SessionList>, Problem> {
    sessions::list(&app, &claims, Whose::Of(id(&user_id)?)).await
}

/// End all of a user's sessions
#[utoipa::path(
    delete, path = "/api/users/{id}/sessions", tag = "users", operation_id = "endUserSessions", security(("bearer" = [])),
    params(("id" = uuid::Uuid, Path, description = "The user")),
    responses(
        (status = 204, description = "Ended"),
        (status = 401, description = "`unauthenticated`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden` or `cross_site_request`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`unavailable`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn end_user_sessions(
    State(app): State<App>,
    request: Request,
    Bearer(claims): Bearer,
    Path(user_id): Path<String>,
) -> Result<Response, Problem> {
    sessions::end(&app, &request, &claims, Whose::Of(id(&user_id)?), None).await
}

/// End one of a user's sessions
#[utoipa::path(
    delete, path = "/api/users/{id}/sessions/{sessionId}", tag = "users", operation_id = "endUserSession", security(("bearer" = [])),
    params(("id" = uuid::Uuid, Path, description = "The user"), ("sessionId" = uuid::Uuid, Path, description = "The session")),
    responses(
        (status = 204, description = "Ended"),
        (status = 401, description = "`unauthenticated`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden` or `cross_site_request`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`unavailable`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn end_user_session(
    State(app): State<App>,
    request: Request,
    Bearer(claims): Bearer,
    Path((user_id, session_id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    sessions::end(
        &app,
        &request,
        &claims,
        Whose::Of(id(&user_id)?),
        Some(&session_id),
    )
    .await
}
