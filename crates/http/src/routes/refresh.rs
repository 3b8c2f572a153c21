//! POST /api/refresh

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use hallpass_core::{Error, sessions};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::App;
use crate::extract::OptionalJsonBody;
use crate::extract::cookies::{Cookie, has_session_cookie};
use crate::request::Request;
use crate::respond::cookies::{self, SESSION};
use crate::respond::documented::{BodyProblems, InvalidRefreshToken, Problems, PublicWriteProblems};
use crate::respond::{Delivery, Problem, TokenResponse, respond_with_tokens};

endpoints! {
    /// The routes of the function.
    pub fn router = [self::refresh]
}

/// Refresh token of a client without cookies.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(example = json!({}))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct RefreshRequest {
    /// Refresh token. Optional; if omitted, the token is read from the session cookie.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    refresh_token: Option<SecretString>,
}

/// Refresh the tokens
///
/// Exchanges a refresh token for a new access token and a new refresh token. A retry within 30 seconds returns the
/// same tokens, so that a client whose response was lost can repeat the request.
#[utoipa::path(
    post, path = "/api/refresh", tag = "session", operation_id = "refresh", request_body(content = Option<RefreshRequest>),
    responses(
        (status = 200, description = "The new tokens, delivered in the same way as the old refresh token was sent.", body = TokenResponse),
        Problems<(PublicWriteProblems, BodyProblems, InvalidRefreshToken)>,
    )
)]
pub(crate) async fn refresh(
    State(app): State<App>,
    request: Request,
    headers: HeaderMap,
    OptionalJsonBody(body): OptionalJsonBody<RefreshRequest>,
) -> Response {
    let (token, delivery) = match &body.refresh_token {
        Some(token) => (Some(token.expose_secret()), Delivery::Body),
        None => (Cookie::of(&headers, SESSION).one(), Delivery::Cookie),
    };
    let refreshed = match token {
        Some(token) => sessions::refresh(&app, token, request.client()).await,
        None => Err(Error::InvalidRefreshToken),
    };
    match refreshed {
        Ok(issued) => respond_with_tokens(&app, &request, issued, delivery),
        Err(error) => {
            let mut response = Problem::from(error).into_response();
            // Cleared on 401 only: while the database is unavailable, nobody must be signed out.
            let is_refused = response.status() == StatusCode::UNAUTHORIZED;
            if is_refused && delivery == Delivery::Cookie && has_session_cookie(&headers) {
                cookies::clear_session(response.headers_mut());
            }
            response
        }
    }
}
