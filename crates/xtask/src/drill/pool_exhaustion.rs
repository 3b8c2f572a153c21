//! Drill: another program uses all connections of the server. Checks what users and the operator see, and recovers.

use std::time::{Duration, Instant};

use hallpass_platform::{Error, Postgres, random_password};
use serde_json::Value;
use sqlx::error::DatabaseError;
use sqlx::{Connection as _, PgConnection};

use super::data;
use super::environment::{ADMINISTRATOR, Environment, Server, create};
use super::report::{Report, ensure};
use crate::site::{SignedIn, Site};

/// Maximum number of connections. It is small, so that all are soon in use. Three are reserved for superusers, and two
/// for the owner.
const MOST: &str = "25";
/// `application_name` of the program that uses all connections.
const CULPRIT: &str = "runaway-job";
/// Maximum time until the functions respond again.
const PATIENCE: Duration = Duration::from_secs(30);
/// SQLSTATE of "too many clients already".
const TOO_MANY: &str = "53300";

pub(super) async fn run(environment: &Environment, report: &mut Report) -> Result<(), Error> {
    report.step(&format!(
        "start a server with at most {MOST} connections, and the functions"
    ));
    let builder = Postgres::temporary()
        .setting("max_connections", MOST)
        .setting("superuser_reserved_connections", "3")
        .setting("reserved_connections", "2");
    let mut server = environment.server(builder).await?;
    // Without this grant, the owner could not connect when all connections are in use (PostgreSQL 16 and later).
    let reserve = "grant pg_use_reserved_connections to hallpass_owner";
    server.postgres.execute("postgres", reserve).await?;
    let operator = environment.operator(&server.database, None);
    operator.run(&["migrate"]).await?;
    let password = random_password()?;
    create(&operator, ADMINISTRATOR, "admin", &password).await?;
    let (platform, site) = environment.platform(&server.database).await?;
    let user = site.sign_in(ADMINISTRATOR, &password).await?;
    site.get("/api/me", Some(&user.access_token))
        .await?
        .expect(200)?;
    report.done("a user is signed in");

    report.step(&format!("use all connections that are left, as {CULPRIT}"));
    // New instances, as after a deployment, do not have open connections.
    platform.recycle().await;
    let held = take_all(&server).await?;
    report.done(&format!(
        "{} connections; the server refuses more with {TOO_MANY}",
        held.len()
    ));

    report.step("check the responses to users");
    refused(&site, &user, &password).await?;
    report.done("all requests get 503 with Retry-After, /health is unhealthy; no 401, and no cookie is changed");

    report.step("find the cause: hallpass db connections");
    operator.run_to(4, &["db", "connections"], None).await?;
    let as_owner = operator.with("DATABASE_URL", &server.database.owner_url);
    let seen = as_owner.run_to(8, &["db", "connections"], None).await?;
    let percent = taken(&seen)?;
    ensure(percent >= 80 && seen.to_string().contains(CULPRIT), || {
        format!("the output does not show {CULPRIT} and at least 80 %: {seen}")
    })?;
    report.done(&format!(
        "the functions' role is refused (exit code 4); the owner sees {percent} % and {CULPRIT} (exit code 8)"
    ));

    report.step(&format!(
        "end the connections of {CULPRIT}: pg_terminate_backend"
    ));
    let begun = Instant::now();
    let ended: i64 = data::value(
        &server.database.owner_url,
        "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = 'runaway-job'",
    )
    .await?;
    ensure(ended == i64::try_from(held.len()).unwrap_or(-1), || {
        format!("{ended} of {} connections were ended", held.len())
    })?;
    let again = until_served(&site, &user, begun).await?;
    report.done(&format!(
        "{ended} ended; the functions respond again, without a restart"
    ));

    report.step("check that no user was signed out");
    site.get("/api/me", Some(&user.access_token))
        .await?
        .expect(200)?;
    site.refresh(&user.refresh_token).await?.expect(200)?;
    site.get("/health", None).await?.expect(200)?;
    report.done("the earlier access token and refresh token are valid; /health is 200");

    report.step("hallpass db connections, again");
    let after = taken(&as_owner.run(&["db", "connections"]).await?)?;
    report.done(&format!("{after} % of the server's connections are in use"));
    report.figure(
        "recoverySeconds",
        again.as_secs_f64(),
        format!(
            "recovery time  {:.1} s after the connections were ended",
            again.as_secs_f64()
        ),
    );

    drop(held);
    platform.stop().await;
    server.postgres.stop().await
}

/// Opens connections as the functions' role until the server refuses more.
async fn take_all(server: &Server) -> Result<Vec<PgConnection>, Error> {
    let url = format!("{}?application_name={CULPRIT}", server.database.app_url);
    let mut held = Vec::new();
    loop {
        match PgConnection::connect(&url).await {
            Ok(connection) => held.push(connection),
            Err(error) => {
                let code = error.as_database_error().and_then(DatabaseError::code);
                if code.as_deref() == Some(TOO_MANY) && !held.is_empty() {
                    return Ok(held);
                }
                return Err(error.into());
            }
        }
    }
}

/// All requests get 503 with Retry-After, and no user is signed out.
async fn refused(site: &Site, user: &SignedIn, password: &str) -> Result<(), Error> {
    let token = Some(user.access_token.as_str());
    let (me, users, refresh, login, health) = tokio::try_join!(
        site.get("/api/me", token),
        site.get("/api/users", token),
        site.refresh(&user.refresh_token),
        site.login(ADMINISTRATOR, password),
        site.get("/health", None),
    )?;
    for answer in [me, users, refresh, login] {
        answer.expect_unavailable()?;
    }
    let health = health.expect(503)?;
    ensure(health.json["status"] == "unhealthy", || {
        format!("/health is {}", health.json)
    })
}

/// Percentage of the server's connections that are in use.
fn taken(answer: &Value) -> Result<i64, Error> {
    let limits = answer["limits"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let server = limits.iter().find(|limit| limit["scope"] == "server");
    server
        .and_then(|limit| limit["percent"].as_i64())
        .ok_or_else(|| Error::Message(format!("the output has no limit of the server: {answer}")))
}

async fn until_served(site: &Site, user: &SignedIn, begun: Instant) -> Result<Duration, Error> {
    loop {
        let answer = site.get("/api/me", Some(&user.access_token)).await?;
        if answer.status == 200 {
            return Ok(begun.elapsed());
        }
        ensure(answer.status == 503 && begun.elapsed() < PATIENCE, || {
            format!("GET /api/me returned {} after {PATIENCE:?}", answer.status)
        })?;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
