//! POST /api/recovery/inspect

use axum::Json;
use axum::extract::State;
use hallpass_core::recovery::{self, Inspection};
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::App;
use crate::extract::JsonBody;
use crate::request::Request;
use crate::respond::{Problem, ProblemBody};

/// A one-time link.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinkBody {
    /// What follows the `#` of the one-time link.
    #[schema(value_type = String, pattern = "^hpl_[A-Za-z0-9_-]{82}$")]
    token: SecretString,
}

/// Show whose account a one-time link opens
///
/// The link stays unused. A link that this accepts is one that `POST /api/recovery` accepts; links that no longer work
/// count towards the same limit there and here.
#[utoipa::path(
    post, path = "/api/recovery/inspect", tag = "session", operation_id = "inspectLink", request_body = LinkBody,
    responses(
        (status = 200, description = "The link works", body = Inspection),
        (status = 400, description = "Not JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "`invalid_link`: unknown, used, expired or replaced", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`cross_site_request`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "`body_too_large`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported_media_type`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`invalid_fields`: the token (`incomplete_link`: cut off or changed on its way)", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too_many_attempts`: links of this account that no longer work", body = ProblemBody, content_type = "application/problem+json", headers(("Retry-After" = u32, description = "Seconds"))),
        (status = 503, description = "`unavailable`", body = ProblemBody, content_type = "application/problem+json", headers(("Retry-After" = u32, description = "Seconds"))),
    )
)]
pub(crate) async fn inspect(
    State(app): State<App>,
    request: Request,
    JsonBody(body): JsonBody<LinkBody>,
) -> Result<Json<Inspection>, Problem> {
    let inspection = recovery::inspect(&app, &body.token, request.client()).await?;
    Ok(Json(inspection))
}
