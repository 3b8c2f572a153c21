//! Temporary account of a run: created in the database, and removed however the run ends.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hallpass_core::authorization::Actor;
use hallpass_core::passwords::Password;
use hallpass_core::users::{self, Change, NewUser, Who, operator};
use hallpass_core::{AppContext, Client, Error};
use time::Duration;
use uuid::Uuid;

use crate::clock;
use crate::failure::{Exit, Failure, is_denied};

/// Domain of the temporary addresses. It cannot exist (RFC 2606), and the API does not accept it.
pub(super) const DOMAIN: &str = "smoke.invalid";
/// Minimum age of accounts that a killed run left behind. It is longer than any run.
const LEFT_BEHIND: Duration = Duration::minutes(15);

/// An account with the permission to read users and no other.
pub(crate) struct TempAccount<'h> {
    hallpass: &'h AppContext,
    command: &'static str,
    pub(crate) email: String,
    pub(crate) password: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Removed {
    Erased,
    /// The role may not delete users. The account is deactivated and cannot sign in, but its row stays.
    Deactivated,
}

impl Removed {
    pub(crate) const fn detail(self) -> &'static str {
        match self {
            Self::Erased => "the temporary account was erased",
            Self::Deactivated => {
                "the temporary account was deactivated, because this role may not delete users; a run over the owner's \
                 connection (DATABASE_URL_UNPOOLED) erases it"
            }
        }
    }
}

impl<'h> TempAccount<'h> {
    /// Removes accounts of killed runs, and creates an account. Also returns the number of removed accounts.
    pub(crate) async fn make(
        hallpass: &'h AppContext,
        command: &'static str,
    ) -> Result<(Self, i64), Failure> {
        let left_behind = clean_up(hallpass, command).await?;
        let account = Self {
            hallpass,
            command,
            email: format!("{}@{DOMAIN}", Uuid::new_v4().simple()),
            password: random()?,
        };
        let new = NewUser {
            email: account.email.clone(),
            name: format!("hallpass {command}"),
            roles: vec!["viewer".to_owned()],
            password: Some(Password::from(account.password.clone())),
        };
        users::create_temporary_account(hallpass, new, &Client::operator(command)).await?;
        Ok((account, left_behind))
    }

    /// # Errors
    /// The account was not removed; the hint says what to do.
    pub(crate) async fn remove(&self) -> Result<Removed, Failure> {
        let removed = remove(self.hallpass, &self.email, self.command).await;
        removed.map_err(|mut failure| {
            let what = "the temporary account was not removed";
            failure.detail = format!("{what}: {}", failure.detail);
            failure.next(format!(
                "run the command again in {} minutes, or run `hallpass users deactivate {}`",
                LEFT_BEHIND.whole_minutes(),
                self.email
            ))
        })
    }
}

async fn remove(
    hallpass: &AppContext,
    email: &str,
    command: &'static str,
) -> Result<Removed, Failure> {
    let who = Who::parse(email);
    match operator::erase(hallpass, &who, &Client::operator(command)).await {
        // The account is gone: a concurrent run has removed it.
        Ok(()) | Err(Error::NotFound) => Ok(Removed::Erased),
        Err(error) if is_denied(&error) => {
            let id = who.id(&hallpass.db).await?;
            let change = Change {
                is_active: Some(false),
                ..Change::default()
            };
            let client = Client::operator(command);
            users::update(hallpass, Actor::Operator, id, None, change, &client).await?;
            Ok(Removed::Deactivated)
        }
        Err(error) => Err(error.into()),
    }
}

async fn clean_up(hallpass: &AppContext, command: &'static str) -> Result<i64, Failure> {
    let mut count = 0;
    for user in left_behind(hallpass, true).await? {
        let removed = remove(hallpass, &user, command).await?;
        count += i64::from(removed == Removed::Erased);
    }
    // Deletes accounts that earlier runs could only deactivate.
    for user in left_behind(hallpass, false).await? {
        let who = Who::parse(&user);
        match operator::erase(hallpass, &who, &Client::operator(command)).await {
            Ok(()) => count += 1,
            Err(Error::NotFound) => {}
            Err(error) if is_denied(&error) => break,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(count)
}

/// Addresses of up to 100 accounts that earlier runs left behind, either active or deactivated ones.
pub(super) async fn left_behind(
    hallpass: &AppContext,
    is_active: bool,
) -> Result<Vec<String>, Failure> {
    let before = clock::now() - LEFT_BEHIND;
    Ok(operator::temporary_accounts(hallpass, before, is_active).await?)
}

/// A password of 192 random bits.
fn random() -> Result<String, Failure> {
    let mut bytes = [0; 24];
    getrandom::fill(&mut bytes).map_err(|error| {
        let detail = "the operating system provides no random numbers";
        Failure::new(Exit::Failed, "failed", detail).because(error)
    })?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}
