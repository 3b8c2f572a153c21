//! POST /api/refresh

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use hallpass_core::{Error, sessions};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::App;
use crate::extract::OptionalJsonBody;
use crate::extract::cookies::{Cookie, speaks_of_session};
use crate::request::Request;
use crate::respond::cookies::{self, SESSION};
use crate::respond::{Delivery, Problem, ProblemBody, TokensBody, respond_with_tokens};

/// The routes of the function.
pub fn router() -> Router<App> {
    Router::new().route("/api/refresh", post(refresh))
}

/// The refresh token of a client without cookies.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct RefreshBody {
    /// Where it is missing, the cookie counts.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    refresh_token: Option<SecretString>,
}

/// Exchange the refresh token
///
/// The answer to a repeat is the same as the first: a client that lost it may ask again.
#[utoipa::path(
    post, path = "/api/refresh", tag = "session", operation_id = "refresh", request_body(content = Option<RefreshBody>),
    responses(
        (status = 200, description = "The next tokens, delivered as the old one came", body = TokensBody),
        (status = 400, description = "Not JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "`invalid_refresh_token`; the cookies are cleared", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`cross_site_request`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "`body_too_large`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported_media_type`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`invalid_fields`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`unavailable`; the cookies stay", body = ProblemBody, content_type = "application/problem+json", headers(("Retry-After" = u32, description = "Seconds"))),
    )
)]
pub(crate) async fn refresh(
    State(app): State<App>,
    request: Request,
    headers: HeaderMap,
    OptionalJsonBody(body): OptionalJsonBody<RefreshBody>,
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
            // Only a verdict takes the cookies away: a database that is out must sign nobody out.
            let judged = response.status() == StatusCode::UNAUTHORIZED;
            if judged && delivery == Delivery::Cookie && speaks_of_session(&headers) {
                cookies::clear_session(response.headers_mut());
            }
            response
        }
    }
}
