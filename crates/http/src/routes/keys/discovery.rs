//! GET /.well-known/openid-configuration and GET /.well-known/oauth-authorization-server

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::public;
use crate::App;
use crate::respond::Problem;

/// What a service needs in order to verify access tokens (OpenID Connect Discovery 1.0, RFC 8414).
///
/// Hallpass issues access tokens to its own sign-in and is no OpenID provider: there is no authorization endpoint and
/// no token endpoint, and `response_types_supported`, which both specifications require, says `none`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "issuer": "https://accounts.example.com",
    "jwks_uri": "https://accounts.example.com/api/keys/jwks.json",
    "response_types_supported": ["none"],
    "subject_types_supported": ["public"],
    "id_token_signing_alg_values_supported": ["EdDSA"],
    "claims_supported": ["iss", "aud", "sub", "sid", "gen", "iat", "nbf", "exp", "jti", "roles"]
}))]
pub(crate) struct IssuerBody {
    /// The `iss` of access tokens, to be compared character by character.
    issuer: String,
    /// Where the public keys are.
    jwks_uri: String,
    /// Always `none`.
    response_types_supported: [&'static str; 1],
    /// Always `public`: a user has one `sub` for everybody.
    subject_types_supported: [&'static str; 1],
    /// How access tokens are signed.
    id_token_signing_alg_values_supported: [&'static str; 1],
    /// The claims of access tokens.
    claims_supported: [&'static str; 10],
}

fn issuer(app: &App) -> Response {
    let issuer = app.keys.issuer.clone();
    let body = IssuerBody {
        jwks_uri: format!("{issuer}/api/keys/jwks.json"),
        issuer,
        response_types_supported: ["none"],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: ["EdDSA"],
        claims_supported: [
            "iss", "aud", "sub", "sid", "gen", "iat", "nbf", "exp", "jti", "roles",
        ],
    };
    public(Json(body).into_response())
}

/// The issuer and where its public keys are
///
/// Also at `/.well-known/oauth-authorization-server`, at `/api/keys/openid-configuration` and
/// `/api/keys/oauth-authorization-server` and, where `HALLPASS_URL` has a path, with that path at the end of the
/// address (RFC 8414 section 3.1).
#[utoipa::path(
    get, path = "/.well-known/openid-configuration", tag = "system", operation_id = "showIssuer",
    responses((status = 200, description = "Metadata of the issuer", body = IssuerBody))
)]
pub(crate) async fn show_issuer(State(app): State<App>) -> Response {
    issuer(&app)
}

/// The same, asked for with the path of the issuer's URL at the end of the address.
pub(crate) async fn show_issuer_with_path(
    State(app): State<App>,
    Path(path): Path<String>,
) -> Result<Response, Problem> {
    let own = app.keys.issuer.splitn(4, '/').nth(3);
    if own == Some(path.as_str()) {
        Ok(issuer(&app))
    } else {
        Err(Problem::of_status(StatusCode::NOT_FOUND))
    }
}
