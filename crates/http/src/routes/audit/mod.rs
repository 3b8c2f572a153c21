//! /api/audit and what is drawn from it.

pub(crate) mod list;
pub(crate) mod sign_ins;

use axum::Router;
use axum::routing::get;

use crate::App;

/// The routes of the function.
pub fn router() -> Router<App> {
    Router::new()
        .route("/api/audit", get(list::list_events))
        .route("/api/audit/sign-ins", get(sign_ins::count_sign_ins))
}
