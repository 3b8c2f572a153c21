//! POST /api/logout

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use hallpass_core::sessions::{self, SessionKey};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::App;
use crate::extract::cookies::Cookie;
use crate::extract::{MaybeBearer, OptionalJsonBody};
use crate::request::Request;
use crate::respond::cookies::{self, SESSION};
use crate::respond::{Problem, ProblemBody};

/// The routes of the function.
pub fn router() -> Router<App> {
    Router::new().route("/api/logout", post(sign_out))
}

/// How far to sign out.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct LogoutBody {
    /// End all sessions of the user, not only this one.
    #[serde(default)]
    everywhere: bool,
    /// For clients without cookies.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    refresh_token: Option<SecretString>,
}

/// Sign out
///
/// By refresh token, cookie or access token, whichever is there. Idempotent.
#[utoipa::path(
    post, path = "/api/logout", tag = "session", operation_id = "signOut", request_body(content = Option<LogoutBody>),
    responses(
        (status = 204, description = "Signed out, now or before; the cookies are cleared"),
        (status = 400, description = "Not JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`cross_site_request`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "`body_too_large`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported_media_type`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`invalid_fields`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`unavailable`", body = ProblemBody, content_type = "application/problem+json", headers(("Retry-After" = u32, description = "Seconds"))),
    )
)]
pub(crate) async fn sign_out(
    State(app): State<App>,
    request: Request,
    headers: HeaderMap,
    MaybeBearer(claims): MaybeBearer,
    OptionalJsonBody(body): OptionalJsonBody<LogoutBody>,
) -> Result<Response, Problem> {
    let token = body.refresh_token.as_ref().map(SecretString::expose_secret);
    let token = token.or_else(|| Cookie::of(&headers, SESSION).one());
    let session = token.and_then(|token| sessions::session_of(&app, token));
    let session = session.or_else(|| {
        claims.map(|claims| SessionKey {
            user_id: claims.sub,
            session_id: claims.sid,
        })
    });
    let left = sessions::log_out(&app, session, body.everywhere, request.client()).await?;
    if let Some((user_id, session)) = left.user_id.zip(session) {
        request.is_from(user_id, session.session_id);
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    cookies::clear_session(response.headers_mut());
    // Not "cookies": the device stays a known one.
    let clear = HeaderValue::from_static("\"cache\", \"storage\"");
    response
        .headers_mut()
        .insert(HeaderName::from_static("clear-site-data"), clear);
    Ok(response)
}
