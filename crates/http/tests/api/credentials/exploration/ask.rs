//! The credentials that were given to the target, and which of them work.

use hallpass_core::tokens::link::LinkToken;
use sqlx::Connection as _;
use uuid::Uuid;

use super::database::{CHOSEN, Fixture, OWN};
use super::rule::Opened;
use super::statements::{self, Found};

/// Credentials of the target. Any of them can be tried at any time.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Held {
    pub(super) newest: Option<LinkToken>,
    pub(super) older: Option<LinkToken>,
    /// Ids of sessions, with the generations of their refresh tokens.
    pub(super) by_password: Option<(Uuid, i32)>,
    pub(super) by_link: Option<(Uuid, i32)>,
}

/// Which credentials work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Answers {
    /// The newest link: checked before the password is hashed, and again afterwards.
    pub(super) link: [bool; 2],
    pub(super) older_link: bool,
    /// The password that the maker chose: checked before it is compared, and again afterwards.
    pub(super) chosen: [bool; 2],
    pub(super) own: [bool; 2],
    /// The session's access token and its refresh token.
    pub(super) by_password: [bool; 2],
    pub(super) by_link: [bool; 2],
    /// Link, access token and refresh token of the bystander.
    pub(super) bystander: [bool; 3],
}

impl Held {
    pub(super) fn session(&mut self, opened: Opened) -> &mut Option<(Uuid, i32)> {
        match opened {
            Opened::ByPassword => &mut self.by_password,
            Opened::ByLink => &mut self.by_link,
        }
    }
}

impl Fixture {
    /// Tries every credential, and rolls each attempt back.
    pub(super) async fn ask(&mut self, held: &Held) -> Answers {
        let (target, bystander) = (self.target, self.bystander.id);
        let (link, session) = (self.bystander.link, self.bystander.session);
        let [other_call, other_refresh] = self.ask_session(Some((session, 0)), bystander).await;
        let found = self.found().await;
        Answers {
            link: self.ask_link(held.newest).await,
            older_link: self.ask_link(held.older).await != [false, false],
            chosen: self.ask_password(&found, CHOSEN).await,
            own: self.ask_password(&found, OWN).await,
            by_password: self.ask_session(held.by_password, target).await,
            by_link: self.ask_session(held.by_link, target).await,
            bystander: [
                self.ask_link(Some(link)).await == [true, true],
                other_call,
                other_refresh,
            ],
        }
    }

    async fn ask_link(&mut self, link: Option<LinkToken>) -> [bool; 2] {
        let Some(link) = link else {
            return [false, false];
        };
        let mut undone = self.connection.begin().await.unwrap();
        let is_good = statements::is_good_link(&mut undone, link).await;
        let opened = statements::redeem(&mut undone, link, OWN).await;
        undone.rollback().await.unwrap();
        [is_good, opened.is_some()]
    }

    async fn ask_password(&mut self, found: &Found, hash: &str) -> [bool; 2] {
        if !found.has(hash) {
            return [false, false];
        }
        let mut undone = self.connection.begin().await.unwrap();
        let opened = found.succeed(&mut undone).await;
        undone.rollback().await.unwrap();
        [found.is_let_through(), opened.is_some()]
    }

    async fn ask_session(&mut self, session: Option<(Uuid, i32)>, user: Uuid) -> [bool; 2] {
        let Some(session) = session else {
            return [false, false];
        };
        let issued_at = self.issued_at();
        let mut undone = self.connection.begin().await.unwrap();
        // A refused request raises an error, which ends the transaction: it comes last.
        let is_refreshed = statements::refresh(&mut undone, session, user).await;
        let is_served = statements::serves(&mut undone, (session.0, user, issued_at)).await;
        undone.rollback().await.unwrap();
        [is_served, is_refreshed]
    }

    pub(super) async fn found(&mut self) -> Found {
        let email = "select email_normalized from hallpass.users where id = $1";
        let email: String = sqlx::query_scalar(email)
            .bind(self.target)
            .fetch_one(&mut self.connection)
            .await
            .unwrap();
        Found::of(&mut self.connection, &email).await
    }
}
