//! Drill: the server is lost. A backup is restored into a new one, and revoked access stays revoked.

mod from_file;
mod people;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use hallpass_platform::{Error, Platform, Postgres, client_programs, random_password};
use serde_json::Value;

use super::data;
use super::data::Rows;
use super::environment::{ADMINISTRATOR, Environment, Server, create};
use super::operator::Operator;
use super::report::{Report, ensure};
use crate::site::Site;
pub(super) use from_file::run as with;
use people::People;

pub(super) async fn run(
    environment: &Environment,
    users: u32,
    report: &mut Report,
) -> Result<(), Error> {
    report.step(&format!(
        "start a server with {users} users, and the functions"
    ));
    let programs = client_programs().await?;
    let mut lost = environment.server(durable()).await?;
    let operator = environment.operator(&lost.database, Some(programs.clone()));
    operator.run(&["migrate"]).await?;
    let password = random_password()?;
    create(&operator, ADMINISTRATOR, "admin", &password).await?;
    let filled = data::fill(&lost.database.owner_url, users).await?;
    let (platform, site) = environment.platform(&lost.database).await?;
    let people = People::before(&site, &operator, &password).await?;
    report.done(&format!(
        "PostgreSQL {}, {} sessions, {} audit events; three users are signed in",
        lost.postgres.version(),
        filled.sessions,
        filled.audit_events
    ));

    report.step("hallpass backup create");
    let directory = tempfile::Builder::new()
        .prefix("hallpass-drill-")
        .tempdir()
        .map_err(Error::system("making a temporary directory"))?;
    let file = directory
        .path()
        .join("drill.dump")
        .to_string_lossy()
        .into_owned();
    let backup = operator.run(&["backup", "create", "--out", &file]).await?;
    report.done(&format!(
        "{} rows, {} bytes",
        backup["rows"], backup["bytes"]
    ));

    report.step("revoke a session, change a password, use a one-time link, create an account");
    people.go_on(&site, &operator).await?;
    let at_the_end = data::count(&lost.database.owner_url).await?;
    let last_change: f64 = data::value(
        &lost.database.owner_url,
        "select extract(epoch from max(occurred_at))::float8 from hallpass.audit_events",
    )
    .await?;
    report.done("all of these changes are later than the backup");

    report.step("kill the server");
    lost.postgres.crash().await?;
    let gone = Instant::now();
    site.get("/api/me", Some(&people.bystander.access_token))
        .await?
        .expect_unavailable()?;
    report.done("the functions respond with 503 and Retry-After");

    let way_back = Loss {
        environment,
        programs,
        file,
        rows: backup["rows"].clone(),
        gone,
    };
    let Restored {
        server: mut fresh,
        operator,
        answer,
        recovery_time,
    } = way_back
        .restore(&platform, &site, &password, report)
        .await?;

    report.step("check that revoked access stays revoked");
    people.stay_out(&site).await?;
    report.done("the revoked session, the active sessions and the used link are refused with 401");

    report.step("hallpass doctor");
    let doctor = operator.run(&["doctor"]).await?;
    ensure(doctor["status"] != "failure", || {
        format!("hallpass doctor reports a failure: {doctor}")
    })?;
    report.done(doctor["status"].as_str().unwrap_or_default());

    report.step("determine what is lost");
    let lost_people = people.what_is_lost(&site).await?;
    let kept = rows_of(&answer, &fresh.database.owner_url).await?;
    report.done(&lost_people);

    let snapshot: f64 = data::value(
        &fresh.database.owner_url,
        "select extract(epoch from (details ->> 'snapshotAt')::timestamptz)::float8 from hallpass.audit_events \
         where event = 'database_restored'",
    )
    .await?;
    figures(
        report,
        recovery_time.as_secs_f64(),
        last_change - snapshot,
        at_the_end,
        kept,
    );
    platform.stop().await;
    fresh.postgres.stop().await
}

/// State after the loss of the server.
struct Loss<'a> {
    environment: &'a Environment,
    programs: PathBuf,
    file: String,
    /// Number of rows that must be restored.
    rows: Value,
    gone: Instant,
}

