//! POST /api/users/{id}/setup-link

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use hallpass_core::authorization::Actor;
use hallpass_core::users::{self, SetupLink};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

use crate::App;
use crate::extract::{Bearer, OptionalJsonBody};
use crate::request::Request;
use crate::respond::Problem;
use crate::respond::documented::{ActiveUserNotFound, BodyProblems, Problems, WriteProblems};
use crate::routes::sessions::id;

/// One-time link with which a user sets a password.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SetupLink)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SetupLinkResponse {
    /// URL of the one-time link. Whoever has it can set the password: give it to the user only.
    setup_link: String,
    /// Time at which the link expires.
    #[serde(with = "hallpass_core::timestamp")]
    expires_at: OffsetDateTime,
}

/// Empty object; the operation has no parameters.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(as = RenewSetupLinkRequest, example = json!({}))]
#[serde(deny_unknown_fields)]
pub(crate) struct EmptyBody {}

/// Create a new one-time link for a user
///
/// An earlier link becomes invalid. The user's password and sessions stay until the link is used.
#[utoipa::path(
    post, path = "/api/users/{id}/setup-link", tag = "users", operation_id = "renewSetupLink", security(("bearer" = [])), request_body(content = Option<EmptyBody>),
    params(("id" = uuid::Uuid, Path, description = "User id.")),
    responses(
        (status = 201, description = "The new one-time link.", body = SetupLinkResponse),
        Problems<(WriteProblems, BodyProblems, ActiveUserNotFound)>,
    )
)]
pub(crate) async fn renew_setup_link(
    State(app): State<App>,
    request: Request,
    Bearer(claims): Bearer,
    Path(user_id): Path<String>,
    OptionalJsonBody(EmptyBody {}): OptionalJsonBody<EmptyBody>,
) -> Result<(StatusCode, Json<SetupLinkResponse>), Problem> {
    let link = users::renew_setup_link(&app, Actor::Session(&claims), id(&user_id)?, request.client());
    let SetupLink { url, expires_at } = link.await?;
    Ok((
        StatusCode::CREATED,
        Json(SetupLinkResponse {
            setup_link: url,
            expires_at,
        }),
    ))
}
