//! Tests of the steps of `hallpass secrets rotate` that need no deployment.

use std::process::Command;

use serde_json::Value;

use crate::test_db::{SECRET, TestDb, hallpass};

fn steps(answer: &Value) -> Vec<String> {
    let steps = answer["nextSteps"].as_array().unwrap().iter();
    steps
        .map(|step| step.as_str().unwrap().to_owned())
        .collect()
}

/// Output of the part before the pipe, run by a shell.
fn read(step: &str) -> String {
    let (before, _) = step.split_once(" | ").unwrap();
    let output = Command::new("sh").args(["-c", before]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[tokio::test]
async fn the_printed_next_steps_run_in_a_shell_whatever_the_path_of_the_file() {
    let db = TestDb::migrated().await;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("the team's vars.env");
    let text = format!("HALLPASS_SECRET={SECRET}\nDATABASE_URL={}\n", db.url());
    std::fs::write(&file, text).unwrap();
    let name = file.to_str().unwrap();
    let rotate = ["--env-file", name, "secrets", "rotate", "--json"];
    let begun = steps(&hallpass(&rotate).run().await.json());
    assert_eq!(read(&begun[0]), SECRET);
    let new = read(&begun[1]);
    let kept = std::fs::read_to_string(&file).unwrap();
    assert!(
        kept.contains(&format!("HALLPASS_SECRET={new}\n")),
        "{begun:?}"
    );
    // The command `hallpass` in the step must be quoted correctly, too.
    let words = format!("printf '%s\\n' {}", begun[3]);
    let words = Command::new("sh").args(["-c", &words]).output().unwrap();
    let words = String::from_utf8(words.stdout).unwrap();
    let words: Vec<_> = words.lines().collect();
    assert_eq!(words[..3], ["hallpass", "--env-file", name]);
    let replaced = hallpass(&rotate).args(&["--at-once", "--yes"]);
    let replaced = steps(&replaced.run().await.json());
    assert_ne!(read(&replaced[0]), new);
    assert!(!read(&replaced[0]).is_empty());
}
