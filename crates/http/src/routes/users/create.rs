//! POST /api/users

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use hallpass_core::authorization::Actor;
use hallpass_core::users::{self, NewUser, User};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::App;
use crate::extract::{Bearer, JsonBody};
use crate::request::Request;
use crate::respond::documented::{BodyProblems, EmailTaken, Overloaded, Problems, WriteProblems};
use crate::respond::{Problem, entity_tag};

/// Account to create.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({ "email": "new@example.com", "name": "New", "roles": ["user"] }))]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateUserRequest {
    /// E-mail address, at most 254 characters.
    #[schema(max_length = 254)]
    email: String,
    /// Display name, 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Names of 1 to 16 roles. The caller must hold all permissions of these roles.
    #[schema(min_items = 1, max_items = 16)]
    roles: Vec<String>,
    /// Password, 12 to 128 characters after normalization (RFC 8265 `OpaqueString`: NFC, every space becomes U+0020).
    /// If omitted, the response contains a one-time link with which the user sets it.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "password", min_length = 12, max_length = 128)]
    password: Option<SecretString>,
}

/// Created user.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreatedUser {
    #[serde(flatten)]
    user: User,
    /// URL of a one-time link with which the user sets a password, valid for 72 hours; present only if the request
    /// contains no password.
    #[serde(skip_serializing_if = "Option::is_none")]
    setup_link: Option<String>,
}

/// Create a user
#[utoipa::path(
    post, path = "/api/users", tag = "users", operation_id = "createUser", security(("bearer" = [])), request_body = CreateUserRequest,
    responses(
        (status = 201, description = "The user is created.", body = CreatedUser, headers(("Location" = String, description = "Path of the user."), ("ETag" = String, description = "Version of the user, for `If-Match`."))),
        Problems<(WriteProblems, BodyProblems, EmailTaken, Overloaded)>,
    )
)]
pub(crate) async fn create_user(
    State(app): State<App>,
    request: Request,
    Bearer(claims): Bearer,
    JsonBody(body): JsonBody<CreateUserRequest>,
) -> Result<Response, Problem> {
    let CreateUserRequest {
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
    let created = users::create(&app, Actor::Session(&claims), new, request.client()).await?;
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
