//! GET /api/roles

use axum::Json;
use axum::extract::State;
use hallpass_core::roles::{self, Role};
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::extract::Bearer;
use crate::respond::Problem;
use crate::respond::documented::ReadProblems;

/// All roles.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RoleList {
    /// The roles, sorted by name.
    items: Vec<Role>,
}

/// List roles
#[utoipa::path(
    get, path = "/api/roles", tag = "users", operation_id = "listRoles", security(("bearer" = [])),
    responses(
        (status = 200, description = "All roles.", body = RoleList),
        ReadProblems,
    )
)]
pub(crate) async fn list_roles(
    State(app): State<App>,
    Bearer(claims): Bearer,
) -> Result<Json<RoleList>, Problem> {
    let items = roles::list(&app, &claims).await?;
    Ok(Json(RoleList { items }))
}
