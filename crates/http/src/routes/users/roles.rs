//! GET /api/roles

use axum::Json;
use axum::extract::State;
use hallpass_core::roles::{self, Role};
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::extract::Bearer;
use crate::respond::{Problem, ProblemBody};

/// All roles, by name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RoleList {
    items: Vec<Role>,
}

/// List roles
#[utoipa::path(
    get, path = "/api/roles", tag = "users", operation_id = "listRoles", security(("bearer" = [])),
    responses(
        (status = 200, description = "All roles", body = RoleList),
        (status = 401, description = "`unauthenticated`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`unavailable`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_roles(
    State(app): State<App>,
    Bearer(claims): Bearer,
) -> Result<Json<RoleList>, Problem> {
    let items = roles::list(&app, &claims).await?;
    Ok(Json(RoleList { items }))
}
