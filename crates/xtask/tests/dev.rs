//! `cargo dev` reports errors before it does anything that takes long.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

use std::fs::File;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Runs the command in the project, and checks that it ends at once.
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
        "standard output is only for the ready line"
    );
    output
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_port_in_use_is_reported_before_anything_is_created() {
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
fn a_second_process_with_the_same_data_names_the_first() {
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
fn the_database_is_not_deleted_without_confirmation() {
    let data = tempfile::tempdir().unwrap();
    let kept = data.path().join("postgres");
    std::fs::create_dir(&kept).unwrap();
    let output = dev(&["--reset", "--data", data.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("--yes"), "{}", stderr(&output));
    assert!(kept.exists());
}

#[test]
fn the_server_in_database_url_is_never_reset() {
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
fn invalid_options_are_explained() {
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
fn outside_of_a_project_the_error_says_so() {
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
fn an_unknown_version_of_postgresql_is_refused_and_the_known_ones_are_listed() {
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
