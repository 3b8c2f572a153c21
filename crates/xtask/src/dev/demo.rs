//! `cargo dev --demo N`: creates invented users through the API, signed in as the administrator.

use hallpass_platform::Error;
use serde_json::{Value, json};

use super::administrator::Administrator;
use super::people::{Person, people};
use super::progress::{Step, count};
use crate::site::{SignedIn, Site};

/// Creates the first `number` invented users, except those that exist. Their password is the administrator's.
pub(super) async fn create(
    url: &str,
    administrator: &Administrator,
    number: u32,
) -> Result<(), Error> {
    let step = Step::begin("demo");
    let Administrator {
        email, password, ..
    } = administrator;
    let site = Site::new(url);
    let answer = site.login(email, password).await?;
    if answer.status == 401 {
        return Err(Error::Message(format!(
            "--demo cannot sign in as {email}: set HALLPASS_ADMIN_PASSWORD to its password"
        )));
    }
    let session = SignedIn::read(answer)?;
    let demo = Demo {
        site,
        password,
        token: session.access_token,
    };
    let mut created = 0_u32;
    for (done, person) in people(number).enumerate() {
        let is_new = demo.add(&person).await.map_err(|error| {
            Error::Message(format!("--demo cannot create {}: {error}", person.email))
        })?;
        created += u32::from(is_new);
        count("demo", done + 1, number);
    }
    step.end(&format!(
        "{number} people, {created} of them new; they sign in with the administrator's password"
    ));
    Ok(())
}

struct Demo<'d> {
    site: Site,
    password: &'d str,
    token: String,
}

impl Demo<'_> {
    /// Creates the user; `false` if the e-mail address is taken.
    async fn add(&self, person: &Person) -> Result<bool, Error> {
        let body = json!({ "email": person.email, "name": person.name, "roles": [person.role] });
        let token = Some(self.token.as_str());
        let created = self.site.post("/api/users", token, body).await?;
        if created.status == 409 {
            return Ok(false);
        }
        let user = created.expect(201)?.json;
        if person.has_signed_in {
            self.set_password(&user).await?;
        }
        if !person.is_active {
            let body = json!({ "ids": [user["id"]], "changes": { "isActive": false } });
            self.site
                .patch("/api/users", token, body)
                .await?
                .expect(200)?;
        }
        Ok(true)
    }

    async fn set_password(&self, user: &Value) -> Result<(), Error> {
        let link = user["setupLink"].as_str().unwrap_or_default();
        self.site.redeem(link, self.password).await?.expect(200)?;
        Ok(())
    }
}
