//! POST /api/login

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::post;
use hallpass_core::sign_in::{self, Credentials};
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::App;
use crate::extract::JsonBody;
use crate::extract::cookies::Cookie;
use crate::request::Request;
use crate::respond::cookies::{DEVICE, SESSION};
use crate::respond::{Delivery, Problem, ProblemBody, TokensBody, respond_with_tokens};

/// The routes of the function.
pub fn router() -> Router<App> {
    Router::new().route("/api/login", post(sign_in))
}

/// Who signs in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoginBody {
    /// In any case and form.
    email: String,
    /// Compared after normalization (RFC 8265, `OpaqueString`: NFC, every space is U+0020). White space at the ends counts.
    #[schema(value_type = String, format = "password")]
    password: SecretString,
    /// Where the refresh token goes.
    #[serde(default)]
    delivery: Delivery,
}

/// Sign in
///
/// An unknown address, a wrong password, and a deactivated account are the same to the caller.
#[utoipa::path(
    post, path = "/api/login", tag = "session", operation_id = "signIn", request_body = LoginBody,
    responses(
        (status = 200, description = "Signed in", body = TokensBody, headers(("Set-Cookie" = String, description = "With delivery by cookie: the refresh token (HttpOnly), `__Host-hallpass-present=1` as a sign for scripts that there is one, and the mark of a known device"))),
        (status = 400, description = "Not JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "`invalid_credentials`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`cross_site_request`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "`body_too_large`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported_media_type`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`invalid_fields`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too_many_attempts`", body = ProblemBody, content_type = "application/problem+json", headers(("Retry-After" = u32, description = "Seconds"))),
        (status = 503, description = "`unavailable` or `overloaded`", body = ProblemBody, content_type = "application/problem+json", headers(("Retry-After" = u32, description = "Seconds"))),
    )
)]
pub(crate) async fn sign_in(
    State(app): State<App>,
    request: Request,
    headers: HeaderMap,
    JsonBody(body): JsonBody<LoginBody>,
) -> Result<Response, Problem> {
    let cookie = |name| Cookie::of(&headers, name).one().map(str::to_owned);
    let credentials = Credentials {
        email: body.email,
        password: body.password,
        device: cookie(DEVICE),
        // Only where its cookie is overwritten.
        replaces: cookie(SESSION).filter(|_| body.delivery == Delivery::Cookie),
    };
    let issued = sign_in::sign_in(&app, credentials, request.client()).await?;
    Ok(respond_with_tokens(&app, &request, issued, body.delivery))
}
