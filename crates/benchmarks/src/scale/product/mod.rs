//! The functions on a data set, each in one process with one database connection, and an administrator who is signed in.

mod call;
mod programs;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use hallpass_platform::{Platform, random_secret};
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

use super::data::{ADMINISTRATORS, DataSet, PASSWORD};
use super::people::Person;
use crate::Result;
pub(crate) use call::{Body, Call, Token};
pub(crate) use programs::{Programs, build};

/// An access token is valid for ten minutes.
const RENEW_AFTER: Duration = Duration::from_mins(4);

/// The running functions.
#[derive(Debug)]
pub(crate) struct Product {
    platform: Platform,
    client: Client<HttpConnector, Full<Bytes>>,
    /// `HALLPASS_METRICS_TOKEN` and `CRON_SECRET`.
    machine_token: String,
    access_token: String,
    renewed_at: Instant,
    /// The newest refresh token of each session; the first is the administrator's.
    refresh_tokens: Vec<String>,
}

/// A response, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The body; null if it is not JSON.
    pub(crate) json: Value,
    /// Time from the request to the last byte.
    pub(crate) took: Duration,
}

impl Answer {
    /// Fails unless the request was successful.
    pub(crate) fn succeed(self, call: &Call) -> Result<Self> {
        if (200..300).contains(&self.status) {
            return Ok(self);
        }
        let (method, path) = (&call.method, &call.path);
        let code = self.json["code"].as_str().unwrap_or("no code");
        Err(format!("{method} {path} answered {} ({code})", self.status).into())
    }
}

impl Product {
    pub(crate) async fn start(programs: &Programs, set: &DataSet) -> Result<Self> {
        let machine_token = random_secret()?;
        let platform = Platform::builder()
            .root(&programs.root)
            .functions_dir(&programs.directory)
            .static_dir(programs.root.join("web/public"))
            .env("HALLPASS_SECRET", random_secret()?)
            .env("HALLPASS_METRICS_TOKEN", &machine_token)
            .env("CRON_SECRET", &machine_token)
            .env("DATABASE_URL", &set.app_url)
            .env("DATABASE_CONNECTION_LIMIT", "1")
            .start()
            .await?;
        let mut product = Self {
            platform,
            client: Client::builder(TokioExecutor::new()).build_http(),
            machine_token,
            access_token: String::new(),
            renewed_at: Instant::now(),
            refresh_tokens: Vec::new(),
        };
        let administrator = Person::of(ADMINISTRATORS[0], set.size.users);
        let tokens = product.sign_in(&administrator.email).await?;
        product.access_token = tokens.0;
        product.refresh_tokens.push(tokens.1);
        Ok(product)
    }

    pub(crate) async fn stop(self) {
        self.platform.stop().await;
    }

    /// Ends all processes, so that the server gets their statistics. The next requests start new ones.
    pub(crate) async fn recycle(&self) {
        self.platform.recycle().await;
    }

    /// Opens a session for [`Body::RefreshToken`], and returns its position.
    pub(crate) async fn open_session(&mut self, email: &str) -> Result<usize> {
        let (_, refresh_token) = self.sign_in(email).await?;
        self.refresh_tokens.push(refresh_token);
        Ok(self.refresh_tokens.len() - 1)
    }

    async fn sign_in(&mut self, email: &str) -> Result<(String, String)> {
        let call = Call::sign_in(email, PASSWORD);
        let answer = self.send(&call).await?.succeed(&call)?;
        let text = |name: &str| answer.json[name].as_str().unwrap_or_default().to_owned();
        Ok((text("accessToken"), text("refreshToken")))
    }

    /// Renews the administrator's access token if it expires soon.
    pub(crate) async fn renew(&mut self) -> Result<()> {
        if self.renewed_at.elapsed() < RENEW_AFTER {
            return Ok(());
        }
        let call = Call::refresh(0);
        let answer = self.send(&call).await?.succeed(&call)?;
        answer.json["accessToken"]
            .as_str()
            .ok_or("a refresh returned no access token")?
            .clone_into(&mut self.access_token);
        self.renewed_at = Instant::now();
        Ok(())
    }

    /// Sends a request.
    pub(crate) async fn send(&mut self, call: &Call) -> Result<Answer> {
        let url = format!("{}{}", self.platform.url(), call.path);
        let mut request = Request::builder()
            .method(&call.method)
            .uri(url)
            .header("if-match", "*");
        let token = match call.token {
            Token::None => None,
            Token::Administrator => Some(&self.access_token),
            Token::Machine => Some(&self.machine_token),
        };
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let body = match &call.body {
            Body::Empty => None,
            Body::Json(json) => Some(json.clone()),
            Body::RefreshToken(session) => {
                Some(json!({ "refreshToken": self.refresh_tokens[*session] }))
            }
        };
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let request = request.body(Full::new(Bytes::from(body)))?;
        let begun = Instant::now();
        let (head, body) = self.client.request(request).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        let took = begun.elapsed();
        let json: Value = serde_json::from_slice(&body).unwrap_or_default();
        if let (Body::RefreshToken(session), Some(token)) =
            (&call.body, json["refreshToken"].as_str())
        {
            token.clone_into(&mut self.refresh_tokens[*session]);
        }
        Ok(Answer {
            status: head.status.as_u16(),
            json,
            took,
        })
    }
}

/// The root of the checkout in which this program was compiled.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}
