//! /api/me: the current user's own account.

pub(crate) mod account;
pub(crate) mod password;
pub(crate) mod sessions;

endpoints! {
    /// The routes of the function.
    pub fn router = [
        account::show_current_user,
        account::update_current_user,
        password::change_password,
        sessions::list_current_user_sessions,
        sessions::end_current_user_sessions,
        sessions::end_current_user_session,
    ]
}
