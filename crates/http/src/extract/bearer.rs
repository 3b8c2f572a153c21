//! Verifies the access token of a request. Forged tokens are refused here, without a database connection.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use hallpass_core::Error;
use hallpass_core::tokens::access::{self, Claims};

use crate::App;
use crate::clock;
use crate::request::Request;
use crate::respond::Problem;

/// Claims of an authentic access token that has not expired. Whether its session is active is checked by the SQL
/// statement of the operation.
#[derive(Clone, Debug)]
pub(crate) struct Bearer(pub(crate) Claims);

impl FromRequestParts<App> for Bearer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let claims = token(parts)
            .ok_or_else(|| "no bearer token".to_owned())
            .and_then(|token| access::decode(&app.keys, token, clock::now()).map_err(|e| e.0));
        match claims {
            Ok(claims) => {
                let Ok(request) = Request::from_request_parts(parts, app).await;
                request.is_from(claims.sub, claims.sid);
                Ok(Self(claims))
            }
            Err(reason) => {
                tracing::info!(
                    event = "authn_token_refused",
                    reason,
                    "access token refused"
                );
                Err(Error::Unauthenticated.into())
            }
        }
    }
}

/// The bearer token (RFC 6750 section 2.1). The scheme is case-insensitive (RFC 9110 section 11.1).
pub(crate) fn token(parts: &Parts) -> Option<&str> {
    let mut values = parts.headers.get_all(header::AUTHORIZATION).iter();
    let (scheme, token) = values.next()?.to_str().ok()?.split_once(' ')?;
    let single = values.next().is_none();
    (single && scheme.eq_ignore_ascii_case("bearer")).then_some(token.trim())
}

/// Claims of an operation that also works without an access token, such as sign-out.
pub(crate) struct MaybeBearer(pub(crate) Option<Claims>);

impl FromRequestParts<App> for MaybeBearer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let token = token(parts);
        Ok(Self(token.and_then(|token| {
            access::decode(&app.keys, token, clock::now()).ok()
        })))
    }
}
