//! An interrupted command prints what it has done, leaves no process or statement running, and can be run again.

use std::fs::File;
use std::os::fd::OwnedFd;
use std::process::Stdio;

use hallpass_test_support::{Call, environment::path, eventually};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Executor as _};
use tokio::io::{AsyncReadExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

use crate::test_db::{SECRET, TestDb, hallpass};

/// Whether a command waits for an open transaction. Waiting for any lock is not enough: a concurrent index build also
/// waits for other statements for a moment, such as this one.
pub(crate) const IS_HELD_UP: &str = "select exists (select from pg_stat_activity waiting
    join pg_stat_activity holder on holder.pid = any (pg_blocking_pids(waiting.pid))
    where waiting.datname = current_database() and holder.state = 'idle in transaction')";

const LIVED: &str = "
    insert into sessions (id, user_id, created_at, idle_expires_at, expires_at)
    select gen_random_uuid(), u.id, now() - interval '99 days', now() - interval '60 days', now() - interval '60 days'
    from users u, generate_series(1, 12)";
const TWO_MIGRATIONS_LESS: &str = "
    drop index users_search_idx; drop function change_users;
    delete from _sqlx_migrations where description in ('users search index', 'change users')";

/// Waits until the query returns this value.
pub(crate) async fn until(db: &TestDb, sql: &'static str, expected: bool) {
    eventually(sql, async || db.value::<bool>(sql).await == expected).await;
}

pub(crate) async fn signal(child: &Child, name: &str) {
    let pid = child.id().unwrap().to_string();
    let kill = Command::new("kill").args(["-s", name, &pid]).status();
    assert!(kill.await.unwrap().success());
}

/// A command, the lock that it waits for, and its error when it is interrupted there.
struct Case {
    arguments: &'static [&'static str],
    before: &'static str,
    lock: &'static str,
    /// Whether the command uses the owner's connection.
    is_direct: bool,
    /// Not HUP, because the test process may have inherited that HUP is ignored, and the command would ignore it, too.
    signal: &'static str,
    detail: &'static str,
    next: &'static str,
}

const CASES: [Case; 7] = [
    Case {
        arguments: &["db", "purge", "--yes", "--batch", "5"],
        before: LIVED,
        lock: "lock table login_throttle in access exclusive mode",
        is_direct: true,
        signal: "INT",
        detail: "interrupted; deleted 24 sessions; the current batch was rolled back",
        next: "run the command again to delete the rest",
    },
    Case {
        arguments: &["db", "analyze"],
        before: "select",
        lock: "lock table sessions in access exclusive mode",
        is_direct: true,
        signal: "TERM",
        detail: "interrupted; 6 of 10 tables were analyzed",
        next: "run the command again; it is safe to repeat",
    },
    Case {
        arguments: &["migrate"],
        before: TWO_MIGRATIONS_LESS,
        // A concurrent index build waits for transactions that write.
        lock: "lock table users in row exclusive mode",
        is_direct: true,
        signal: "TERM",
        detail: "interrupted; 1 migration applied; the current one was rolled back, or will be finished by the next run",
        next: "run `hallpass migrate` again",
    },
    Case {
        arguments: &["secrets", "rotate"],
        before: "select",
        lock: "lock table audit_events in access exclusive mode",
        is_direct: true,
        signal: "INT",
        detail: "interrupted; the secrets are unchanged; the audit event may already be recorded",
        next: "run the command again",
    },
    Case {
        arguments: &["users", "deactivate", "u@example.com"],
        before: "select",
        lock: "lock table users in access exclusive mode",
        is_direct: false,
        signal: "TERM",
        detail: "interrupted; the account may or may not have been changed",
        next: "check with `hallpass users show u@example.com`, and run the command again if needed",
    },
    Case {
        arguments: &["sessions", "revoke", "--all", "--yes"],
        before: "select",
        lock: "lock table settings in access exclusive mode",
        is_direct: false,
        signal: "INT",
        detail: "interrupted; the sessions may or may not have been ended",
        next: "run the command again; it is safe to repeat",
    },
    // A command that only reads has nothing to undo.
    Case {
        arguments: &["users", "list"],
        before: "select",
        lock: "lock table users in access exclusive mode",
        is_direct: false,
        signal: "INT",
        detail: "interrupted; nothing was changed",
        next: "run the command again",
    },
];

