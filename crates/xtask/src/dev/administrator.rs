//! The first administrator, from the environment or generated and stored.

use hallpass_platform::{Error, random_password};

use super::dotenv::Dotenv;
use super::operator::Operator;
use super::progress::line;
use super::project::{Project, shown};

const EMAIL: &str = "HALLPASS_ADMIN_EMAIL";
const PASSWORD: &str = "HALLPASS_ADMIN_PASSWORD";

/// E-mail address and password of the first administrator.
#[derive(Debug)]
pub(super) struct Administrator {
    pub(super) email: String,
    pub(super) password: String,
    is_kept: bool,
}

impl Administrator {
    /// Uses the variables of the environment, or else the stored values, or else generates a password.
    pub(super) fn choose(project: &Project, kept: &mut Dotenv) -> Result<Self, Error> {
        let named = (project.variable(EMAIL), project.variable(PASSWORD));
        if let (Some(email), Some(password)) = named {
            let (email, password) = (email.to_owned(), password.to_owned());
            return Ok(Self {
                email,
                password,
                is_kept: false,
            });
        }
        let kept_email = kept.get(EMAIL).unwrap_or("admin@example.com").to_owned();
        let email = named.0.map_or(kept_email, str::to_owned);
        // The stored password belongs to the stored e-mail address.
        let same = kept.get(EMAIL) == Some(&email);
        let kept_password = kept.get(PASSWORD).filter(|_| same).map(str::to_owned);
        let password = match named.1.map(str::to_owned).or(kept_password) {
            Some(password) => password,
            None => random_password()?,
        };
        kept.set(EMAIL, &email);
        kept.set(PASSWORD, &password);
        kept.write()?;
        Ok(Self {
            email,
            password,
            is_kept: true,
        })
    }

    /// Creates the account if it does not exist, and prints how to sign in.
    pub(super) async fn create(&self, operator: &Operator<'_>, kept: &Dotenv) -> Result<(), Error> {
        let is_new = operator
            .create_administrator(&self.email, &self.password)
            .await?;
        let Self {
            email,
            password,
            is_kept,
        } = self;
        let file = shown(kept.path());
        match (is_kept, is_new) {
            (true, _) => line(&format!(
                "administrator  {email}  password {password}  (kept in {file})"
            )),
            (false, true) => line(&format!(
                "administrator  {email}, with the password of {PASSWORD}"
            )),
            (false, false) => line(&format!(
                "administrator  {email} (exists already; its password is not changed)"
            )),
        }
        Ok(())
    }
}
