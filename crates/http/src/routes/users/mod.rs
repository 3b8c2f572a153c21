//! /api/users and everything below it, and /api/roles, which vercel.json routes to this function.

pub(crate) mod change_many;
pub(crate) mod create;
mod csv;
pub(crate) mod deactivate;
pub(crate) mod export;
pub(crate) mod list;
pub(crate) mod roles;
pub(crate) mod sessions;
pub(crate) mod setup_link;
pub(crate) mod show;
pub(crate) mod update;

endpoints! {
    /// The routes of the function.
    pub fn router = [
        roles::list_roles,
        list::list_users,
        create::create_user,
        change_many::update_users,
        export::export_users,
        show::show_user,
        update::update_user,
        deactivate::deactivate_user,
        setup_link::renew_setup_link,
        sessions::list_user_sessions,
        sessions::end_user_sessions,
        sessions::end_user_session,
    ]
}
