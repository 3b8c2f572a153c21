//! POST /api/me/password

use axum::extract::State;
use axum::http::StatusCode;
use hallpass_core::users;
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::App;
use crate::extract::{Bearer, JsonBody};
use crate::request::Request;
use crate::respond::Problem;
use crate::respond::documented::{
    AccountWriteProblems, BodyProblems, Overloaded, Problems, TooManyAttempts,
};

/// Current and new password of the current user.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({ "currentPassword": "zebra umbrella note", "newPassword": "velvet harbor siren" }))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct ChangePasswordRequest {
    /// Current password. Wrong guesses are rate limited in the same way as at sign-in.
    #[schema(value_type = String, format = "password")]
    current_password: SecretString,
    /// New password. 12 to 128 characters after normalization (RFC 8265 `OpaqueString`: NFC, every space becomes U+0020).
    #[schema(value_type = String, format = "password", min_length = 12, max_length = 128)]
    new_password: SecretString,
}

/// Change the current user's password
///
/// Ends the user's other sessions; the current session continues.
#[utoipa::path(
    post, path = "/api/me/password", tag = "me", operation_id = "changePassword", security(("bearer" = [])), request_body = ChangePasswordRequest,
    responses(
        (status = 204, description = "The password is changed."),
        Problems<(AccountWriteProblems, BodyProblems, TooManyAttempts, Overloaded)>,
    )
)]
pub(crate) async fn change_password(
    State(app): State<App>,
    request: Request,
    Bearer(claims): Bearer,
    JsonBody(body): JsonBody<ChangePasswordRequest>,
) -> Result<StatusCode, Problem> {
    let ChangePasswordRequest {
        current_password,
        new_password,
    } = body;
    users::change_password(
        &app,
        &claims,
        current_password,
        new_password,
        request.client(),
    )
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
