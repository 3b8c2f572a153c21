//! GET and DELETE /api/users/{id}/sessions, DELETE /api/users/{id}/sessions/{sessionId}

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use hallpass_core::sessions::Whose;

use crate::App;
use crate::extract::Bearer;
use crate::request::Request;
use crate::respond::Problem;
use crate::respond::documented::{
    Problems, ReadProblems, SessionNotFound, UserNotFound, WriteProblems,
};
use crate::routes::sessions::{self, SessionList, id};

/// List a user's sessions
#[utoipa::path(
    get, path = "/api/users/{id}/sessions", tag = "users", operation_id = "listUserSessions", security(("bearer" = [])),
    params(("id" = uuid::Uuid, Path, description = "User id.")),
    responses(
        (status = 200, description = "The active sessions, newest first.", body = SessionList),
        Problems<(ReadProblems, UserNotFound)>,
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
    params(("id" = uuid::Uuid, Path, description = "User id.")),
    responses(
        (status = 204, description = "The sessions have ended."),
        Problems<(WriteProblems, UserNotFound)>,
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
    params(("id" = uuid::Uuid, Path, description = "User id."), ("sessionId" = uuid::Uuid, Path, description = "Session id.")),
    responses(
        (status = 204, description = "The session has ended."),
        Problems<(WriteProblems, SessionNotFound)>,
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
