//! PATCH /api/users

use axum::Json;
use axum::extract::State;
use hallpass_core::users::{self, ChangedUser, CommonChange};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::App;
use crate::extract::{Bearer, JsonBody};
use crate::request::Request;
use crate::respond::{Problem, ProblemBody};

/// Whom to change, and how.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeUsersBody {
    /// 1 to 100 users, each once.
    #[schema(value_type = Vec<uuid::Uuid>, min_items = 1, max_items = 100)]
    ids: Vec<String>,
    /// The same for each of them.
    changes: CommonChangeBody,
}

/// At least one change.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct CommonChangeBody {
    /// `false` ends the sessions, too.
    is_active: Option<bool>,
    /// Beside the roles that are held.
    add_roles: Option<Vec<String>>,
    /// A user who would be left without a role is not changed.
    remove_roles: Option<Vec<String>>,
}

/// What came of it, in the order of the request.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangedUsers {
    results: Vec<ChangedUser>,
}

/// Change many users
///
/// Each is judged by itself, by the rules of a change of one, and what hinders one hinders no other.
/// No version is asked for: what somebody else changed in between stays, unless it is changed here.
#[utoipa::path(
    patch, path = "/api/users", tag = "users", operation_id = "changeUsers", security(("bearer" = [])), request_body = ChangeUsersBody,
    responses(
        (status = 200, description = "What came of each", body = ChangedUsers),
        (status = 400, description = "Not JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "`unauthenticated`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden` or `cross_site_request`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "`body_too_large`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported_media_type`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`invalid_fields`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`unavailable`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn change_users(
    State(app): State<App>,
    request: Request,
    Bearer(claims): Bearer,
    JsonBody(body): JsonBody<ChangeUsersBody>,
) -> Result<Json<ChangedUsers>, Problem> {
    let change = CommonChange {
        is_active: body.changes.is_active,
        add_roles: body.changes.add_roles.unwrap_or_default(),
        remove_roles: body.changes.remove_roles.unwrap_or_default(),
    };
    let changed = users::change_many(&app, &claims, &body.ids, change, request.client());
    Ok(Json(ChangedUsers {
        results: changed.await?,
    }))
}
