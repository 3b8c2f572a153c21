//! PATCH /api/users/{id}

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use hallpass_core::authorization::Actor;
use hallpass_core::users::{self, Change, User};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::App;
use crate::extract::{Bearer, JsonBody, require_if_match};
use crate::request::Request;
use crate::respond::documented::{
    BodyProblems, EmailTaken, IfMatchRequired, InvalidIfMatch, LastAdministrator, Problems, Stale,
    UserNotFound, WriteProblems,
};
use crate::respond::{Problem, with_version};
use crate::routes::sessions::id;

/// Changes to a user. Omitted fields stay unchanged.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({ "name": "Another" }))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct UpdateUserRequest {
    /// E-mail address, at most 254 characters. A new address is not verified.
    #[schema(max_length = 254)]
    email: Option<String>,
    /// Display name, 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    name: Option<String>,
    /// Names of the roles that replace the current roles, 1 to 16.
    #[schema(min_items = 1, max_items = 16)]
    roles: Option<Vec<String>>,
    /// Whether the account is active. `false` also ends the user's sessions.
    is_active: Option<bool>,
}

/// Update a user
#[utoipa::path(
    patch, path = "/api/users/{id}", tag = "users", operation_id = "updateUser", security(("bearer" = [])), request_body = UpdateUserRequest,
    params(("id" = uuid::Uuid, Path, description = "User id."), ("If-Match" = String, Header, description = "`ETag` of the version that the change is based on.")),
    responses(
        (status = 200, description = "The updated user.", body = User, headers(("ETag" = String, description = "Version of the user, for `If-Match`."))),
        Problems<(WriteProblems, BodyProblems, UserNotFound, Problems<(EmailTaken, LastAdministrator)>, Problems<(InvalidIfMatch, IfMatchRequired)>, Stale)>,
    )
)]
pub(crate) async fn update_user(
    State(app): State<App>,
    request: Request,
    Bearer(claims): Bearer,
    Path(user_id): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<UpdateUserRequest>,
) -> Result<Response, Problem> {
    let versions = require_if_match(&headers)?;
    let UpdateUserRequest {
        email,
        name,
        roles,
        is_active,
    } = body;
    let change = Change {
        email,
        name,
        roles,
        is_active,
    };
    let changed = users::update(
        &app,
        Actor::Session(&claims),
        id(&user_id)?,
        versions.as_deref(),
        change,
        request.client(),
    );
    let user = changed.await?;
    Ok(with_version(user.version, user))
}
