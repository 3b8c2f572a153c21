//! The problems that operations can answer with, for openapi.json. The deployed functions run none of this code.
//!
//! An operation lists its problems as `responses(…, Problems<(WriteProblems, BodyProblems, EmailTaken)>)`. Problems
//! with the same status become one response whose description explains each code.
#![expect(dead_code, reason = "the types only describe the document")]

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::marker::PhantomData;

use utoipa::IntoResponses;
use utoipa::openapi::RefOr;
use utoipa::openapi::response::Response;

use super::problem::{PROBLEM_JSON, ProblemDocument};

/// Problems of operations that need an access token and change nothing.
pub(crate) type AccountProblems = Problems<(Unauthenticated, Unavailable)>;
/// Problems of operations that need a permission and change nothing.
pub(crate) type ReadProblems = Problems<(Unauthenticated, Forbidden, Unavailable)>;
/// Problems of operations that need a permission and change something.
pub(crate) type WriteProblems = Problems<(Unauthenticated, Forbidden, CrossSite, Unavailable)>;
/// Problems of operations with which users change their own account.
pub(crate) type AccountWriteProblems = Problems<(Unauthenticated, CrossSite, Unavailable)>;
/// Problems of operations that change something and need no access token.
pub(crate) type PublicWriteProblems = Problems<(CrossSite, Unavailable)>;

/// The responses of several groups as one set.
pub(crate) struct Problems<T>(PhantomData<T>);

macro_rules! impl_into_responses {
    ($($group:ident),+) => {
        impl<$($group: IntoResponses),+> IntoResponses for Problems<($($group,)+)> {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                let mut merged = BTreeMap::new();
                $(merge(&mut merged, $group::responses());)+
                merged
            }
        }
    };
}

impl_into_responses!(A);
impl_into_responses!(A, B);
impl_into_responses!(A, B, C);
impl_into_responses!(A, B, C, D);
impl_into_responses!(A, B, C, D, E);
impl_into_responses!(A, B, C, D, E, F);

fn merge(
    merged: &mut BTreeMap<String, RefOr<Response>>,
    responses: BTreeMap<String, RefOr<Response>>,
) {
    for (status, response) in responses {
        match merged.entry(status) {
            Entry::Vacant(entry) => {
                entry.insert(response);
            }
            Entry::Occupied(mut entry) => {
                if let (RefOr::T(one), RefOr::T(other)) = (entry.get_mut(), response) {
                    one.description = format!("{} {}", one.description, other.description);
                }
            }
        }
    }
}

macro_rules! problems {
    ($($(#[doc = $description:literal])+ $name:ident = $status:literal $(, retry_after = $retry_after:literal)?;)+) => {$(
        $(#[doc = $description])+
        #[derive(IntoResponses)]
        #[response(status = $status, content_type = PROBLEM_JSON $(, headers(("Retry-After" = u32, description = $retry_after)))?)]
        pub(crate) struct $name(ProblemDocument);
    )+};
}

problems! {
    /// `malformed_json`: the body is not JSON. `incomplete_body`: the body ended early.
    MalformedBody = 400;
    /// `invalid_query`: a query parameter is invalid; `errors` names each of them.
    InvalidQuery = 400;
    /// `invalid_cursor`: the cursor is invalid or belongs to a different list.
    InvalidCursor = 400;
    /// `use_cursor`: the page number is beyond the first 10,000 rows; follow `next` instead.
    UseCursor = 400;
    /// `invalid_if_match`: the `If-Match` header is not a list of entity tags.
    InvalidIfMatch = 400;
    /// `unauthenticated`: the access token is missing, invalid or expired, or its session has ended.
    Unauthenticated = 401;
    /// `unauthenticated`: the bearer token is missing or wrong, or the deployment has not set one.
    WrongSecret = 401;
    /// `invalid_credentials`: the e-mail address or the password is wrong, or the account is deactivated.
    InvalidCredentials = 401;
    /// `invalid_refresh_token`: the refresh token is invalid, expired or revoked. If it came as a cookie, the session cookies are cleared.
    InvalidRefreshToken = 401;
    /// `invalid_link`: the link is unknown, used, expired or replaced by a newer one.
    InvalidLink = 401;
    /// `forbidden`: the caller lacks the permission, or the target user holds permissions that the caller lacks.
    Forbidden = 403;
    /// `cross_site_request`: the request was sent by another site.
    CrossSite = 403;
    /// `not_found`: the user does not exist.
    UserNotFound = 404;
    /// `not_found`: the user or the session does not exist.
    SessionNotFound = 404;
    /// `not_found`: the user does not exist or is deactivated.
    ActiveUserNotFound = 404;
    /// `body_timeout`: the body did not arrive within 5 seconds.
    BodyTimeout = 408;
    /// `email_taken`: another account has this e-mail address.
    EmailTaken = 409;
    /// `last_admin`: the change would leave no active administrator.
    LastAdministrator = 409;
    /// `stale`: the user has changed since the version in `If-Match`.
    Stale = 412;
    /// `body_too_large`: the body is longer than 64 KiB.
    BodyTooLarge = 413;
    /// `unsupported_media_type`: the body is not `application/json`.
    UnsupportedMediaType = 415;
    /// `invalid_fields`: a field is missing, unknown, of the wrong type or invalid; `errors` names each of them.
    InvalidFields = 422;
    /// The field code `incomplete_link` means that a part of the token is missing or was changed.
    IncompleteLink = 422;
    /// `if_match_required`: the `If-Match` header is missing.
    IfMatchRequired = 428;
    /// `too_many_attempts`: too many failed attempts for this account or from this network.
    TooManyAttempts = 429, retry_after = "Seconds until the next attempt is accepted.";
    /// `too_many_attempts`: too many attempts with links of this account that no longer work.
    TooManyLinks = 429, retry_after = "Seconds until the next attempt is accepted.";
    /// `unavailable`: the database cannot be reached. `shared_database`: the deployment must not use this database. `deadline`: the request took longer than 8 seconds.
    Unavailable = 503, retry_after = "Seconds until the request can be repeated.";
    /// `overloaded`: too many passwords are being hashed at the same time.
    Overloaded = 503, retry_after = "Seconds until the request can be repeated.";
}

/// Problems of operations that read a JSON body.
pub(crate) type BodyProblems = Problems<(
    MalformedBody,
    BodyTimeout,
    BodyTooLarge,
    UnsupportedMediaType,
    InvalidFields,
)>;
