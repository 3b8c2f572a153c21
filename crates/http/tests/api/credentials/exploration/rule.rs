//! The rule: which links, passwords and sessions must work, and what each event changes.

use super::action::Action;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Role {
    User,
    Manager,
    Admin,
}

impl Role {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Manager => "manager",
            Self::Admin => "admin",
        }
    }
}

/// The credential that the maker gives the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gift {
    Link,
    Password,
}

/// The user on whose permissions a credential depends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum By {
    Owner,
    Maker,
    /// An administrator other than the maker, who is never changed.
    Administrator,
}

/// How a session was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Opened {
    ByPassword,
    ByLink,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Account {
    pub(super) role: Role,
    pub(super) is_active: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Session {
    pub(super) by: By,
    pub(super) is_refreshed: bool,
}

/// The state of all users, as far as the rule needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct World {
    pub(super) target: Account,
    /// `None` after the maker was erased.
    pub(super) maker: Option<Account>,
    pub(super) managers_write: bool,
    pub(super) users_audit: bool,
    /// Who made the newest link, until it is used, replaced or ended.
    pub(super) link: Option<By>,
    /// Who chose the password, if there is one.
    pub(super) password: Option<By>,
    /// The newest session that was opened with the maker's password.
    pub(super) by_password: Option<Session>,
    /// The newest session that was opened with a link.
    pub(super) by_link: Option<Session>,
    /// Who set the e-mail address.
    pub(super) address: By,
    pub(super) is_restored: bool,
}

const WRITE: u8 = 1;
const READ: u8 = 2;
const AUDIT: u8 = 4;
const OPERATE: u8 = 8;

impl World {
    pub(super) fn new(role: Role, gift: Gift) -> Self {
        let account = |role| Account {
            role,
            is_active: true,
        };
        Self {
            target: account(Role::User),
            maker: Some(account(role)),
            managers_write: true,
            users_audit: false,
            link: (gift == Gift::Link).then_some(By::Maker),
            password: (gift == Gift::Password).then_some(By::Maker),
            by_password: None,
            by_link: None,
            address: By::Maker,
            is_restored: false,
        }
    }

    fn permissions(&self, role: Role) -> u8 {
        match role {
            Role::User if self.users_audit => AUDIT,
            Role::User => 0,
            Role::Manager if self.managers_write => READ | WRITE,
            Role::Manager => READ,
            Role::Admin => READ | WRITE | AUDIT | OPERATE,
        }
    }

    fn is_vouched_for(&self, by: By) -> bool {
        let needed = WRITE | self.permissions(self.target.role);
        let may_act =
            |maker: Account| maker.is_active && needed & !self.permissions(maker.role) == 0;
        by != By::Maker || self.maker.is_some_and(may_act)
    }

    fn works(&self, by: Option<By>) -> bool {
        self.target.is_active && by.is_some_and(|by| self.is_vouched_for(by))
    }

    pub(super) fn link_works(&self) -> bool {
        self.works(self.link)
    }

    /// Whether the password works that this user chose.
    pub(super) fn password_works(&self, by: By) -> bool {
        self.works(self.password.filter(|chosen| *chosen == by))
    }

    pub(super) fn session_works(&self, opened: Opened) -> bool {
        self.works(self.session(opened).map(|session| session.by))
    }

    pub(super) fn session(&self, opened: Opened) -> Option<Session> {
        match opened {
            Opened::ByPassword => self.by_password,
            Opened::ByLink => self.by_link,
        }
    }

    /// Whether the target has a working credential that depends on the maker.
    pub(super) fn maker_reaches_in(&self) -> bool {
        let sessions = [self.by_password, self.by_link].into_iter().flatten();
        let given = [self.link, self.password].into_iter().flatten();
        let mut all = given.chain(sessions.map(|session| session.by));
        all.any(|by| by == By::Maker && self.works(Some(by)))
    }

    /// Applies an event. Returns false if it is refused, in which case nothing changes.
    pub(super) fn step(&mut self, action: Action) -> bool {
        let before = *self;
        let new = |by| Session {
            by,
            is_refreshed: false,
        };
        match action {
            Action::MakeLink(by) if self.works(Some(by)) => self.link = Some(by),
            Action::SetTarget(role) => self.target.role = role,
            Action::ActivateTarget(is_active) => {
                self.target.is_active = is_active;
                if !is_active {
                    (self.link, self.by_password, self.by_link) = (None, None, None);
                }
            }
            Action::SetMaker(role) => self.maker = self.maker.map(|m| Account { role, ..m }),
            Action::ActivateMaker(is_active) => {
                self.maker = self.maker.map(|m| Account { is_active, ..m });
            }
            Action::EraseMaker => self.maker = None,
            Action::ChangeAddress(by) if self.is_vouched_for(by) => self.address = by,
            Action::Redeem if self.link_works() => {
                (self.link, self.password) = (None, Some(By::Owner));
                (self.by_password, self.by_link) = (None, Some(new(By::Owner)));
            }
            Action::SignIn if self.password_works(By::Maker) => {
                self.by_password = Some(new(By::Maker));
            }
            Action::Refresh(opened) if self.session_works(opened) => {
                let session = self.session_mut(opened);
                *session = session.map(|s| Session {
                    is_refreshed: true,
                    ..s
                });
            }
            Action::ChangePassword(opened) if self.session_works(opened) => {
                (self.link, self.password) = (None, Some(By::Owner));
                match opened {
                    Opened::ByPassword => self.by_link = None,
                    Opened::ByLink => self.by_password = None,
                }
            }
            Action::Restore => {
                (self.link, self.by_password, self.by_link) = (None, None, None);
                self.is_restored = true;
            }
            Action::ManagersWrite(may) => self.managers_write = may,
            Action::UsersAudit(may) => self.users_audit = may,
            _ => {
                *self = before;
                return false;
            }
        }
        true
    }

    fn session_mut(&mut self, opened: Opened) -> &mut Option<Session> {
        match opened {
            Opened::ByPassword => &mut self.by_password,
            Opened::ByLink => &mut self.by_link,
        }
    }
}
