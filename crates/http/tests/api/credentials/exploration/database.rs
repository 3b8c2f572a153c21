//! Performs events on a real database.

use std::time::Instant;

use hallpass_core::authorization::Actor;
use hallpass_core::passwords::Password;
use hallpass_core::tokens::access::Claims;
use hallpass_core::tokens::link::LinkToken;
use hallpass_core::{Client, Error, users};
use serde_json::Value;
use sqlx::Connection as _;
use sqlx::postgres::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::action::Action;
use super::ask::Held;
use super::rule::{By, Gift, Role};
use super::statements::{self, Found};
use crate::support::TestApp;

/// Stored instead of the hashes of two passwords: of the one that the maker chose, and of the one that the target
/// chose.
pub(super) const CHOSEN: &str = "chosen by the maker";
pub(super) const OWN: &str = "chosen by the owner";

/// The users and their database.
#[derive(Debug)]
pub(super) struct Fixture {
    pub(super) app: TestApp,
    /// Connection as the application's role.
    pub(super) connection: PgConnection,
    administrator: Uuid,
    maker: Uuid,
    pub(super) target: Uuid,
    pub(super) bystander: Bystander,
    /// The beginning: seconds since 1970 by the database's clock, and what has passed since then.
    began_at: i64,
    began: Instant,
    /// Credentials that the target was given at the beginning.
    pub(super) first: Held,
}

/// A user who has nothing to do with the maker, and their credentials.
#[derive(Debug)]
pub(super) struct Bystander {
    pub(super) id: Uuid,
    pub(super) link: LinkToken,
    pub(super) session: Uuid,
}

impl Fixture {
    pub(super) async fn new(role: Role, gift: Gift) -> Self {
        let app = TestApp::new().await;
        let sql = include_str!("database.sql");
        app.database.execute(sql).await;
        let administrator = app.person("root@example.com", &["admin"]).await.id;
        let maker = app.person("maker@example.com", &[role.name()]).await.id;
        let other = app.person("bystander@example.com", &["user"]).await.id;
        let url = app.database.direct_app_url();
        let clock = "select extract(epoch from clock_timestamp())::bigint";
        let began_at = app.database.value(clock).await;
        let nobody = LinkToken {
            user_id: other,
            credential_version: 0,
            made_at: OffsetDateTime::UNIX_EPOCH,
        };
        let mut fixture = Self {
            connection: PgConnection::connect(&url).await.unwrap(),
            app,
            administrator,
            maker,
            target: Uuid::nil(),
            bystander: Bystander {
                id: other,
                link: nobody,
                session: Uuid::nil(),
            },
            began_at,
            began: Instant::now(),
            first: Held::default(),
        };
        let (kept, _) = fixture.take(&fixture.first).await;
        fixture.put(&kept).await;
        fixture.begin(gift).await;
        fixture
    }

    /// Time at which access tokens are issued: now. An exploration can take longer than a token is valid.
    pub(super) fn issued_at(&self) -> i64 {
        self.began_at + i64::try_from(self.began.elapsed().as_secs()).unwrap()
    }

    /// The bystander signs in and gets a link from the administrator. Then the maker creates the target.
    async fn begin(&mut self, gift: Gift) {
        let found = Found::of(&mut self.connection, "bystander@example.com").await;
        self.bystander.session = found.succeed(&mut self.connection).await.unwrap();
        let link = self.make_link(By::Administrator, self.bystander.id).await;
        self.bystander.link = link.unwrap();
        let new = users::NewUser {
            email: "ada.maker@example.com".to_owned(),
            name: "Ada".to_owned(),
            roles: vec![Role::User.name().to_owned()],
            password: (gift == Gift::Password).then(|| Password::from(super::super::CHOSEN)),
        };
        let claims = self.claims(By::Maker);
        let created =
            users::create(&self.app.hallpass, Actor::Session(&claims), new, &client()).await;
        let created = created.unwrap();
        self.target = created.user.id;
        self.first.newest = created.setup_link.map(|link| self.read(&link));
        let hash = format!(
            "update users set password_hash = '{CHOSEN}' where password_set_by is not null"
        );
        self.app.database.execute(&hash).await;
    }

    /// The state of the database, and a digest by which states are compared.
    pub(super) async fn take(&self, held: &Held) -> (Value, String) {
        let sessions = [held.by_password, held.by_link].map(|held| held.map(|(id, _)| id));
        let state =
            "select exploration.take($1, $2), coalesce(exploration.digest($1, $3, $4, $5, $6), '')";
        sqlx::query_as(state)
            .bind(self.target)
            .bind(self.bystander.id)
            .bind(self.maker)
            .bind(held.newest.map(|link| link.credential_version))
            .bind(held.newest.map(|link| link.made_at))
            .bind(sessions)
            .fetch_one(&self.app.database.owner)
            .await
            .unwrap()
    }

    pub(super) async fn put(&self, state: &Value) {
        sqlx::query("select exploration.put($1, $2)")
            .bind(state)
            .bind([self.administrator, self.maker])
            .execute(&self.app.database.owner)
            .await
            .unwrap();
    }

    /// Whether the maker is active and holds every permission of the target, read from the tables without the functions
    /// under test.
    pub(super) async fn maker_holds_as_much(&self) -> bool {
        let held = "select exists (select from users m, users t where m.id = $1 and t.id = $2 and m.is_active \
             and not exists (select from roles r, unnest(r.permissions) as needed where r.name = any (t.roles) \
                 and not exists (select from roles h where h.name = any (m.roles) and needed = any (h.permissions))))";
        sqlx::query_scalar(held)
            .bind(self.maker)
            .bind(self.target)
            .fetch_one(&self.app.database.owner)
            .await
            .unwrap()
    }

