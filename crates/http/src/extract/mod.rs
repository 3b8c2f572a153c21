//! Reads requests: credentials, cookies, bodies, query parameters and preconditions.

mod bearer;
pub(crate) mod cookies;
pub(crate) mod cross_site;
mod json_body;
mod precondition;
mod preshared;
mod query;
pub(crate) mod unread_body;

pub(crate) use bearer::{Bearer, MaybeBearer};
pub(crate) use json_body::{JsonBody, OptionalJsonBody};
pub(crate) use precondition::{if_match, require_if_match};
pub(crate) use preshared::require_preshared;
pub(crate) use query::Parameters;
