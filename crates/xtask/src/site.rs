//! Requests to the API of a running product.

use hallpass_platform::Error;
use hyper::Method;
use serde_json::{Value, json};

use crate::http::{self, Answer};

/// The tokens of a session.
#[derive(Clone, Debug)]
pub(crate) struct SignedIn {
    pub(crate) access_token: String,
    pub(crate) refresh_token: String,
}

impl SignedIn {
    /// The tokens in the response to a sign-in or a refresh, which must have succeeded.
    pub(crate) fn read(answer: Answer) -> Result<Self, Error> {
        let answer = answer.expect(200)?;
        let text = |field: &str| answer.json[field].as_str().map(str::to_owned);
        match (text("accessToken"), text("refreshToken")) {
            (Some(access_token), Some(refresh_token)) => Ok(Self {
                access_token,
                refresh_token,
            }),
            _ => Err(Error::Message(format!(
                "{} answered without tokens",
                answer.request
            ))),
        }
    }
}

/// A running product.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    url: String,
}

impl Site {
    pub(crate) fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
        }
    }

    pub(crate) async fn get(&self, path: &str, token: Option<&str>) -> Result<Answer, Error> {
        self.send(&Method::GET, path, token, None).await
    }

    pub(crate) async fn post(
        &self,
        path: &str,
        token: Option<&str>,
        body: Value,
    ) -> Result<Answer, Error> {
        self.send(&Method::POST, path, token, Some(body)).await
    }

    pub(crate) async fn patch(
        &self,
        path: &str,
        token: Option<&str>,
        body: Value,
    ) -> Result<Answer, Error> {
        self.send(&Method::PATCH, path, token, Some(body)).await
    }

    /// Changes what has this entity tag.
    pub(crate) async fn patch_if_match(
        &self,
        path: &str,
        token: &str,
        tag: &str,
        body: Value,
    ) -> Result<Answer, Error> {
        let url = format!("{}{path}", self.url);
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str()), ("if-match", tag)];
        http::send_with(&Method::PATCH, &url, &headers, Some(&body)).await
    }

    pub(crate) async fn login(&self, email: &str, password: &str) -> Result<Answer, Error> {
        let body = json!({"email": email, "password": password, "delivery": "body"});
        self.post("/api/login", None, body).await
    }

    /// Signs in. Fails unless the status is 200.
    pub(crate) async fn sign_in(&self, email: &str, password: &str) -> Result<SignedIn, Error> {
        SignedIn::read(self.login(email, password).await?)
    }

    /// Sets a password by a one-time link.
    pub(crate) async fn redeem(&self, link: &str, password: &str) -> Result<Answer, Error> {
        let token = link.rsplit_once('#').map_or(link, |(_, token)| token);
        let body = json!({"token": token, "password": password, "delivery": "body"});
        self.post("/api/recovery", None, body).await
    }

    pub(crate) async fn refresh(&self, token: &str) -> Result<Answer, Error> {
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
        http::send(method, &url, token, body.as_ref()).await
    }

    /// Reads what an administrator may read, which must succeed.
    pub(crate) async fn use_session(&self, session: &SignedIn) -> Result<(), Error> {
        for path in [
            "/api/me",
            "/api/me/sessions",
            "/api/users?page=1&size=1",
            "/api/users?q=drill&size=5",
        ] {
            self.get(path, Some(&session.access_token))
                .await?
                .expect(200)?;
        }
        Ok(())
    }

    /// Renews the session and uses it.
    pub(crate) async fn renew_session(&self, session: &SignedIn) -> Result<SignedIn, Error> {
        let renewed = SignedIn::read(self.refresh(&session.refresh_token).await?)?;
        self.use_session(&renewed).await?;
        Ok(renewed)
    }
}
