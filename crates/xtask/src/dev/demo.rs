//! `cargo dev --demo N`: creates invented users through the API, signed in as the administrator.

use hallpass_platform::Error;
use hyper::Method;
use serde_json::{Value, json};

use super::administrator::Administrator;
use super::people::{Person, people};
use super::progress::{Step, count};
use crate::http::{Answer, send};

/// Creates the first `number` invented users, except those that exist. Their password is the administrator's.
pub(super) async fn create(
    url: &str,
    administrator: &Administrator,
    number: u32,
) -> Result<(), Error> {
    let step = Step::begin("demo");
    let demo = Demo {
        url,
        password: &administrator.password,
        token: sign_in(url, administrator).await?,
    };
    let mut created = 0_u32;
    for (done, person) in people(number).enumerate() {
        created += u32::from(demo.add(&person).await?);
        count("demo", done + 1, number);
    }
    step.end(&format!(
        "{number} people, {created} of them new; they sign in with the administrator's password"
    ));
    Ok(())
}

async fn sign_in(url: &str, administrator: &Administrator) -> Result<String, Error> {
    let Administrator {
        email, password, ..
    } = administrator;
    let body = json!({ "email": email, "password": password, "delivery": "body" });
    let answer = send(
        &Method::POST,
        &format!("{url}/api/login"),
        None,
        Some(&body),
    )
    .await?;
    let token = answer
        .json()
        .and_then(|body| body["accessToken"].as_str().map(str::to_owned));
    token.ok_or_else(|| {
        Error::Message(format!(
            "--demo signs in as {email}, which was answered with {}: set HALLPASS_ADMIN_PASSWORD to its password",
            answer.status
        ))
    })
}

struct Demo<'d> {
    url: &'d str,
    password: &'d str,
    token: String,
}

impl Demo<'_> {
    /// Creates the user; `false` if the e-mail address is taken.
    async fn add(&self, person: &Person) -> Result<bool, Error> {
        let body = json!({ "email": person.email, "name": person.name, "roles": [person.role] });
        let created = self.call(&Method::POST, "/api/users", &body).await?;
        let user = match (created.status, created.json()) {
            (201, Some(user)) => user,
            (409, _) => return Ok(false),
            (status, _) => return Err(refused(&format!("creating {}", person.email), status)),
        };
        if person.has_signed_in {
            self.set_password(person, &user).await?;
        }
        if !person.is_active {
            let body = json!({ "ids": [user["id"]], "changes": { "isActive": false } });
            let changed = self.call(&Method::PATCH, "/api/users", &body).await?;
            if changed.status != 200 {
                return Err(refused(
                    &format!("deactivating {}", person.email),
                    changed.status,
                ));
            }
        }
        Ok(true)
    }

    async fn set_password(&self, person: &Person, user: &Value) -> Result<(), Error> {
        let link = user["setupLink"].as_str().unwrap_or_default();
        let token = link.rsplit_once('#').map_or(link, |(_, token)| token);
        let body = json!({ "token": token, "password": self.password, "delivery": "body" });
        let url = format!("{}/api/recovery", self.url);
        let redeemed = send(&Method::POST, &url, None, Some(&body)).await?;
        if redeemed.status == 200 {
            return Ok(());
        }
        let what = format!("setting the password of {}", person.email);
        Err(refused(&what, redeemed.status))
    }

    async fn call(&self, method: &Method, path: &str, body: &Value) -> Result<Answer, Error> {
        let url = format!("{}{path}", self.url);
        send(method, &url, Some(&self.token), Some(body)).await
    }
}

fn refused(what: &str, status: u16) -> Error {
    Error::Message(format!("--demo: {what} was answered with {status}"))
}
