//! Drill: rolls back to the newest release and forward again, and runs the current functions before their migrations.

use hallpass_platform::{Error, Postgres, random_password};

use super::environment::{ADMINISTRATOR, Environment, create};
use super::report::{Report, ensure};
use crate::release::{NONE, Release, newest_migration};
use crate::site::Site;

pub(super) async fn run(environment: &Environment, report: &mut Report) -> Result<(), Error> {
    report.step("build the newest release");
    let Some(before) = Release::newest(&environment.root).await? else {
        report.done(NONE);
        return Ok(());
    };
    before.build().await?;
    report.done(&before.name);
    back_and_forth(environment, &before, report).await?;
    before_migrating(environment, &before, report).await
}

/// Rolls back and forward. A rollback does not change the schema, so it is that of the current release throughout.
async fn back_and_forth(
    environment: &Environment,
    before: &Release,
    report: &mut Report,
) -> Result<(), Error> {
    report.step("start the current functions");
    let mut server = environment.server(Postgres::temporary()).await?;
    let operator = environment.operator(&server.database, None);
    operator.run(&["migrate"]).await?;
    let password = random_password()?;
    create(&operator, ADMINISTRATOR, "admin", &password).await?;
    let (platform, site) = environment.platform(&server.database).await?;
    let kept = site.sign_in(ADMINISTRATOR, &password).await?;
    let ended = site.sign_in(ADMINISTRATOR, &password).await?;
    site.use_session(&kept).await?;
    platform.stop().await;
    report.done("two sessions are active");

    report.step("roll back: functions of the newest release, current schema");
    let (platform, site) = environment
        .platform_of(&before.source, &before.programs(), &server.database)
        .await?;
    health(&site, "healthy").await?;
    site.use_session(&kept).await?;
    let kept = site.renew_session(&kept).await?;
    let out = site
        .post(
            "/api/logout",
            Some(&ended.access_token),
            serde_json::json!({}),
        )
        .await?;
    out.expect(204)?;
    let during = site.sign_in(ADMINISTRATOR, &password).await?;
    site.use_session(&during).await?;
    platform.stop().await;
    report.done("healthy; one session continues, one is signed out, a new one is started");

    report.step("roll forward: current functions");
    let (platform, site) = environment.platform(&server.database).await?;
    health(&site, "healthy").await?;
    site.renew_session(&kept).await?;
    site.renew_session(&during).await?;
    site.refresh(&ended.refresh_token).await?.expect(401)?;
    platform.stop().await;
    server.postgres.stop().await?;
    report.done("both sessions continue, and the ended session stays ended");
    Ok(())
}

/// Starts the current functions before the schema is migrated.
async fn before_migrating(
    environment: &Environment,
    before: &Release,
    report: &mut Report,
) -> Result<(), Error> {
    report.step("start the current functions on the schema of the newest release");
    let mut server = environment.server(Postgres::temporary()).await?;
    let operator = environment.operator(&server.database, None);
    let mut then = operator.clone();
    then.binaries = before.programs();
    then.run(&["migrate"]).await?;
    let password = random_password()?;
    create(&then, ADMINISTRATOR, "admin", &password).await?;
    let (platform, site) = environment.platform(&server.database).await?;
    let is_behind = before.schema().await? < newest_migration(&environment.root).await?;
    let status = if is_behind { "degraded" } else { "healthy" };
    health(&site, status).await?;
    let session = site.sign_in(ADMINISTRATOR, &password).await?;
    report.done(&format!("{status}, and a user can sign in"));

    report.step("apply the current migrations: hallpass migrate");
    operator.run(&["migrate"]).await?;
    health(&site, "healthy").await?;
    site.use_session(&session).await?;
    site.renew_session(&session).await?;
    platform.stop().await;
    server.postgres.stop().await?;
    report.done("healthy, and the session continues");
    Ok(())
}

async fn health(site: &Site, expected: &str) -> Result<(), Error> {
    let answer = site.get("/health", None).await?.expect(200)?;
    ensure(answer.json["status"] == expected, || {
        format!("/health is {} instead of {expected}", answer.json["status"])
    })
}
