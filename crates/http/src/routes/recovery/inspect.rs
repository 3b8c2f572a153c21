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
use crate::respond::Problem;
use crate::respond::documented::{BodyProblems, IncompleteLink, InvalidLink, Problems, PublicWriteProblems, TooManyLinks};

/// Token of a one-time link.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({ "token": "hpl_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" }))]
#[serde(deny_unknown_fields)]
pub(crate) struct InspectSetupLinkRequest {
    /// Token of the one-time link: the part after `#`.
    #[schema(value_type = String, pattern = "^hpl_[A-Za-z0-9_-]{82}$")]
    token: SecretString,
}

/// Inspect a one-time link
///
/// Shows whose account the link opens and until when it is valid. The link stays unused: `POST /api/recovery` accepts
/// it afterwards. Links that no longer work count towards the same limit in both operations.
#[utoipa::path(
    post, path = "/api/recovery/inspect", tag = "session", operation_id = "inspectSetupLink", request_body = InspectSetupLinkRequest,
    responses(
        (status = 200, description = "The link is valid.", body = Inspection),
        Problems<(PublicWriteProblems, BodyProblems, IncompleteLink, InvalidLink, TooManyLinks)>,
    )
)]
pub(crate) async fn inspect_setup_link(
    State(app): State<App>,
    request: Request,
    JsonBody(body): JsonBody<InspectSetupLinkRequest>,
) -> Result<Json<Inspection>, Problem> {
    let inspection = recovery::inspect(&app, &body.token, request.client()).await?;
    Ok(Json(inspection))
}
