//! POST /api/login

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use hallpass_core::sign_in::{self, Credentials};
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::App;
use crate::extract::JsonBody;
use crate::extract::cookies::Cookie;
use crate::request::Request;
use crate::respond::cookies::{DEVICE, SESSION};
use crate::respond::documented::{
    BodyProblems, InvalidCredentials, Overloaded, Problems, PublicWriteProblems, TooManyAttempts,
};
use crate::respond::{Delivery, Problem, TokenResponse, respond_with_tokens};

endpoints! {
    /// The routes of the function.
    pub fn router = [self::sign_in]
}

/// Credentials of a user.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({ "email": "ada@example.com", "password": "zebra umbrella note" }))]
#[serde(deny_unknown_fields)]
pub(crate) struct SignInRequest {
    /// E-mail address. Case-insensitive; Unicode-normalized (NFKC); whitespace at both ends is ignored.
    email: String,
    /// Password. Compared after normalization (RFC 8265 `OpaqueString`: NFC, every space becomes U+0020); not trimmed.
    #[schema(value_type = String, format = "password")]
    password: SecretString,
    /// Delivery of the refresh token.
    #[serde(default)]
    delivery: Delivery,
}

/// Sign in
///
/// An unknown e-mail address, a wrong password and a deactivated account give the same response.
#[utoipa::path(
    post, path = "/api/login", tag = "session", operation_id = "signIn", request_body = SignInRequest,
    responses(
        (status = 200, description = "The user is signed in.", body = TokenResponse, headers(("Set-Cookie" = String, description = "With `delivery` `cookie`: the refresh token (`__Host-hallpass`, HttpOnly), a script-readable marker cookie (`__Host-hallpass-present=1`) and the mark of a known device (`__Host-hallpass-device`, HttpOnly)."))),
        Problems<(PublicWriteProblems, BodyProblems, InvalidCredentials, TooManyAttempts, Overloaded)>,
    )
)]
pub(crate) async fn sign_in(
    State(app): State<App>,
    request: Request,
    headers: HeaderMap,
    JsonBody(body): JsonBody<SignInRequest>,
) -> Result<Response, Problem> {
    let cookie = |name| Cookie::of(&headers, name).one().map(str::to_owned);
    let credentials = Credentials {
        email: body.email,
        password: body.password,
        device: cookie(DEVICE),
        // The session in the cookie is replaced only if the response overwrites the cookie.
        replaces: cookie(SESSION).filter(|_| body.delivery == Delivery::Cookie),
    };
    let issued = sign_in::sign_in(&app, credentials, request.client()).await?;
    Ok(respond_with_tokens(&app, &request, issued, body.delivery))
}
