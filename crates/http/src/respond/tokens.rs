//! The response of sign-in, refresh and one-time links: it delivers the tokens.

use axum::Json;
use axum::response::{IntoResponse, Response};
use hallpass_core::sessions::Issued;
use hallpass_core::tokens::access;
use hallpass_core::tokens::device::DeviceMark;
use hallpass_core::users::User;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::cookies;
use crate::App;
use crate::request::Request;

/// How the refresh token is delivered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[schema(as = TokenDelivery, default = "cookie")]
#[serde(rename_all = "lowercase")]
pub(crate) enum Delivery {
    /// In an `HttpOnly` cookie, for browsers.
    #[default]
    Cookie,
    /// In the response body, for clients without cookies.
    Body,
}

/// Access token, refresh token and the signed-in user.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TokenResponse {
    /// Access token for the `Authorization` header.
    access_token: String,
    /// Token type; always `Bearer`.
    token_type: &'static str,
    /// Lifetime of the access token in seconds.
    expires_in: i64,
    /// The signed-in user.
    user: User,
    /// Refresh token; present only if `delivery` is `body`.
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
}

/// Delivers the refresh token either in a cookie, together with the mark of a known device, or in the body.
pub(crate) fn respond_with_tokens(
    app: &App,
    request: &Request,
    issued: Issued,
    delivery: Delivery,
) -> Response {
    request.is_from(issued.user.id, issued.session_id);
    let refresh_token = issued.refresh_token.expose();
    let max_age = issued.session_expires_at - issued.issued_at;
    let mark = DeviceMark::new(issued.user.id, issued.credential_version).encode(&app.keys);
    let body = TokenResponse {
        access_token: issued.access_token.expose().to_owned(),
        token_type: "Bearer",
        expires_in: access::ACCESS_TOKEN_LIFETIME.whole_seconds(),
        user: issued.user,
        refresh_token: (delivery == Delivery::Body).then(|| refresh_token.to_owned()),
    };
    let mut response = Json(body).into_response();
    if delivery == Delivery::Cookie {
        cookies::set_session(response.headers_mut(), refresh_token, max_age);
        cookies::set_device(response.headers_mut(), &mark);
    }
    response
}
