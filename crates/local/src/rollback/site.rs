//! A deployment to try a release on: a database, an administrator, and requests to whichever functions
//! stand before it.

use std::path::Path;

use hyper::Method;
use serde_json::{Value, json};

use super::failed;
use crate::{
    Error, Platform, Postgres,
    conformance::http::{Answer, send},
    processes::{Program, run},
    random_password, random_secret,
};

const EMAIL: &str = "rollback@example.com";

/// A database, the secret of a deployment, and an administrator.
#[derive(Debug)]
pub(super) struct Site {
    owner_url: String,
    url: String,
    secret: String,
    app_password: String,
    password: String,
}

impl Site {
    /// An empty database of this name; one that was there is dropped.
    pub(super) async fn new(postgres: &Postgres, database: &str) -> Result<Self, Error> {
        let drop = format!("drop database if exists {database} with (force)");
        postgres.execute("postgres", drop).await?;
        let create = format!("create database {database}");
        postgres.execute("postgres", create).await?;
        let app_password = random_password()?;
        Ok(Self {
            owner_url: postgres.superuser_url(database),
            url: postgres.url("hallpass_app", &app_password, database),
            secret: random_secret()?,
            app_password,
            password: random_password()?,
        })
    }

    /// Migrates with the operator's command that stands among these programs.
    pub(super) async fn migrate(&self, programs: &Path) -> Result<(), Error> {
        self.operate(programs, &["migrate"], None).await
    }

    /// Makes the administrator, by the operator's command of these programs.
    pub(super) async fn create_administrator(&self, programs: &Path) -> Result<(), Error> {
        let words = [
            "users",
            "create",
            "--email",
            EMAIL,
            "--name",
            "Rollback",
            "--role",
            "admin",
            "--password-stdin",
        ];
        self.operate(programs, &words, Some(format!("{}\n", self.password)))
            .await
    }

    async fn operate(
        &self,
        programs: &Path,
        words: &[&str],
        input: Option<String>,
    ) -> Result<(), Error> {
        let mut command = Program::new(programs.join("hallpass")).args(words);
        command.directory = Some("/".into());
        command.input = input;
        command.environment = [
            ("DATABASE_URL", &self.url),
            ("DATABASE_URL_UNPOOLED", &self.owner_url),
            ("HALLPASS_SECRET", &self.secret),
            ("HALLPASS_APP_PASSWORD", &self.app_password),
        ]
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .into();
        let outcome = run(command).await?;
        if outcome.status.success() {
            return Ok(());
        }
        Err(failed(&format!("hallpass {}", words[0]), outcome.stderr))
    }

    /// These functions before the database: what a deployment or a rollback makes live.
    pub(super) async fn serve(&self, root: &Path, programs: &Path) -> Result<Platform, Error> {
        Platform::builder()
            .root(root)
            .functions_dir(programs)
            // No page is asked for.
            .static_dir(root.join("web/public"))
            .env("DATABASE_URL", &self.url)
            .env("HALLPASS_SECRET", &self.secret)
            .start()
            .await
    }

    /// Signs in.
    pub(super) async fn sign_in(&self, at: &Platform) -> Result<Session, Error> {
        let body = json!({"email": EMAIL, "password": self.password, "delivery": "body"});
        let url = format!("{}/api/login", at.url());
        Session::from(
            &send(&Method::POST, &url, None, Some(&body)).await?,
            "sign-in",
        )
    }
}

/// What a native client keeps.
#[derive(Debug, Clone)]
pub(super) struct Session {
    access: String,
    refresh: String,
}

impl Session {
    fn from(answer: &Answer, what: &str) -> Result<Self, Error> {
        let body = expect(answer, 200, what)?;
        let token = |name: &str| body[name].as_str().map(str::to_owned);
        match (token("accessToken"), token("refreshToken")) {
            (Some(access), Some(refresh)) => Ok(Self { access, refresh }),
            _ => Err(failed(what, "no tokens in the answer")),
        }
    }

    /// The next tokens of the session.
    pub(super) async fn refresh(&self, at: &Platform) -> Result<Self, Error> {
        Self::from(&self.present(at).await?, "refresh")
    }

    /// The refresh token is worth nothing any more.
    pub(super) async fn must_be_over(&self, at: &Platform) -> Result<(), Error> {
        expect(&self.present(at).await?, 401, "refresh of an ended session").map(drop)
    }

    async fn present(&self, at: &Platform) -> Result<Answer, Error> {
        let body = json!({"refreshToken": self.refresh});
        let url = format!("{}/api/refresh", at.url());
        send(&Method::POST, &url, None, Some(&body)).await
    }

    /// What the access token lets its holder do.
    pub(super) async fn use_it(&self, at: &Platform) -> Result<(), Error> {
        let call = async |method, path: &str, body: Option<&Value>| {
            let url = format!("{}{path}", at.url());
            let answer = send(&method, &url, Some(&self.access), body).await?;
            expect(&answer, 200, &format!("{method} {path}")).map(drop)
        };
        call(Method::GET, "/api/users?page=1&size=1", None).await?;
        call(Method::GET, "/api/users?q=rollback&size=5", None).await?;
        call(Method::GET, "/api/me/sessions", None).await?;
        call(Method::GET, "/api/me", None).await
    }

    /// Ends the session.
    pub(super) async fn sign_out(&self, at: &Platform) -> Result<(), Error> {
        let url = format!("{}/api/logout", at.url());
        let answer = send(&Method::POST, &url, Some(&self.access), Some(&json!({}))).await?;
        expect(&answer, 204, "sign-out").map(drop)
    }
}

/// What `/health` says.
pub(super) async fn health(at: &Platform) -> Result<String, Error> {
    let url = format!("{}/health", at.url());
    let answer = send(&Method::GET, &url, None, None).await?;
    let body = expect(&answer, 200, "GET /health")?;
    Ok(body["status"].as_str().unwrap_or_default().to_owned())
}

fn expect(answer: &Answer, status: u16, what: &str) -> Result<Value, Error> {
    if answer.status == status {
        return Ok(answer.json().unwrap_or_default());
    }
    let said = String::from_utf8_lossy(&answer.body);
    let problem = format!("{} instead of {status}: {said}", answer.status);
    Err(failed(what, problem))
}
