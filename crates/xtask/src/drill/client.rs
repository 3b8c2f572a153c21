//! Somebody who uses the product: requests through the gateway to the real functions.

use hallpass_platform::Error;
use hyper::{HeaderMap, Method};
use serde_json::{Value, json};

use super::report::ensure;
use crate::http;

/// An answer, read to its end.
#[derive(Debug)]
pub(super) struct Answer {
    what: String,
    pub(super) status: u16,
    headers: HeaderMap,
    pub(super) body: Value,
}

/// Somebody who has signed in.
#[derive(Clone, Debug)]
pub(super) struct SignedIn {
    pub(super) access_token: String,
    pub(super) refresh_token: String,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Goes on if it has this status.
    pub(super) fn is(self, status: u16) -> Result<Self, Error> {
        ensure(self.status == status, || {
            // Not the body: it may hold tokens.
            let code = self.body["code"].as_str().unwrap_or("no code");
            format!(
                "{} answered {} ({code}) instead of {status}",
                self.what, self.status
            )
        })?;
        Ok(self)
    }

    /// Goes on if it says "later", and says when, and takes nobody's session away.
    pub(super) fn says_later(self) -> Result<Self, Error> {
        let answer = self.is(503)?;
        ensure(answer.header("retry-after").is_some(), || {
            format!("{} answered 503 without Retry-After", answer.what)
        })?;
        ensure(answer.header("set-cookie").is_none(), || {
            format!("{} answered 503 and touched a cookie", answer.what)
        })?;
        Ok(answer)
    }

    /// The tokens in it.
    pub(super) fn signed_in(&self) -> Result<SignedIn, Error> {
        let text = |field: &str| self.body[field].as_str().map(str::to_owned);
        match (text("accessToken"), text("refreshToken")) {
            (Some(access_token), Some(refresh_token)) => Ok(SignedIn {
                access_token,
                refresh_token,
            }),
            _ => Err(Error::Message(format!(
                "{}: there are no tokens",
                self.what
            ))),
        }
    }
}

/// Where the functions are.
#[derive(Clone, Debug)]
pub(super) struct Site {
    url: String,
}

impl Site {
    pub(super) fn new(port: u16) -> Self {
        Self {
            url: format!("http://127.0.0.1:{port}"),
        }
    }

    pub(super) async fn get(&self, path: &str, token: Option<&str>) -> Result<Answer, Error> {
        self.send(&Method::GET, path, token, None).await
    }

    pub(super) async fn post(
        &self,
        path: &str,
        token: Option<&str>,
        body: Value,
    ) -> Result<Answer, Error> {
        self.send(&Method::POST, path, token, Some(body)).await
    }

    pub(super) async fn login(&self, email: &str, password: &str) -> Result<Answer, Error> {
        let body = json!({"email": email, "password": password, "delivery": "body"});
        self.post("/api/login", None, body).await
    }

    /// Signs in, which must go well.
    pub(super) async fn sign_in(&self, email: &str, password: &str) -> Result<SignedIn, Error> {
        self.login(email, password).await?.is(200)?.signed_in()
    }

    /// Sets a password by a one-time link.
    pub(super) async fn redeem(&self, link: &str, password: &str) -> Result<Answer, Error> {
        let token = link.rsplit_once('#').map_or(link, |(_, token)| token);
        let body = json!({"token": token, "password": password, "delivery": "body"});
        self.post("/api/recovery", None, body).await
    }

    pub(super) async fn refresh(&self, token: &str) -> Result<Answer, Error> {
        self.post("/api/refresh", None, json!({"refreshToken": token}))
            .await
    }

    async fn send(
        &self,
        method: &Method,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> Result<Answer, Error> {
        let url = format!("{}{path}", self.url);
        let answer = http::send(method, &url, token, body.as_ref()).await?;
        Ok(Answer {
            what: format!("{method} {path}"),
            status: answer.status,
            body: answer.json().unwrap_or_default(),
            headers: answer.headers,
        })
    }
}

/// What the access token lets an administrator do.
pub(super) async fn uses(site: &Site, session: &SignedIn) -> Result<(), Error> {
    for path in [
        "/api/me",
        "/api/me/sessions",
        "/api/users?page=1&size=1",
        "/api/users?q=drill&size=5",
    ] {
        site.get(path, Some(&session.access_token)).await?.is(200)?;
    }
    Ok(())
}

/// The session is renewed, and what it is given is of use.
pub(super) async fn goes_on(site: &Site, session: &SignedIn) -> Result<SignedIn, Error> {
    let next = site.refresh(&session.refresh_token).await?.is(200)?;
    let next = next.signed_in()?;
    uses(site, &next).await?;
    Ok(next)
}
