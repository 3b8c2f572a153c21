//! Tests of `hallpass man`: a man page for each command.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use crate::commands::{descendants, name, root};

#[test]
fn every_command_has_a_page_with_its_options_and_examples() {
    let directory = tempfile::tempdir().unwrap();
    let pages = directory.path().join("share/man1");
    let output = Command::new(env!("CARGO_BIN_EXE_hallpass"))
        .args(["man", "--dir"])
        .arg(&pages)
        .env_clear()
        .current_dir("/")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let written: BTreeSet<_> = fs::read_dir(&pages)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let root = root();
    let mut expected: BTreeSet<_> = descendants(&root)
        .into_iter()
        .map(|command| format!("{}.1", name(command).replace(' ', "-")))
        .collect();
    expected.insert("hallpass.1".to_owned());
    assert_eq!(written, expected);
    let page = fs::read_to_string(pages.join("hallpass-users-create.1")).unwrap();
    for part in [
        ".TH hallpass-users-create 1",
        "hallpass\\-users\\-create \\- Create an account",
        "\\-\\-email",
        "hallpass users create \\-\\-email ada@example.com",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
}

#[test]
fn a_directory_that_cannot_be_created_is_an_error() {
    let output = Command::new(env!("CARGO_BIN_EXE_hallpass"))
        .args(["--json", "man", "--dir", "/dev/null/man1"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("not_written"));
}