    /// Performs an event. Returns whether it was allowed.
    pub(super) async fn perform(&mut self, action: Action, held: &mut Held) -> bool {
        let (maker, target) = (self.maker, self.target);
        let issued_at = self.issued_at();
        let on = &mut self.connection;
        match action {
            Action::MakeLink(by) => {
                let Some(link) = self.make_link(by, target).await else {
                    return false;
                };
                (held.older, held.newest) = (held.newest, Some(link));
                true
            }
            Action::SetTarget(role) => self.set_role(target, role).await,
            Action::SetMaker(role) => self.set_role(maker, role).await,
            Action::ActivateTarget(is_active) => self.activate(target, is_active).await,
            Action::ActivateMaker(is_active) => self.activate(maker, is_active).await,
            Action::EraseMaker => {
                self.owner(&format!("delete from users where id = '{maker}'"))
                    .await
            }
            Action::ChangeAddress(by) => {
                let name = if by == By::Maker { "maker" } else { "root" };
                let change = users::Change {
                    email: Some(format!("ada.{name}@example.com")),
                    ..users::Change::default()
                };
                self.change(by, target, change).await
            }
            Action::Redeem => {
                let Some(link) = held.newest else {
                    return false;
                };
                let opened = statements::redeem(on, link, OWN).await;
                held.by_link = opened.map(|id| (id, 0)).or(held.by_link);
                opened.is_some()
            }
            Action::SignIn => {
                let found = self.found().await;
                if !(found.has(CHOSEN) && found.is_let_through()) {
                    return false;
                }
                let opened = found.succeed(&mut self.connection).await;
                held.by_password = opened.map(|id| (id, 0)).or(held.by_password);
                opened.is_some()
            }
            Action::Refresh(opened) => {
                let Some((id, generation)) = held.session(opened).as_mut() else {
                    return false;
                };
                let is_refreshed = statements::refresh(on, (*id, *generation), target).await;
                *generation += i32::from(is_refreshed);
                is_refreshed
            }
            Action::ChangePassword(opened) => match *held.session(opened) {
                Some((id, _)) => {
                    statements::change_password(on, (id, target, issued_at), OWN).await
                }
                None => false,
            },
            Action::Restore => {
                let now = "update settings set sessions_valid_from = clock_timestamp(), links_valid_from = clock_timestamp()";
                self.owner(now).await
            }
            Action::ManagersWrite(may) => self.permit("manager", "users:write", may).await,
            Action::UsersAudit(may) => self.permit("user", "audit:read", may).await,
        }
    }

    async fn make_link(&self, by: By, user: Uuid) -> Option<LinkToken> {
        let claims = self.claims(by);
        let made =
            users::renew_setup_link(&self.app.hallpass, Actor::Session(&claims), user, &client())
                .await;
        allowed(made).map(|link| self.read(&link))
    }

    fn read(&self, link: &users::SetupLink) -> LinkToken {
        let (_, token) = link.url.split_once('#').unwrap();
        LinkToken::decode(&self.app.hallpass.keys, token).unwrap()
    }

    async fn set_role(&self, user: Uuid, role: Role) -> bool {
        let change = users::Change {
            roles: Some(vec![role.name().to_owned()]),
            ..users::Change::default()
        };
        self.change(By::Administrator, user, change).await
    }

    async fn activate(&self, user: Uuid, is_active: bool) -> bool {
        let change = users::Change {
            is_active: Some(is_active),
            ..users::Change::default()
        };
        self.change(By::Administrator, user, change).await
    }

    async fn change(&self, by: By, user: Uuid, change: users::Change) -> bool {
        let claims = self.claims(by);
        let hallpass = &self.app.hallpass;
        let changed = users::update(
            hallpass,
            Actor::Session(&claims),
            user,
            None,
            change,
            &client(),
        )
        .await;
        allowed(changed).is_some()
    }

    async fn permit(&self, role: &str, permission: &str, may: bool) -> bool {
        let change = if may { "array_append" } else { "array_remove" };
        self.owner(&format!(
            "update roles set permissions = {change}(permissions, '{permission}') where name = '{role}'"
        ))
        .await
    }

    async fn owner(&self, sql: &str) -> bool {
        self.app.database.execute(sql).await;
        true
    }

    /// Claims of the session that [`Self::put`] gives to the maker and the administrator.
    fn claims(&self, by: By) -> Claims {
        let id = if by == By::Maker {
            self.maker
        } else {
            self.administrator
        };
        let now = self.issued_at();
        Claims {
            iss: self.app.hallpass.keys.issuer.clone(),
            aud: "hallpass".to_owned(),
            sub: id,
            sid: id,
            generation: 0,
            iat: now,
            nbf: now,
            exp: now + 600,
            jti: Uuid::now_v7(),
            roles: Vec::new(),
        }
    }
}

fn client() -> Client {
    Client::new(None, None, "exploration".to_owned())
}

/// `None` if the operation was refused for lack of a permission.
fn allowed<T>(result: hallpass_core::Result<T>) -> Option<T> {
    match result {
        Ok(done) => Some(done),
        Err(Error::Unauthenticated | Error::Forbidden | Error::NotFound) => None,
        Err(error) => panic!("{error}"),
    }
}
