//! POST /api/recovery

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use hallpass_core::recovery::{self, Redemption};
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::App;
use crate::extract::JsonBody;
use crate::extract::cookies::Cookie;
use crate::request::Request;
use crate::respond::cookies::SESSION;
use crate::respond::{Delivery, Problem, ProblemBody, TokensBody, respond_with_tokens};

/// A one-time link and the password to set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecoveryBody {
    /// What follows the `#` of the one-time link.
    #[schema(value_type = String, pattern = "^hpl_[A-Za-z0-9_-]{82}$")]
    token: SecretString,
    /// 12 to 128 characters after normalization (RFC 8265, `OpaqueString`: NFC, every space is U+0020).
    #[schema(value_type = String, format = "password")]
    password: SecretString,
    /// Where the refresh token goes.
    #[serde(default)]
    delivery: Delivery,
}

/// Set a password by one-time link
///
/// Signs in as well. The account's other sessions end. A refused password leaves the link good.
#[utoipa::path(
    post, path = "/api/recovery", tag = "session", operation_id = "redeemLink", request_body = RecoveryBody,
    responses(
        (status = 200, description = "Set, and signed in", body = TokensBody),
        (status = 400, description = "Not JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "`invalid_link`: unknown, used, expired or replaced", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`cross_site_request`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "`body_too_large`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported_media_type`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`invalid_fields`: the password, or the token (`incomplete_link`: cut off or changed on its way)", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too_many_attempts`: links of this account that no longer work", body = ProblemBody, content_type = "application/problem+json", headers(("Retry-After" = u32, description = "Seconds"))),
        (status = 503, description = "`unavailable` or `overloaded`", body = ProblemBody, content_type = "application/problem+json", headers(("Retry-After" = u32, description = "Seconds"))),
    )
)]
pub(crate) async fn redeem(
    State(app): State<App>,
    request: Request,
    headers: HeaderMap,
    JsonBody(body): JsonBody<RecoveryBody>,
) -> Result<Response, Problem> {
    let cookie = Cookie::of(&headers, SESSION).one().map(str::to_owned);
    let redemption = Redemption {
        token: body.token,
        password: body.password,
        // Only where its cookie is overwritten.
        replaces: cookie.filter(|_| body.delivery == Delivery::Cookie),
    };
    let issued = recovery::redeem(&app, redemption, request.client()).await?;
    Ok(respond_with_tokens(&app, &request, issued, body.delivery))
}
