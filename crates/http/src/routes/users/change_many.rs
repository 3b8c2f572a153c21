//! PATCH /api/users

use axum::Json;
use axum::extract::State;
use hallpass_core::users::{self, ChangedUser, CommonChange};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::App;
use crate::extract::{Bearer, JsonBody};
use crate::request::Request;
use crate::respond::Problem;
use crate::respond::documented::{BodyProblems, Problems, WriteProblems};

/// Users to update and the changes to make.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({ "ids": ["00000000-0000-0000-0000-000000000000"], "changes": { "isActive": true } }))]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateUsersRequest {
    /// Ids of 1 to 100 users, without duplicates.
    #[schema(value_type = Vec<uuid::Uuid>, min_items = 1, max_items = 100)]
    ids: Vec<String>,
    /// Changes that are made to each of these users.
    changes: UserChanges,
}

/// Changes to each of several users. At least one field is required.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct UserChanges {
    /// Whether the accounts are active. `false` also ends the users' sessions.
    is_active: Option<bool>,
    /// Names of roles to add to the current roles, at most 16.
    #[schema(max_items = 16)]
    add_roles: Option<Vec<String>>,
    /// Names of roles to remove, at most 16. A user who would have no role left is not changed.
    #[schema(max_items = 16)]
    remove_roles: Option<Vec<String>>,
}

/// Results of an update of several users.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UpdateUsersResponse {
    /// One result for each user, in the order of the request.
    results: Vec<ChangedUser>,
}

/// Update several users
///
/// Each user is updated independently, by the rules of `updateUser`: a failure for one user does not affect the others.
/// Versions are not checked; fields that the request does not name keep what others have changed in the meantime.
#[utoipa::path(
    patch, path = "/api/users", tag = "users", operation_id = "updateUsers", security(("bearer" = [])), request_body = UpdateUsersRequest,
    responses(
        (status = 200, description = "The result for each user.", body = UpdateUsersResponse),
        Problems<(WriteProblems, BodyProblems)>,
    )
)]
pub(crate) async fn update_users(
    State(app): State<App>,
    request: Request,
    Bearer(claims): Bearer,
    JsonBody(body): JsonBody<UpdateUsersRequest>,
) -> Result<Json<UpdateUsersResponse>, Problem> {
    let change = CommonChange {
        is_active: body.changes.is_active,
        add_roles: body.changes.add_roles.unwrap_or_default(),
        remove_roles: body.changes.remove_roles.unwrap_or_default(),
    };
    let changed = users::change_many(&app, &claims, &body.ids, change, request.client());
    Ok(Json(UpdateUsersResponse {
        results: changed.await?,
    }))
}
