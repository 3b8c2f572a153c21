//! Two releases and one database, in turn.

use std::path::Path;

use super::{
    Release, failed,
    release::{migrations, newest},
    site::{Site, health},
};
use crate::{Error, Postgres};

/// This release goes live, is rolled back, and goes live again: nobody is signed out who did not sign
/// out, and an ended session stays ended. The schema is this release's throughout.
///
/// # Errors
/// What did not go well.
pub(crate) async fn back_and_forth(
    root: &Path,
    programs: &Path,
    before: &Release,
    postgres: &Postgres,
) -> Result<(), Error> {
    let site = Site::new(postgres, "rollback").await?;
    site.migrate(programs).await?;
    site.create_administrator(programs).await?;

    let at = site.serve(root, programs).await?;
    let (session, other) = (site.sign_in(&at).await?, site.sign_in(&at).await?);
    session.use_it(&at).await?;
    at.stop().await;

    let at = site.serve(&before.source, &before.programs()).await?;
    expect_health(&health(&at).await?, "healthy", &before.name)?;
    session.use_it(&at).await?;
    let session = session.refresh(&at).await?;
    session.use_it(&at).await?;
    other.sign_out(&at).await?;
    let third = site.sign_in(&at).await?;
    at.stop().await;

    let at = site.serve(root, programs).await?;
    for session in [session, third] {
        session.use_it(&at).await?;
        session.refresh(&at).await?.use_it(&at).await?;
    }
    other.must_be_over(&at).await?;
    at.stop().await;
    Ok(())
}

/// This release is live before its migrations are: it says so, lets people sign in, and nobody has to
/// do so again once the schema is there.
///
/// # Errors
/// What did not go well.
pub(crate) async fn before_migrating(
    root: &Path,
    programs: &Path,
    before: &Release,
    postgres: &Postgres,
) -> Result<(), Error> {
    let site = Site::new(postgres, "rollback").await?;
    site.migrate(&before.programs()).await?;
    site.create_administrator(&before.programs()).await?;
    let is_behind = before.schema().await? < newest(&migrations(root).await?);

    let at = site.serve(root, programs).await?;
    let expected = if is_behind { "degraded" } else { "healthy" };
    expect_health(
        &health(&at).await?,
        expected,
        "the schema of the release before",
    )?;
    let session = site.sign_in(&at).await?;
    site.migrate(programs).await?;
    expect_health(&health(&at).await?, "healthy", "the schema after migrating")?;
    session.use_it(&at).await?;
    session.refresh(&at).await?.use_it(&at).await?;
    at.stop().await;
    Ok(())
}

fn expect_health(found: &str, expected: &str, what: &str) -> Result<(), Error> {
    if found == expected {
        return Ok(());
    }
    Err(failed(
        what,
        format!("health says {found} instead of {expected}"),
    ))
}
