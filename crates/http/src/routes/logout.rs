//! POST /api/logout

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use hallpass_core::sessions::{self, SessionKey};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::App;
use crate::extract::cookies::Cookie;
use crate::extract::{MaybeBearer, OptionalJsonBody};
use crate::request::Request;
use crate::respond::cookies::{self, SESSION};
use crate::respond::documented::{BodyProblems, Problems, PublicWriteProblems};
use crate::respond::Problem;

endpoints! {
    /// The routes of the function.
    pub fn router = [self::sign_out]
}

/// Scope of a sign-out.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(example = json!({}))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct SignOutRequest {
    /// If true, all sessions of the user end; otherwise only the current session.
    #[serde(default)]
    everywhere: bool,
    /// Refresh token of a client without cookies.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    refresh_token: Option<SecretString>,
}

/// Sign out
///
/// The session is identified by the refresh token in the body, else by the session cookie, else by the access token.
/// Idempotent: without a session the response is the same.
#[utoipa::path(
    post, path = "/api/logout", tag = "session", operation_id = "signOut", request_body(content = Option<SignOutRequest>),
    responses(
        (status = 204, description = "The session has ended, now or earlier; the session cookies are cleared."),
        Problems<(PublicWriteProblems, BodyProblems)>,
    )
)]
pub(crate) async fn sign_out(
    State(app): State<App>,
    request: Request,
    headers: HeaderMap,
    MaybeBearer(claims): MaybeBearer,
    OptionalJsonBody(body): OptionalJsonBody<SignOutRequest>,
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
    let left = sessions::sign_out(&app, session, body.everywhere, request.client()).await?;
    if let Some((user_id, session)) = left.user_id.zip(session) {
        request.is_from(user_id, session.session_id);
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    cookies::clear_session(response.headers_mut());
    // Without "cookies", which would also clear the mark of a known device.
    let clear = HeaderValue::from_static("\"cache\", \"storage\"");
    response
        .headers_mut()
        .insert(HeaderName::from_static("clear-site-data"), clear);
    Ok(response)
}
