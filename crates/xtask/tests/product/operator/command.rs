//! Runs `hallpass`.

use std::process::Stdio;

use serde_json::Value;
use tokio::process::{Child, Command};

use crate::test_app::binaries;

/// Result of a run.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) code: i32,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

/// A run that has not been started. It does not inherit our environment.
#[derive(Debug)]
pub(super) struct Call(Command);

pub(super) fn hallpass(arguments: &[&str]) -> Call {
    let mut command = Command::new(binaries().join("hallpass"));
    command
        .args(arguments)
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    Call(command)
}

impl Call {
    pub(super) fn env(mut self, name: &str, value: &str) -> Self {
        self.0.env(name, value);
        self
    }

    pub(super) fn spawn(mut self) -> Child {
        self.0.spawn().unwrap()
    }

    pub(super) async fn run(self) -> Outcome {
        finish(self.spawn()).await
    }
}

pub(super) async fn finish(child: Child) -> Outcome {
    let output = child.wait_with_output().await.unwrap();
    Outcome {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Outcome {
    /// The JSON output of a run that ended with this exit code.
    #[track_caller]
    pub(super) fn json(&self, code: i32) -> Value {
        assert_eq!(self.code, code, "{self:#?}");
        serde_json::from_str(&self.stdout).unwrap_or_else(|_| panic!("no JSON: {self:#?}"))
    }

    /// The JSON error of a run that ended with this exit code, without other output.
    #[track_caller]
    pub(super) fn error(&self, code: i32) -> Value {
        assert_eq!(self.code, code, "{self:#?}");
        assert_eq!(self.stdout, "");
        self.trailing_error(code)
    }

    /// The JSON error, whatever the command has written to standard output.
    #[track_caller]
    pub(super) fn trailing_error(&self, code: i32) -> Value {
        assert_eq!(self.code, code, "{self:#?}");
        let error: Value =
            serde_json::from_str(&self.stderr).unwrap_or_else(|_| panic!("no JSON: {self:#?}"));
        assert_eq!(error["exitCode"], code);
        assert!(
            error["nextStep"]
                .as_str()
                .is_some_and(|step| !step.is_empty()),
            "{error}"
        );
        error
    }
}
