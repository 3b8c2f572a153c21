//! GET and DELETE /api/me/sessions, DELETE /api/me/sessions/{sessionId}

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use hallpass_core::sessions::Whose;

use crate::App;
use crate::extract::Bearer;
use crate::request::Request;
use crate::respond::Problem;
use crate::respond::documented::{
    AccountProblems, AccountWriteProblems, Problems, SessionNotFound,
};
use crate::routes::sessions::{self, SessionList};

/// List the current user's sessions
#[utoipa::path(
    get, path = "/api/me/sessions", tag = "me", operation_id = "listCurrentUserSessions", security(("bearer" = [])),
    responses(
        (status = 200, description = "The active sessions, newest first.", body = SessionList),
        AccountProblems,
    )
)]
pub(crate) async fn list_current_user_sessions(
    State(app): State<App>,
    Bearer(claims): Bearer,
) -> Result<Json<SessionList>, Problem> {
    sessions::list(&app, &claims, Whose::Own).await
}

/// End all of the current user's sessions
///
/// The session of this request ends as well.
#[utoipa::path(
    delete, path = "/api/me/sessions", tag = "me", operation_id = "endCurrentUserSessions", security(("bearer" = [])),
    responses(
        (status = 204, description = "The sessions have ended."),
        AccountWriteProblems,
    )
)]
pub(crate) async fn end_current_user_sessions(
    State(app): State<App>,
    request: Request,
    Bearer(claims): Bearer,
) -> Result<Response, Problem> {
    sessions::end(&app, &request, &claims, Whose::Own, None).await
}

/// End one of the current user's sessions
#[utoipa::path(
    delete, path = "/api/me/sessions/{sessionId}", tag = "me", operation_id = "endCurrentUserSession", security(("bearer" = [])),
    params(("sessionId" = uuid::Uuid, Path, description = "Session id.")),
    responses(
        (status = 204, description = "The session has ended."),
        Problems<(AccountWriteProblems, SessionNotFound)>,
    )
)]
pub(crate) async fn end_current_user_session(
    State(app): State<App>,
    request: Request,
    Bearer(claims): Bearer,
    Path(session_id): Path<String>,
) -> Result<Response, Problem> {
    sessions::end(&app, &request, &claims, Whose::Own, Some(&session_id)).await
}
