//! GET /.well-known/jwks.json

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use hallpass_core::tokens::jwks::{self, JwkSet};

use super::public;
use crate::App;
use crate::clock;

/// List the public keys that verify access tokens
///
/// Also at `/api/keys/jwks.json`, which is the `jwks_uri` of the issuer metadata.
#[utoipa::path(
    get, path = "/.well-known/jwks.json", tag = "system", operation_id = "listKeys",
    responses((status = 200, description = "JSON Web Key Set (RFC 7517).", body = JwkSet))
)]
pub(crate) async fn list_keys(State(app): State<App>) -> Response {
    public(Json(jwks::at(&app.keys, clock::now())).into_response())
}
