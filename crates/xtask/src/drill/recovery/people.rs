//! Four users whom a restore could harm: their revoked access, or that of an attacker, must not become valid again.

use hallpass_platform::{Error, random_password};
use serde_json::json;

use crate::drill::environment::create;
use crate::drill::operator::Operator;
use crate::drill::report::ensure;
use crate::site::{SignedIn, Site};

const ROBBED: &str = "robbed@example.com";
const CAREFUL: &str = "careful@example.com";
const INVITED: &str = "invited@example.com";
const LATE: &str = "late@example.com";

/// Sessions and credentials of the users.
#[derive(Debug)]
pub(super) struct People {
    /// Session that an attacker has stolen, and that is revoked after the backup.
    stolen: SignedIn,
    /// Session of a user who does not change anything.
    pub(super) bystander: SignedIn,
    /// Session of a user who changes their password after the backup.
    careful: SignedIn,
    passwords: Passwords,
    /// One-time link that is created before the backup and used after it.
    link: String,
}

#[derive(Debug)]
struct Passwords {
    first: String,
    changed: String,
    by_link: String,
    by_thief: String,
}

impl People {
    /// Creates the users and signs them in, before the backup.
    pub(super) async fn before(
        site: &Site,
        operator: &Operator,
        administrators: &str,
    ) -> Result<Self, Error> {
        let passwords = Passwords {
            first: random_password()?,
            changed: random_password()?,
            by_link: random_password()?,
            by_thief: random_password()?,
        };
        for email in [ROBBED, CAREFUL, INVITED] {
            create(operator, email, "user", &passwords.first).await?;
        }
        let link = operator
            .run(&["users", "set-password", INVITED, "--link"])
            .await?;
        Ok(Self {
            stolen: site.sign_in(ROBBED, &passwords.first).await?,
            bystander: site.sign_in(super::ADMINISTRATOR, administrators).await?,
            careful: site.sign_in(CAREFUL, &passwords.first).await?,
            link: link["setupLink"].as_str().unwrap_or_default().to_owned(),
            passwords,
        })
    }

    /// Makes changes after the backup.
    pub(super) async fn go_on(&self, site: &Site, operator: &Operator) -> Result<(), Error> {
        operator
            .run(&["sessions", "revoke", "--user", ROBBED])
            .await?;
        let stolen = Some(self.stolen.access_token.as_str());
        site.get("/api/me", stolen).await?.expect(401)?;
        let Passwords {
            first,
            changed,
            by_link,
            ..
        } = &self.passwords;
        let change = json!({"currentPassword": first, "newPassword": changed});
        let careful = Some(self.careful.access_token.as_str());
        site.post("/api/me/password", careful, change)
            .await?
            .expect(204)?;
        site.sign_in(CAREFUL, changed).await?;
        site.redeem(&self.link, by_link).await?.expect(200)?;
        create(operator, LATE, "user", first).await
    }

    /// Checks after the restore that no session is valid, and that no used link is.
    pub(super) async fn stay_out(&self, site: &Site) -> Result<(), Error> {
        for session in [&self.stolen, &self.bystander, &self.careful] {
            site.get("/api/me", Some(&session.access_token))
                .await?
                .expect(401)?;
            site.refresh(&session.refresh_token).await?.expect(401)?;
        }
        site.redeem(&self.link, &self.passwords.by_thief)
            .await?
            .expect(401)?;
        site.login(INVITED, &self.passwords.by_thief)
            .await?
            .expect(401)?;
        Ok(())
    }

    /// Determines what users have to be told, by trying to sign in.
    pub(super) async fn what_is_lost(&self, site: &Site) -> Result<String, Error> {
        let Passwords { first, changed, .. } = &self.passwords;
        site.login(CAREFUL, changed).await?.expect(401)?;
        site.sign_in(CAREFUL, first).await?;
        let late = site.login(LATE, first).await?;
        ensure(late.status == 401, || {
            format!("{LATE} was created after the backup, but can sign in")
        })?;
        Ok(format!(
            "{CAREFUL} has the password from before the change; {LATE} does not exist; {INVITED} needs a new link"
        ))
    }
}
