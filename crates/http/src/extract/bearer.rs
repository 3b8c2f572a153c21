//! The access token of a request. A forgery is refused here, before a connection is taken.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use hallpass_core::Error;
use hallpass_core::tokens::access::{self, Claims};

use crate::App;
use crate::clock;
use crate::request::Request;
use crate::respond::Problem;

/// Claims of a token that we made and that has not expired. Whether its session lives, the statement finds out.
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

/// RFC 6750 section 2.1; the scheme in any case (RFC 9110 section 11.1).
pub(crate) fn token(parts: &Parts) -> Option<&str> {
    let mut values = parts.headers.get_all(header::AUTHORIZATION).iter();
    let (scheme, token) = values.next()?.to_str().ok()?.split_once(' ')?;
    let single = values.next().is_none();
    (single && scheme.eq_ignore_ascii_case("bearer")).then_some(token.trim())
}

/// The claims of a request that may do without: signing out is allowed to anybody.
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
