//! Runs the SQL script that `pg_restore` writes.
//!
//! When `pg_restore` connects itself, it sets every parameter that its version knows. An older server refuses unknown
//! parameters: `transaction_timeout` exists since version 17.

use std::collections::HashSet;
use std::io::{Error as IoError, ErrorKind};

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Executor as _, query_scalar};
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, BufReader};
use tokio::process::Command;

use super::programs;
use crate::failure::{Failure, database};

/// Number of bytes of rows that are sent at once.
const CHUNK: usize = 256 * 1024;
/// Line after the rows of a COPY statement.
const END_OF_ROWS: &[u8] = b"\\.\n";

/// Runs `pg_restore`, and executes its script on the connection.
///
/// # Errors
/// `pg_restore` fails, or the database refuses a statement. The caller's transaction then rolls back the other
/// statements.
pub(super) async fn run(
    mut pg_restore: Command,
    connection: &mut PgConnection,
) -> Result<(), Failure> {
    let mut child = pg_restore.spawn()?;
    let output = child
        .stdout
        .take()
        .ok_or(IoError::other("pg_restore has no output"))?;
    let script = BufReader::with_capacity(CHUNK, output);
    // If a statement fails, the pipe is closed, which ends `pg_restore`.
    let (executed, ended) = tokio::join!(execute(script, connection), child.wait_with_output());
    let ended = ended?;
    match executed {
        Err(sqlx::Error::Database(error)) => Err(programs::failed(
            "pg_restore",
            error.message().as_bytes(),
            "restore_failed",
        )),
        // If the script is truncated, the cause is the error of `pg_restore`.
        _ if !ended.status.success() => Err(programs::failed(
            "pg_restore",
            &ended.stderr,
            "restore_failed",
        )),
        executed => executed.map_err(|error| database(&error)),
    }
}

async fn execute(
    mut script: impl AsyncBufRead + Unpin,
    connection: &mut PgConnection,
) -> sqlx::Result<()> {
    let names = query_scalar!(r#"select name as "name!" from pg_catalog.pg_settings"#)
        .fetch_all(&mut *connection)
        .await?;
    let parameters: HashSet<String> = names.into_iter().collect();
    let mut statements = String::new();
    let mut line = String::new();
    while script.read_line(&mut line).await? > 0 {
        if is_copy(&line) {
            connection
                .execute(AssertSqlSafe(std::mem::take(&mut statements)))
                .await?;
            copy(&mut script, connection, line.trim_end_matches(";\n")).await?;
        } else if !is_for_psql(&line)
            && parameter(&line).is_none_or(|name| parameters.contains(name))
        {
            statements.push_str(&line);
        }
        line.clear();
    }
    connection.execute(AssertSqlSafe(statements)).await?;
    Ok(())
}

async fn copy(
    script: &mut (impl AsyncBufRead + Unpin),
    connection: &mut PgConnection,
    statement: &str,
) -> sqlx::Result<()> {
    let mut copy = connection.copy_in_raw(statement).await?;
    let mut rows = Vec::with_capacity(2 * CHUNK);
    loop {
        let start = rows.len();
        if script.read_until(b'\n', &mut rows).await? == 0 {
            copy.abort("the script ended early").await?;
            return Err(sqlx::Error::Io(ErrorKind::UnexpectedEof.into()));
        }
        let is_end = &rows[start..] == END_OF_ROWS;
        if is_end {
            rows.truncate(start);
        }
        if is_end || rows.len() >= CHUNK {
            copy.send(rows.as_slice()).await?;
            rows.clear();
        }
        if is_end {
            return copy.finish().await.map(|_| ());
        }
    }
}

/// Whether the line is a COPY statement, such as `COPY hallpass.users (id, …) FROM stdin;`, which is followed by rows.
fn is_copy(line: &str) -> bool {
    line.starts_with("COPY ") && line.ends_with(" FROM stdin;\n")
}

/// Whether the line is a meta-command of psql, such as `\restrict`, which disables other meta-commands.
fn is_for_psql(line: &str) -> bool {
    line.starts_with('\\')
}

/// The name of the parameter in `SET name = value;`.
fn parameter(line: &str) -> Option<&str> {
    let (name, _) = line.strip_prefix("SET ")?.split_once(" = ")?;
    let is_name = |c: char| c.is_ascii_lowercase() || c == '_';
    (line.ends_with(";\n") && name.chars().all(is_name)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copy_statements_meta_commands_and_parameters_are_recognized() {
        assert!(is_copy("COPY hallpass.users (id, email) FROM stdin;\n"));
        assert!(!is_copy("COPY hallpass.users (id, email) FROM stdin"));
        assert!(!is_copy("    COPY hallpass.users FROM stdin;\n"));
        assert!(is_for_psql("\\restrict abc\n"));
        assert!(!is_for_psql("SELECT '\\x';\n"));
        let set = "SET transaction_timeout = 0;\n";
        assert_eq!(parameter(set), Some("transaction_timeout"));
        assert_eq!(parameter("SET a.b TO 'x';\n"), None);
        assert_eq!(parameter("    SET search_path = 'x';\n"), None);
        assert_eq!(parameter("SELECT 1;\n"), None);
    }
}
