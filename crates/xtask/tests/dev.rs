//! `cargo dev` refuses what cannot work before it does anything slow.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs::File;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Runs the command in the project, and sees that it ends at once.
fn dev(arguments: &[&str]) -> Output {
    dev_in(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."),
        arguments,
        &[],
    )
}

fn dev_in(directory: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let begun = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("dev")
        .args(arguments)
        .current_dir(directory)
        .env_remove("DATABASE_URL")
        .envs(environment.iter().copied())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
    assert!(
        output.stdout.is_empty(),
        "standard output is for the ready line"
    );
    output
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_port_in_use_is_named_before_anything_is_made() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let data = tempfile::tempdir().unwrap();
    let output = dev(&[
        "--port",
        &port.to_string(),
        "--data",
        data.path().join("new").to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    assert!(said.contains(&format!("port {port} is in use")), "{said}");
    assert!(said.contains(&format!("--port {}", port + 1)), "{said}");
    assert!(!data.path().join("new/postgres").exists());
}

#[test]
fn a_second_one_on_the_same_data_is_told_of_the_first() {
    let data = tempfile::tempdir().unwrap();
    let lock = data.path().join("lock");
    std::fs::write(&lock, "process 4711, http://localhost:4000\n").unwrap();
    let held = File::open(&lock).unwrap();
    held.lock().unwrap();
    let output = dev(&["--data", data.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    assert!(said.contains("already runs"), "{said}");
    assert!(
        said.contains("process 4711, http://localhost:4000"),
        "{said}"
    );
    assert!(said.contains("--data"), "{said}");
}

#[test]
fn the_database_is_not_deleted_without_a_yes() {
    let data = tempfile::tempdir().unwrap();
    let kept = data.path().join("postgres");
    std::fs::create_dir(&kept).unwrap();
    let output = dev(&["--reset", "--data", data.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("--yes"), "{}", stderr(&output));
    assert!(kept.exists());
}

#[test]
fn a_server_of_ones_own_is_never_reset() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let environment = [("DATABASE_URL", "postgres://localhost/mine")];
    let output = dev_in(&root, &["--reset", "--yes"], &environment);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("DATABASE_URL"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn wrong_flags_are_explained() {
    for (flags, problem) in [
        (&["--prot", "3000"][..], "--prot"),
        (&["--port", "0"], "1..=65535"),
        (&["--port", "x"], "invalid"),
        (&["--instances", "0"], "1..=64"),
        (&["--yes"], "--reset"),
        (&["more"], "unexpected"),
    ] {
        let output = dev(flags);
        assert_eq!(output.status.code(), Some(2), "{flags:?}");
        assert!(
            stderr(&output).contains(problem),
            "{flags:?}: {}",
            stderr(&output)
        );
    }
}

#[test]
fn outside_the_project_it_says_so() {
    let elsewhere = tempfile::tempdir().unwrap();
    let output = dev_in(elsewhere.path(), &[], &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("inside the project"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_version_of_postgresql_that_is_not_known_is_refused_with_those_that_are() {
    let by_variable = dev_in(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."),
        &[],
        &[("HALLPASS_LOCAL_POSTGRES", "9")],
    );
    for output in [dev(&["--postgres", "13"]), by_variable] {
        assert_eq!(output.status.code(), Some(2));
        let said = stderr(&output);
        assert!(said.contains("14, 15, 16, 17, 18"), "{said}");
    }
}
