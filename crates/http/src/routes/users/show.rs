//! GET /api/users/{id}

use axum::extract::{Path, State};
use axum::response::Response;
use hallpass_core::authorization::Actor;
use hallpass_core::users::{self, User};

use crate::App;
use crate::extract::Bearer;
use crate::respond::documented::{Problems, ReadProblems, UserNotFound};
use crate::respond::{Problem, with_version};
use crate::routes::sessions::id;

/// Show a user
#[utoipa::path(
    get, path = "/api/users/{id}", tag = "users", operation_id = "showUser", security(("bearer" = [])),
    params(("id" = uuid::Uuid, Path, description = "User id.")),
    responses(
        (status = 200, description = "The user.", body = User, headers(("ETag" = String, description = "Version of the user, for `If-Match`."))),
        Problems<(ReadProblems, UserNotFound)>,
    )
)]
pub(crate) async fn show_user(
    State(app): State<App>,
    Bearer(claims): Bearer,
    Path(user_id): Path<String>,
) -> Result<Response, Problem> {
    let user = users::find(&app, Actor::Session(&claims), id(&user_id)?).await?;
    Ok(with_version(user.version, user))
}
