//! An interrupted drill leaves nothing behind, and a failed one reports the reason.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use tempfile::TempDir;

/// A temporary directory that the user of the database server can read, too.
fn temp_dir() -> TempDir {
    let readable = std::fs::Permissions::from_mode(0o755);
    tempfile::Builder::new()
        .permissions(readable)
        .tempdir()
        .unwrap()
}

fn drill(temp_dir: &TempDir, arguments: &[&str]) -> Command {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_xtask"));
    assert!(
        program.with_file_name("login").is_file() && program.with_file_name("hallpass").is_file(),
        "build them first: cargo build --bins"
    );
    let mut command = Command::new(program);
    command
        .arg("drill")
        .args(arguments)
        .arg("--no-build")
        .env("TMPDIR", temp_dir.path())
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Starts a drill and sends it a signal in its third step, when everything runs. Returns the exit code.
fn broken_off(temp_dir: &TempDir, signal: &str) -> Option<i32> {
    let mut child = drill(temp_dir, &["lost-admin"]).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let third = lines
        .map_while(Result::ok)
        .find(|line| line.starts_with(" 3  "));
    assert!(third.is_some(), "{:?}", child.wait_with_output());
    assert!(!running(temp_dir).is_empty(), "the server is seen");
    let pid = child.id().to_string();
    let sent = Command::new("kill").args(["-s", signal, &pid]).status();
    assert!(sent.unwrap().success());
    child.wait().unwrap().code()
}

/// Processes whose command line or environment contains the directory.
fn running(temp_dir: &TempDir) -> Vec<String> {
    let name = temp_dir.path().to_str().unwrap();
    let is_ours = |process: &Path| {
        ["cmdline", "environ"].iter().any(|file| {
            let text = std::fs::read(process.join(file)).unwrap_or_default();
            String::from_utf8_lossy(&text).contains(name)
        })
    };
    let Ok(processes) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    processes
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|process| is_ours(process))
        .map(|process| process.display().to_string())
        .collect()
}

fn files(temp_dir: &TempDir) -> Vec<String> {
    let entries = std::fs::read_dir(temp_dir.path()).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect()
}

#[test]
fn an_interrupted_drill_leaves_nothing_behind() {
    let temp_dir = temp_dir();
    assert_eq!(broken_off(&temp_dir, "INT"), Some(130));
    assert_eq!(running(&temp_dir), Vec::<String>::new());
    assert_eq!(files(&temp_dir), Vec::<String>::new());
}

#[test]
fn the_processes_of_a_killed_drill_end_with_it() {
    let temp_dir = temp_dir();
    assert_eq!(broken_off(&temp_dir, "KILL"), None);
    // The guard needs a moment to end the processes. A killed program cannot delete its files, so they may remain.
    for _ in 0..1000 {
        if running(&temp_dir).is_empty() {
            return;
        }
        sleep(Duration::from_millis(10));
    }
    panic!("{:?}", running(&temp_dir));
}

#[test]
fn a_drill_with_an_invalid_backup_fails_with_the_reason() {
    let temp_dir = temp_dir();
    let output = drill(&temp_dir, &["recovery", "--from", "Cargo.toml", "--json"]).output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["isPassed"], false);
    assert!(
        report["failure"]
            .as_str()
            .unwrap()
            .contains("manifest_missing"),
        "{report}"
    );
    assert_eq!(files(&temp_dir), Vec::<String>::new());
}

#[test]
fn hallpass_drill_runs_the_drill_and_returns_its_exit_code() {
    let temp_dir = temp_dir();
    let of_drill = drill(&temp_dir, &["recovery"]);
    let mut hallpass = Command::new(Path::new(of_drill.get_program()).with_file_name("hallpass"));
    hallpass
        .current_dir(of_drill.get_current_dir().unwrap())
        .args([
            "--json",
            "drill",
            "recovery",
            "--no-build",
            "--from",
            "Cargo.toml",
        ])
        .env("TMPDIR", temp_dir.path());
    let output = hallpass.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["drill"], "recovery");
    assert_eq!(report["isPassed"], false);
}
