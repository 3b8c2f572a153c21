//! Listing and ending sessions, shared by `users` and `me`.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hallpass_core::Error;
use hallpass_core::authorization::Actor;
use hallpass_core::sessions::{self, Session, SessionPage, Whose};
use hallpass_core::tokens::access::Claims;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::App;
use crate::request::Request;
use crate::respond::Problem;

/// Active sessions of a user.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionList {
    /// The newest 100 sessions, newest first.
    items: Vec<Session>,
    /// Whether the user has older active sessions that are not listed.
    more: bool,
}

pub(crate) async fn list(
    app: &App,
    claims: &Claims,
    whose: Whose,
) -> Result<Json<SessionList>, Problem> {
    let SessionPage { items, more } = sessions::list(app, claims, whose).await?;
    Ok(Json(SessionList { items, more }))
}

pub(crate) async fn end(
    app: &App,
    request: &Request,
    claims: &Claims,
    whose: Whose,
    session_id: Option<&str>,
) -> Result<Response, Problem> {
    let actor = Actor::Session(claims);
    match session_id {
        Some(text) => sessions::end(&app.db, actor, whose, id(text)?, request.client()).await?,
        None => {
            sessions::end_all(&app.db, actor, whose, request.client()).await?;
        }
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The id in a path. Text that is not an id is answered like an unknown id.
pub(crate) fn id(text: &str) -> Result<Uuid, Problem> {
    // Only the canonical form: hyphenated, lower case.
    let id = Uuid::try_parse(text)
        .ok()
        .filter(|id| id.to_string() == text);
    id.ok_or_else(|| Error::NotFound.into())
}
