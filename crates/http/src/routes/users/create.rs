//! POST /api/users and POST /api/users/{id}/setup-link

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use hallpass_core::users::{self, NewUser, SetupLink, User};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::super::sessions::id;
use crate::App;
use crate::extract::{Bearer, JsonBody, OptionalJsonBody};
use crate::request::Request;
use crate::respond::{Problem, ProblemBody, entity_tag};

/// An account to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateUserBody {
    /// At most 254 characters.
    email: String,
    /// 1 to 200 characters.
    name: String,
    /// Names of roles whose permissions the caller holds.
    roles: Vec<String>,
    /// Without one the answer has a link with which the user sets it.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "password")]
    password: Option<SecretString>,
}

/// The new account.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreatedUser {
    #[serde(flatten)]
    user: User,
    /// Where no password was given: good once, for 72 hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    setup_link: Option<String>,
}

/// A one-time link.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SetupLinkBody {
    /// Hand it to its user, and to nobody else.
    setup_link: String,
    /// When it stops working.
    #[serde(with = "hallpass_core::timestamp")]
    expires_at: OffsetDateTime,
}

/// Nothing.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EmptyBody {}

/// Create a user
#[utoipa::path(
    post, path = "/api/users", tag = "users", operation_id = "createUser", security(("bearer" = [])), request_body = CreateUserBody,
    responses(
        (status = 201, description = "Created", body = CreatedUser, headers(("Location" = String, description = "The user's address"), ("ETag" = String, description = "The version"))),
        (status = 400, description = "Not JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "`unauthenticated`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden` or `cross_site_request`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`email_taken`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "`body_too_large`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported_media_type`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`invalid_fields`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`unavailable` or `overloaded`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create_user(
    State(app): State<App>,
    request: Request,
    Bearer(claims): Bearer,
    JsonBody(body): JsonBody<CreateUserBody>,
) -> Result<Response, Problem> {
    let CreateUserBody {
        email,
        name,
        roles,
        password,
    } = body;
    let new = NewUser {
        email,
        name,
        roles,
        password,
    };
    let created = users::create(&app, &claims, new, request.client()).await?;
    let location = HeaderValue::try_from(format!("/api/users/{}", created.user.id));
    let tag = entity_tag(created.user.version);
    let body = CreatedUser {
        user: created.user,
        setup_link: created.setup_link.map(|link| link.url),
    };
    let mut response = (StatusCode::CREATED, Json(body)).into_response();
    response.headers_mut().insert(header::ETAG, tag);
    if let Ok(location) = location {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// Make a new one-time link for a user
///
/// An older link dies. The user's password and sessions stay until the link is used.
#[utoipa::path(
    post, path = "/api/users/{id}/setup-link", tag = "users", operation_id = "renewSetupLink", security(("bearer" = [])),
    params(("id" = uuid::Uuid, Path, description = "The user")),
    responses(
        (status = 201, description = "Made", body = SetupLinkBody),
        (status = 400, description = "Not JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "`unauthenticated`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden` or `cross_site_request`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`, or deactivated", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "`body_too_large`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported_media_type`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`invalid_fields`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`unavailable`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn renew_setup_link(
    State(app): State<App>,
    request: Request,
    Bearer(claims): Bearer,
    Path(user_id): Path<String>,
    OptionalJsonBody(EmptyBody {}): OptionalJsonBody<EmptyBody>,
) -> Result<(StatusCode, Json<SetupLinkBody>), Problem> {
    let made = users::renew_setup_link(&app, &claims, id(&user_id)?, request.client());
    let SetupLink { url, expires_at } = made.await?;
    Ok((
        StatusCode::CREATED,
        Json(SetupLinkBody {
            setup_link: url,
            expires_at,
        }),
    ))
}
