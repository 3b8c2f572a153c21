//! The answer that hands out tokens: of sign-in, refresh and one-time links.

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

/// How the refresh token travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Delivery {
    /// In an `HttpOnly` cookie: browsers.
    #[default]
    Cookie,
    /// In the body: everything else.
    Body,
}

/// Tokens and whose they are.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TokensBody {
    /// For the `Authorization` header.
    access_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// Seconds for which the access token is good.
    expires_in: i64,
    /// Whose session it is.
    user: User,
    /// With delivery in the body only.
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
}

/// Hands out what was issued.
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
    let body = TokensBody {
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
