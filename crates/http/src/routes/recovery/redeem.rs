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
use crate::respond::documented::{BodyProblems, IncompleteLink, InvalidLink, Overloaded, Problems, PublicWriteProblems, TooManyLinks};
use crate::respond::{Delivery, Problem, TokenResponse, respond_with_tokens};

/// Token of a one-time link and the new password.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({ "token": "hpl_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "password": "zebra umbrella note" }))]
#[serde(deny_unknown_fields)]
pub(crate) struct RedeemSetupLinkRequest {
    /// Token of the one-time link: the part after `#`.
    #[schema(value_type = String, pattern = "^hpl_[A-Za-z0-9_-]{82}$")]
    token: SecretString,
    /// New password. 12 to 128 characters after normalization (RFC 8265 `OpaqueString`: NFC, every space becomes U+0020).
    #[schema(value_type = String, format = "password", min_length = 12, max_length = 128)]
    password: SecretString,
    /// Delivery of the refresh token.
    #[serde(default)]
    delivery: Delivery,
}

/// Set a password with a one-time link
///
/// Signs the user in and ends the account's other sessions. If the password is refused, the link stays valid.
#[utoipa::path(
    post, path = "/api/recovery", tag = "session", operation_id = "redeemSetupLink", request_body = RedeemSetupLinkRequest,
    responses(
        (status = 200, description = "The password is set and the user is signed in.", body = TokenResponse),
        Problems<(PublicWriteProblems, BodyProblems, IncompleteLink, InvalidLink, TooManyLinks, Overloaded)>,
    )
)]
pub(crate) async fn redeem_setup_link(
    State(app): State<App>,
    request: Request,
    headers: HeaderMap,
    JsonBody(body): JsonBody<RedeemSetupLinkRequest>,
) -> Result<Response, Problem> {
    let cookie = Cookie::of(&headers, SESSION).one().map(str::to_owned);
    let redemption = Redemption {
        token: body.token,
        password: body.password,
        // The session in the cookie is replaced only if the response overwrites the cookie.
        replaces: cookie.filter(|_| body.delivery == Delivery::Cookie),
    };
    let issued = recovery::redeem(&app, redemption, request.client()).await?;
    Ok(respond_with_tokens(&app, &request, issued, body.delivery))
}
