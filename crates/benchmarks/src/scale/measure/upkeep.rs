//! What costs time besides single requests: thousands of refreshes and sign-ins, the daily run, and a backup.

use std::time::Instant;

use hallpass_platform::client_programs;
use hallpass_platform::processes::{Program, run};
use serde::Serialize;
use sqlx::{Connection as _, PgConnection};

use super::storage::{Relation, Updates, relations, reset_updates, updates};
use crate::Result;
use crate::scale::data::{DataSet, PASSWORD, is_active, note};
use crate::scale::people::{Person, Subject, chances};
use crate::scale::product::{Call, Product, Programs};

/// Requests of which the updates are counted.
const REFRESHES: usize = 9_000;
const SIGN_INS: usize = 1_000;
/// Runs of the daily run after which it need not be finished. Each takes some seconds.
const RUNS_MAX: usize = 10;

/// Everything that is measured once for a data set.
#[derive(Debug, Serialize)]
pub(crate) struct Upkeep {
    pub(crate) relations: Vec<Relation>,
    /// After [`REFRESHES`] and [`SIGN_INS`].
    pub(crate) updates: Vec<Updates>,
    pub(crate) daily_run: DailyRun,
    /// `None`: the file system has no space for a backup.
    pub(crate) backup: Option<Backup>,
}

#[derive(Debug, Serialize)]
pub(crate) struct DailyRun {
    /// Time of each call until one reports that everything is done, in seconds.
    pub(crate) seconds: Vec<f64>,
    pub(crate) is_done: bool,
}

#[derive(Debug, Serialize)]
pub(crate) struct Backup {
    pub(crate) seconds: f64,
    pub(crate) bytes: u64,
}

pub(crate) async fn measure(
    product: &mut Product,
    programs: &Programs,
    set: &DataSet,
) -> Result<Upkeep> {
    let mut connection = PgConnection::connect(&set.url).await?;
    let relations = relations(&mut connection).await?;
    reset_updates(&mut connection).await?;
    refresh_and_sign_in(product, set).await?;
    product.recycle().await;
    let updates = updates(&mut connection).await?;
    connection.close().await?;
    Ok(Upkeep {
        relations,
        updates,
        daily_run: daily_run(product).await?,
        backup: backup(programs, set).await?,
    })
}

/// Refreshes of 20 sessions in turn, and sign-ins of different people.
async fn refresh_and_sign_in(product: &mut Product, set: &DataSet) -> Result<()> {
    let rng = &mut chances(Subject::Operation, 2);
    let people: Vec<_> = std::iter::repeat_with(|| set.size.signed_in_user(rng))
        .filter(|number| is_active(*number))
        .map(|number| Person::of(number, set.size.users).email)
        .take(SIGN_INS)
        .collect();
    let mut sessions = Vec::new();
    for email in &people[..20] {
        sessions.push(product.open_session(email).await?);
    }
    for session in sessions.iter().cycle().take(REFRESHES) {
        let call = Call::refresh(*session);
        product.send(&call).await?.succeed(&call)?;
    }
    for email in &people[20..] {
        let call = Call::sign_in(email, PASSWORD);
        product.send(&call).await?.succeed(&call)?;
    }
    Ok(())
}

async fn daily_run(product: &mut Product) -> Result<DailyRun> {
    let mut run = DailyRun {
        seconds: Vec::new(),
        is_done: false,
    };
    while !run.is_done && run.seconds.len() < RUNS_MAX {
        let call = Call::machine("/api/cron");
        let answer = product.send(&call).await?.succeed(&call)?;
        run.seconds.push(answer.took.as_secs_f64());
        run.is_done = !answer.json.to_string().contains(r#""isDone":false"#);
    }
    Ok(run)
}

/// `hallpass backup create` into a file that is deleted afterwards.
async fn backup(programs: &Programs, set: &DataSet) -> Result<Option<Backup>> {
    let directory = tempfile::Builder::new()
        .prefix("hallpass-scale-")
        .tempdir_in(&programs.directory)?;
    let space = rustix::fs::statvfs(directory.path())?;
    let mut connection = PgConnection::connect(&set.url).await?;
    let size: i64 = sqlx::query_scalar("select pg_database_size(current_database())::bigint")
        .fetch_one(&mut connection)
        .await?;
    connection.close().await?;
    // The dump has no indexes and is compressed: less than half of the database.
    if space.f_bavail * space.f_frsize < size.cast_unsigned() / 2 {
        note("no backup: the file system has too little space for it");
        return Ok(None);
    }
    let file = directory.path().join("scale.dump");
    let mut program = Program::new(programs.directory.join("hallpass"))
        .args(["backup", "create", "--json", "--out"]);
    program.arguments.push(file.clone().into());
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::iter::once(client_programs().await?).chain(std::env::split_paths(&path));
    program.environment = vec![
        ("DATABASE_URL".to_owned(), set.url.clone()),
        (
            "HALLPASS_SECRET".to_owned(),
            hallpass_platform::random_secret()?,
        ),
        (
            "PATH".to_owned(),
            std::env::join_paths(places)?.to_string_lossy().into_owned(),
        ),
    ];
    let begun = Instant::now();
    let outcome = run(program).await?;
    let seconds = begun.elapsed().as_secs_f64();
    if !outcome.status.success() {
        return Err(format!(
            "hallpass backup create: {}{}",
            outcome.stdout, outcome.stderr
        )
        .into());
    }
    Ok(Some(Backup {
        seconds,
        bytes: std::fs::metadata(&file)?.len(),
    }))
}
