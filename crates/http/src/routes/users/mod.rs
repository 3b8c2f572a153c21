//! /api/users and everything below it, and /api/roles, which vercel.json leads here.

pub(crate) mod change_many;
pub(crate) mod create;
mod csv;
pub(crate) mod export;
pub(crate) mod list;
pub(crate) mod one;
pub(crate) mod roles;
pub(crate) mod sessions;

use axum::Router;
use axum::routing::{delete, get, post};

use crate::App;

/// The routes of the function.
pub fn router() -> Router<App> {
    Router::new()
        .route("/api/roles", get(roles::list_roles))
        .route(
            "/api/users",
            get(list::list_users)
                .post(create::create_user)
                .patch(change_many::change_users),
        )
        .route("/api/users/export", get(export::export_users))
        .route(
            "/api/users/{id}",
            get(one::show_user)
                .patch(one::update_user)
                .delete(one::deactivate_user),
        )
        .route("/api/users/{id}/setup-link", post(create::renew_setup_link))
        .route(
            "/api/users/{id}/sessions",
            get(sessions::list_user_sessions).delete(sessions::end_user_sessions),
        )
        .route(
            "/api/users/{id}/sessions/{session_id}",
            delete(sessions::end_user_session),
        )
}
