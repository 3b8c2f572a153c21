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

/// Issuer metadata, with which services verify access tokens (OpenID Connect Discovery 1.0, RFC 8414).
///
/// Hallpass issues access tokens for its own sign-in only and is not an OpenID provider: there is no authorization
/// endpoint and no token endpoint, and `response_types_supported`, which both specifications require, is `none`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "issuer": "https://accounts.example.com",
    "jwks_uri": "https://accounts.example.com/api/keys/jwks.json",
    "response_types_supported": ["none"],
    "subject_types_supported": ["public"],
    "id_token_signing_alg_values_supported": ["EdDSA"],
    "claims_supported": ["iss", "aud", "sub", "sid", "gen", "iat", "nbf", "exp", "jti", "roles"]
}))]
pub(crate) struct IssuerMetadata {
    /// Issuer: the exact value of the claim `iss` in access tokens.
    issuer: String,
    /// URL of the public keys (JSON Web Key Set).
    jwks_uri: String,
    /// Supported response types; always `none`.
    response_types_supported: [&'static str; 1],
    /// Subject types; always `public`: the `sub` of a user is the same for all services.
    subject_types_supported: [&'static str; 1],
    /// Signature algorithms of access tokens.
    id_token_signing_alg_values_supported: [&'static str; 1],
    /// Claims of access tokens.
    claims_supported: [&'static str; 10],
}

fn issuer(app: &App) -> Response {
    let issuer = app.keys.issuer.clone();
    let body = IssuerMetadata {
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

/// Show the issuer metadata
///
/// Also at `/.well-known/oauth-authorization-server`, `/api/keys/openid-configuration` and
/// `/api/keys/oauth-authorization-server`. If `HALLPASS_URL` has a path, the metadata is also found with that path
/// appended to the two addresses below `/.well-known` (RFC 8414 section 3.1).
#[utoipa::path(
    get, path = "/.well-known/openid-configuration", tag = "system", operation_id = "showIssuer",
    responses((status = 200, description = "Issuer metadata.", body = IssuerMetadata))
)]
pub(crate) async fn show_issuer(State(app): State<App>) -> Response {
    issuer(&app)
}

/// The issuer metadata at the address that ends with the path of the issuer's URL (RFC 8414 section 3.1).
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
