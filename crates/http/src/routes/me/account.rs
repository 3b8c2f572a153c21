//! GET and PATCH /api/me

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use hallpass_core::users::{self, Me, OwnChange};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::App;
use crate::extract::{Bearer, JsonBody, if_match};
use crate::request::Request;
use crate::respond::documented::{
    AccountProblems, AccountWriteProblems, BodyProblems, InvalidIfMatch, Problems, Stale,
};
use crate::respond::{Problem, with_version};

/// Changes to the current user's own account. Omitted fields stay unchanged.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({ "name": "Another" }))]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateCurrentUserRequest {
    /// Display name, 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    name: Option<String>,
}

/// Show the current user
#[utoipa::path(
    get, path = "/api/me", tag = "me", operation_id = "showCurrentUser", security(("bearer" = [])),
    responses(
        (status = 200, description = "The current user and their permissions.", body = Me, headers(("ETag" = String, description = "Version of the user, for `If-Match`."))),
        AccountProblems,
    )
)]
pub(crate) async fn show_current_user(
    State(app): State<App>,
    Bearer(claims): Bearer,
) -> Result<Response, Problem> {
    let me = users::own(&app, &claims).await?;
    Ok(with_version(me.user.version, me))
}

/// Update the current user
///
/// With `If-Match`, the change is made only if the user still has one of these versions.
#[utoipa::path(
    patch, path = "/api/me", tag = "me", operation_id = "updateCurrentUser", security(("bearer" = [])), request_body = UpdateCurrentUserRequest,
    params(("If-Match" = Option<String>, Header, description = "`ETag` of the version that the change is based on.")),
    responses(
        (status = 200, description = "The updated user.", body = Me, headers(("ETag" = String, description = "Version of the user, for `If-Match`."))),
        Problems<(AccountWriteProblems, BodyProblems, InvalidIfMatch, Stale)>,
    )
)]
pub(crate) async fn update_current_user(
    State(app): State<App>,
    request: Request,
    Bearer(claims): Bearer,
    headers: HeaderMap,
    JsonBody(body): JsonBody<UpdateCurrentUserRequest>,
) -> Result<Response, Problem> {
    let versions = if_match(&headers)?;
    let change = OwnChange { name: body.name };
    let me =
        users::update_own(&app, &claims, versions.as_deref(), change, request.client()).await?;
    Ok(with_version(me.user.version, me))
}
