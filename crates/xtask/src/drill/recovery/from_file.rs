//! Drill: a given backup is restored into a new server, and the functions run on it.

use std::path::Path;
use std::time::Instant;

use hallpass_platform::{Error, client_programs, random_password};

use super::{argument, durable};
use crate::drill::data;
use crate::drill::environment::{Environment, create};
use crate::drill::report::{Report, ensure};

/// Account that is created on the restored copy, because the drill does not know the passwords of others.
const VISITOR: &str = "hallpass-drill@example.invalid";

pub(in crate::drill) async fn run(
    environment: &Environment,
    file: &Path,
    report: &mut Report,
) -> Result<(), Error> {
    let file = argument(file)?;
    report.step("start a new server with an empty database");
    let programs = client_programs().await?;
    let mut server = environment.server(durable()).await?;
    report.done(&format!("PostgreSQL {}", server.postgres.version()));

    report.step(&format!("hallpass backup restore {file}"));
    let begun = Instant::now();
    let operator = environment
        .operator(&server.database, Some(programs))
        .with("HALLPASS_RESTORE_URL", &server.database.owner_url);
    let restored = operator.run(&["backup", "restore", &file, "--yes"]).await?;
    report.done(&format!(
        "{} rows as of {}; rows, checksums, constraints, indexes, triggers and functions match the manifest",
        restored["rows"],
        restored["snapshotAt"].as_str().unwrap_or_default()
    ));

    report.step("start the functions on it, create an account, sign in");
    let password = random_password()?;
    create(&operator, VISITOR, "admin", &password).await?;
    let (platform, site) = environment.platform(&server.database).await?;
    let visitor = site.sign_in(VISITOR, &password).await?;
    let recovery = begun.elapsed().as_secs_f64();
    let token = Some(visitor.access_token.as_str());
    let users = site
        .get("/api/users?page=1&size=1", token)
        .await?
        .expect(200)?;
    site.get("/health", None).await?.expect(200)?;
    report.done(&format!(
        "the account lists users ({})",
        users.json["total"]
    ));

    report.step("check that no session of the backup is active");
    let live: i64 = data::value(
        &server.database.owner_url,
        "select count(*) from hallpass.sessions s join hallpass.users u on u.id = s.user_id \
         where hallpass.session_is_live(s) and u.email <> 'hallpass-drill@example.invalid'",
    )
    .await?;
    ensure(live == 0, || {
        format!("{live} sessions of the backup are active")
    })?;
    report.done(&format!(
        "{} sessions were ended",
        restored["sessionsEnded"]
    ));

    report.figure(
        "recoveryTimeSeconds",
        recovery,
        format!(
            "recovery time   {recovery:.1} s from the empty database to the first sign-in (RTO)"
        ),
    );
    let age = restored["secondsLost"].as_f64().unwrap_or_default();
    report.figure(
        "recoveryPointSeconds",
        age,
        format!(
            "recovery point  {} ago: later changes are not in this backup (RPO)",
            span(age)
        ),
    );
    platform.stop().await;
    server.postgres.stop().await
}

/// Formats a duration in a suitable unit.
fn span(seconds: f64) -> String {
    match seconds {
        ..120.0 => format!("{seconds:.1} s"),
        120.0..7200.0 => format!("{:.0} min", seconds / 60.0),
        _ => format!("{:.1} h", seconds / 3600.0),
    }
}