/// State after the recovery.
struct Restored {
    server: Server,
    operator: Operator,
    answer: Value,
    /// Time from the loss to the first sign-in.
    recovery_time: Duration,
}

impl Loss<'_> {
    /// Restores the backup, and continues until a user has signed in and `/health` is healthy.
    async fn restore(
        self,
        platform: &Platform,
        site: &Site,
        password: &str,
        report: &mut Report,
    ) -> Result<Restored, Error> {
        report.step("start a new server with an empty database");
        let server = self.environment.server(durable()).await?;
        report.done(&format!("PostgreSQL {}", server.postgres.version()));

        report.step("hallpass backup restore");
        let operator = self
            .environment
            .operator(&server.database, Some(self.programs))
            .with("HALLPASS_RESTORE_URL", &server.database.owner_url);
        let answer = operator
            .run(&["backup", "restore", &self.file, "--yes"])
            .await?;
        ensure(answer["rows"] == self.rows, || {
            format!("not all rows were restored: {answer}")
        })?;
        report.done(
            "rows, checksums, constraints, indexes, triggers and functions match the manifest",
        );

        report.step("connect the functions to the new server, and sign in");
        platform.set_env("DATABASE_URL", &server.database.app_url);
        platform.recycle().await;
        let administrator = site.sign_in(ADMINISTRATOR, password).await?;
        let recovery_time = self.gone.elapsed();
        let token = Some(administrator.access_token.as_str());
        let listed = site
            .get("/api/users?page=1&size=1", token)
            .await?
            .expect(200)?;
        ensure(listed.json["total"]["value"].as_i64() > Some(0), || {
            format!("no users are listed: {}", listed.json)
        })?;
        let health = site.get("/health", None).await?.expect(200)?;
        ensure(health.json["status"] == "healthy", || {
            format!("/health is {}", health.json)
        })?;
        report.done("an existing account signs in with its password, /health is healthy");
        Ok(Restored {
            server,
            operator,
            answer,
            recovery_time,
        })
    }
}

/// A server that does not lose committed transactions in a crash.
fn durable() -> hallpass_platform::PostgresBuilder {
    let durable = ["fsync", "synchronous_commit", "full_page_writes"];
    durable.iter().fold(Postgres::temporary(), |builder, name| {
        builder.setting(name, "on")
    })
}

/// Number of restored rows, without those that the drill has created since the restore.
async fn rows_of(restored: &Value, url: &str) -> Result<Rows, Error> {
    let since = restored["sessionsValidFrom"].as_str().unwrap_or_default();
    let mut connection = <sqlx::PgConnection as sqlx::Connection>::connect(url).await?;
    let rows = sqlx::query_as(
        "select (select count(*) from hallpass.users where created_at < $1::timestamptz) as users, \
         (select count(*) from hallpass.sessions where created_at < $1::timestamptz) as sessions, \
         (select count(*) from hallpass.audit_events where occurred_at < $1::timestamptz) as audit_events",
    )
    .bind(since)
    .fetch_one(&mut connection)
    .await?;
    Ok(rows)
}

fn figures(report: &mut Report, recovery: f64, point: f64, before: Rows, kept: Rows) {
    let lost = Rows {
        users: before.users - kept.users,
        sessions: before.sessions - kept.sessions,
        audit_events: before.audit_events - kept.audit_events,
    };
    report.figure(
        "recoveryTimeSeconds",
        recovery,
        format!("recovery time   {recovery:.1} s from the loss to the first sign-in (RTO)"),
    );
    report.figure(
        "recoveryPointSeconds",
        point,
        format!("recovery point  {point:.1} s before the last change (RPO)"),
    );
    report.figure(
        "lostRows",
        serde_json::json!({"users": lost.users, "sessions": lost.sessions, "auditEvents": lost.audit_events}),
        format!(
            "lost            {} users, {} sessions, {} audit events that were created after the backup",
            lost.users, lost.sessions, lost.audit_events
        ),
    );
}

/// An absolute path as an argument.
fn argument(file: &Path) -> Result<String, Error> {
    let file = std::path::absolute(file).map_err(Error::file(file))?;
    Ok(file.to_string_lossy().into_owned())
}