async fn interrupt(case: &Case) {
    let Case {
        arguments,
        before,
        lock,
        ..
    } = *case;
    let db = TestDb::administered().await;
    db.create("u@example.com", "user").await;
    db.execute(before).await;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("vars.env");
    let text = format!("HALLPASS_SECRET={SECRET}\nDATABASE_URL={}\n", db.url());
    std::fs::write(&file, &text).unwrap();
    let call = || {
        hallpass(arguments)
            .args(&["--env-file", file.to_str().unwrap()])
            .args(&["--json"])
    };
    let mut other = db.connect().await;
    other
        .execute(AssertSqlSafe(format!("begin; {lock}")))
        .await
        .unwrap();
    let child = call().spawn();
    until(&db, IS_HELD_UP, true).await;
    signal(&child, case.signal).await;
    let output = child.wait_with_output().await.unwrap();
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {output:?}");
    assert!(output.stdout.is_empty(), "{arguments:?}: {output:?}");
    let error: Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(
        [&error["code"], &error["detail"], &error["nextStep"]],
        ["interrupted", case.detail, case.next],
        "{arguments:?}"
    );
    // The lock is still held. Over the direct connection, no statement waits for it any more.
    if case.is_direct {
        until(&db, IS_HELD_UP, false).await;
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    other.execute("rollback").await.unwrap();
    let again = call().run().await.succeeded();
    assert!(!again.stdout.is_empty(), "{arguments:?}");
}

#[tokio::test]
async fn an_interrupted_command_reports_its_state_and_can_be_repeated() {
    for case in &CASES {
        interrupt(case).await;
    }
}

#[tokio::test]
async fn committed_changes_stay_and_the_next_run_does_the_rest() {
    let db = TestDb::administered().await;
    db.execute(LIVED).await;
    let mut other = db.connect().await;
    let lock = "begin; lock table login_throttle in access exclusive mode";
    other.execute(lock).await.unwrap();
    let purge = ["db", "purge", "--yes", "--json", "--batch", "5"];
    let child = db.call(&purge).spawn();
    until(&db, IS_HELD_UP, true).await;
    signal(&child, "INT").await;
    child.wait_with_output().await.unwrap();
    let left = "select count(*) from sessions where expires_at < now()";
    assert_eq!(db.value::<i64>(left).await, 0);
    other.execute("rollback").await.unwrap();
    db.run(&purge).await.succeeded();
    let told = "select string_agg(event, ' ' order by occurred_at) from audit_events where event like 'purge\\_%'";
    assert_eq!(
        db.value::<String>(told).await,
        "purge_started purge_started purge_finished"
    );
}

/// The situation of `nohup hallpass db purge --yes &` when the terminal is closed.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn ignored_signals_stay_ignored() {
    let db = TestDb::administered().await;
    let mut other = db.connect().await;
    let lock = "begin; lock table login_throttle in access exclusive mode";
    other.execute(lock).await.unwrap();
    let script = format!(
        "trap '' HUP; exec {} db purge --yes --json",
        env!("CARGO_BIN_EXE_hallpass")
    );
    let child = Command::new("sh")
        .args(["-c", &script])
        .env_clear()
        .env("DATABASE_URL", db.url())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    until(&db, IS_HELD_UP, true).await;
    signal(&child, "HUP").await;
    other.execute("rollback").await.unwrap();
    let output = child.wait_with_output().await.unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

/// The server accepts connections but never responds.
#[tokio::test]
async fn waiting_for_a_response_can_be_interrupted() {
    let db = TestDb::migrated().await;
    for (command, scheme, detail) in [
        ("certs", "https", "interrupted; nothing was changed"),
        (
            "warm",
            "http",
            "interrupted before the first round was complete",
        ),
    ] {
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("{scheme}://{}", silent.local_addr().unwrap());
        let child = db.call(&[command, &url, "--json"]).spawn();
        let _connection = silent.accept().await.unwrap();
        signal(&child, "INT").await;
        let output = child.wait_with_output().await.unwrap();
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let error: Value = serde_json::from_slice(&output.stderr).unwrap();
        assert_eq!(
            [&error["code"], &error["detail"]],
            ["interrupted", detail],
            "{command}"
        );
    }
}

/// Ctrl-C sends SIGINT to psql, too, which handles it. Other signals end both psql and the command.
#[tokio::test]
async fn psql_handles_ctrl_c_itself_and_ends_with_the_command() {
    let db = TestDb::migrated().await;
    let ask = [
        "--json",
        "db",
        "psql",
        "--no-psqlrc",
        "-c",
        "select pg_sleep(60)",
    ];
    let child = db.call(&ask).env("PATH", &path()).spawn();
    let sleeps = "select exists (select from pg_stat_activity
        where datname = current_database() and query = 'select pg_sleep(60)' and state = 'active')";
    until(&db, sleeps, true).await;
    signal(&child, "INT").await;
    signal(&child, "TERM").await;
    let output = child.wait_with_output().await.unwrap();
    let error: Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(error["code"], "psql_failed");
    assert!(
        error["detail"].as_str().unwrap().contains("SIGTERM"),
        "{error}"
    );
}

/// Ctrl-C at a prompt ends the command without pressing Enter.
#[tokio::test]
async fn a_prompt_can_be_interrupted() {
    let db = TestDb::administered().await;
    is_interrupted_at_its_prompt(db.call(&["sessions", "revoke", "--all"])).await;
    let untouched = "select sessions_valid_from = '-infinity' from settings";
    assert!(db.value::<bool>(untouched).await);
}

/// A pseudoterminal: the terminal's side and the program's.
pub(crate) fn terminal() -> (OwnedFd, File) {
    let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&terminal).unwrap();
    unlockpt(&terminal).unwrap();
    let name = ptsname(&terminal, Vec::new()).unwrap();
    let program = File::options()
        .read(true)
        .write(true)
        .open(name.to_str().unwrap());
    (terminal, program.unwrap())
}

pub(crate) async fn is_interrupted_at_its_prompt(call: Call) {
    let (_terminal, program) = terminal();
    let mut child = call.spawn_at(program);
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    while !said.ends_with("Type yes to continue: ") {
        let byte = stderr.read_u8().await.unwrap();
        said.push(char::from(byte));
    }
    signal(&child, "INT").await;
    said.clear();
    stderr.read_to_string(&mut said).await.unwrap();
    assert_eq!(
        said,
        "\nerror: interrupted; nothing was changed\nhint:  run the command again\n"
    );
    assert_eq!(child.wait().await.unwrap().code(), Some(1));
}
