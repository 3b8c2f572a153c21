//! The events that can happen.

use super::rule::{By, Opened, Role, World};

/// An event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// Makes a new one-time link for the target.
    MakeLink(By),
    /// An administrator replaces the target's roles by this role.
    SetTarget(Role),
    SetMaker(Role),
    ActivateTarget(bool),
    ActivateMaker(bool),
    EraseMaker,
    /// Changes the target's e-mail address.
    ChangeAddress(By),
    /// Somebody sets a password with the newest link.
    Redeem,
    /// Somebody signs in with the password that the maker chose.
    SignIn,
    /// Refreshes the session that was opened in this way.
    Refresh(Opened),
    /// Changes the password in that session.
    ChangePassword(Opened),
    /// A backup is restored: older sessions and links end.
    Restore,
    /// The role of managers gets or loses `users:write`.
    ManagersWrite(bool),
    /// The target's first role gets or loses `audit:read`, which managers do not hold.
    UsersAudit(bool),
}

impl World {
    /// All events that can be tried in this state, including those that will be refused.
    pub(super) fn actions(&self, first_role: Role) -> Vec<Action> {
        use Action::{
            ActivateMaker, ActivateTarget, ChangeAddress, ChangePassword, EraseMaker, MakeLink,
            ManagersWrite, Redeem, Refresh, Restore, SetMaker, SetTarget, SignIn, UsersAudit,
        };
        let mut actions = vec![
            MakeLink(By::Administrator),
            ChangeAddress(By::Administrator),
            ActivateTarget(!self.target.is_active),
            Redeem,
            SignIn,
            Restore,
            ManagersWrite(!self.managers_write),
            UsersAudit(!self.users_audit),
        ];
        let roles = [Role::User, Role::Manager, Role::Admin].into_iter();
        actions.extend(roles.filter(|r| *r != self.target.role).map(SetTarget));
        for opened in [Opened::ByPassword, Opened::ByLink] {
            actions.extend([Refresh(opened), ChangePassword(opened)]);
        }
        if let Some(maker) = self.maker {
            let demoted = maker.role == Role::User;
            actions.extend([
                MakeLink(By::Maker),
                ChangeAddress(By::Maker),
                ActivateMaker(!maker.is_active),
                SetMaker(if demoted { first_role } else { Role::User }),
                EraseMaker,
            ]);
        }
        actions
    }
}
