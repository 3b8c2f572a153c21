//! POST /api/recovery and POST /api/recovery/inspect

pub(crate) mod inspect;
pub(crate) mod redeem;

use axum::Router;
use axum::routing::post;

use crate::App;

/// The routes of the function.
pub fn router() -> Router<App> {
    Router::new()
        .route("/api/recovery", post(redeem::redeem))
        .route("/api/recovery/inspect", post(inspect::inspect))
}
