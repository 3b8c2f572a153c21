//! The archive that `pg_dump` writes: lists its contents and restores it.

use std::io::Write as _;
use std::path::Path;

use hallpass_core::config::DatabaseConfig;
use hallpass_core::schema;
use sqlx::Connection as _;
use sqlx::postgres::PgConnection;
use tempfile::NamedTempFile;

use super::programs::{self, Programs};
use super::script;
use crate::failure::{Exit, Failure, database};

/// Which rows to load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Load {
    Everything,
    /// All rows except that of `settings`. Without this row, no session is active.
    AllButSettings,
}

/// Lines of the archive's table of contents.
///
/// # Errors
/// The file is not an archive, or it is damaged.
pub(super) async fn list(programs: &Programs, file: &Path) -> Result<Vec<String>, Failure> {
    let mut command = programs.command("pg_restore");
    command.arg("--list").arg(file);
    let text = programs::run(command, "backup_damaged").await?;
    Ok(text.lines().map(str::to_owned).collect())
}

/// Entries to restore. The schema, the extension and the indexes that need the extension are created separately
/// (requirements.rs), and the grants are set again for the roles of this server.
fn selected(lines: &[String], load: Load) -> impl Iterator<Item = &String> {
    const LEFT_OUT: [&str; 4] = [
        " SCHEMA - ",
        " COMMENT - SCHEMA ",
        " EXTENSION - ",
        " COMMENT - EXTENSION ",
    ];
    lines.iter().filter(move |line| {
        let is_settings = line.contains(" TABLE DATA hallpass settings ");
        let is_left_out = LEFT_OUT.iter().any(|kind| line.contains(kind));
        let is_for_later = is_settings && load == Load::AllButSettings;
        !is_left_out && !is_for_later && !is_built_apart(line)
    })
}

/// Whether the entry is an index that the statement of its migration creates, or a comment on such an index.
fn is_built_apart(line: &str) -> bool {
    schema::concurrent_indexes().any(|name| {
        line.contains(&format!(" INDEX hallpass {name} "))
            || line.contains(&format!(" COMMENT hallpass INDEX {name} "))
    })
}

/// Number of entries in the archive.
pub(super) fn entries(lines: &[String]) -> usize {
    let is_entry = |line: &&String| !line.starts_with(';') && !line.trim().is_empty();
    lines.iter().filter(is_entry).count()
}

/// Restores everything in one transaction. The database needs the schema and the extension.
///
/// # Errors
/// `pg_restore` or the database failed; the database is unchanged.
pub(super) async fn load(
    programs: &Programs,
    file: &Path,
    into: &DatabaseConfig,
    load: Load,
) -> Result<(), Failure> {
    let lines = list(programs, file).await?;
    let mut chosen = NamedTempFile::new()?;
    for line in selected(&lines, load) {
        writeln!(chosen, "{line}")?;
    }
    chosen.flush()?;
    let mut pg_restore = programs.command("pg_restore");
    pg_restore
        .args(["--no-owner", "--no-privileges", "--file=-"])
        .arg("--use-list")
        .arg(chosen.path())
        .arg(file);
    // The script changes session settings, so it has its own connection.
    let mut connection = schema::connect(into).await?;
    let said = |error: sqlx::Error| database(&error);
    let mut transaction = connection.begin().await.map_err(said)?;
    script::run(pg_restore, &mut transaction).await?;
    transaction.commit().await.map_err(said)?;
    connection.close().await.map_err(said)
}

/// Copies the row of `settings` from the archive, with the columns that it has there.
///
/// # Errors
/// The archive has no such row, or the database refuses the row.
pub(super) async fn load_settings(
    programs: &Programs,
    file: &Path,
    connection: &mut PgConnection,
) -> Result<(), Failure> {
    let mut command = programs.command("pg_restore");
    command
        .args([
            "--data-only",
            "--schema=hallpass",
            "--table=settings",
            "--file=-",
        ])
        .arg(file);
    let script = programs::run(command, "backup_damaged").await?;
    let (statement, rows) = copy_of(&script).ok_or_else(|| {
        let detail = "the backup contains no row of the table settings";
        Failure::new(Exit::Failed, "backup_damaged", detail).next("use another backup")
    })?;
    let mut copy = connection
        .copy_in_raw(statement)
        .await
        .map_err(|error| database(&error))?;
    let sent = copy.send(rows.as_bytes()).await;
    sent.map_err(|error| database(&error))?;
    copy.finish().await.map_err(|error| database(&error))?;
    Ok(())
}

/// Returns the line `COPY hallpass.settings (…) FROM stdin;` and the lines after it up to `\.`.
fn copy_of(script: &str) -> Option<(&str, &str)> {
    let from = script.find("COPY hallpass.settings (")?;
    let (statement, rest) = script[from..].split_once('\n')?;
    let rows = &rest[..rest.find("\\.\n")?];
    (!rows.is_empty()).then_some((statement.trim_end_matches(';'), rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_row_of_settings_is_found_in_the_script() {
        let script =
            "SET x = 1;\n\nCOPY hallpass.settings (id, a) FROM stdin;\nt\t-infinity\n\\.\n\n--\n";
        let (statement, rows) = copy_of(script).unwrap();
        assert_eq!(statement, "COPY hallpass.settings (id, a) FROM stdin");
        assert_eq!(rows, "t\t-infinity\n");
        assert_eq!(
            copy_of("COPY hallpass.settings (id) FROM stdin;\n\\.\n"),
            None
        );
        assert_eq!(
            copy_of("COPY hallpass.users (id) FROM stdin;\nx\n\\.\n"),
            None
        );
    }

    #[test]
    fn separately_created_objects_are_left_out_of_the_list() {
        let lines = [
            "; a note",
            "5; 2615 2200 SCHEMA - hallpass postgres",
            "3; 0 0 COMMENT - EXTENSION pg_trgm ",
            "9; 0 1 TABLE DATA hallpass settings postgres",
            "8; 0 1 TABLE DATA hallpass users postgres",
            "7; 1259 5 INDEX hallpass users_search_idx postgres",
            "6; 1259 4 INDEX hallpass users_newest_idx postgres",
        ]
        .map(str::to_owned);
        let chosen = |load| selected(&lines, load).cloned().collect::<Vec<_>>();
        assert_eq!(
            chosen(Load::Everything),
            [&lines[0], &lines[3], &lines[4], &lines[6]].map(Clone::clone)
        );
        assert_eq!(
            chosen(Load::AllButSettings),
            [&lines[0], &lines[4], &lines[6]].map(Clone::clone)
        );
        assert_eq!(entries(&lines), 6);
    }
}
