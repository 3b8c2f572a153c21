//! Running a program, most often `hallpass`, as a shell does.

use std::path::Path;
use std::process::{Output, Stdio};

use serde_json::Value;
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};

/// A call of a program that is being put together.
#[derive(Debug)]
pub struct Call {
    command: Command,
    input: String,
}

/// What a program returned.
#[derive(Debug)]
pub struct Outcome {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Call {
    /// The program with these arguments, in the root directory, without any variable of this process's environment.
    #[must_use]
    pub fn new(program: impl AsRef<Path>, arguments: &[&str]) -> Self {
        let mut command = Command::new(program.as_ref());
        command
            .args(arguments)
            .env_clear()
            .current_dir("/")
            .kill_on_drop(true);
        Self {
            command,
            input: String::new(),
        }
    }

    /// With further arguments.
    #[must_use]
    pub fn args(mut self, arguments: &[&str]) -> Self {
        self.command.args(arguments);
        self
    }

    /// With this variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Without a variable that was set before.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// In this directory.
    #[must_use]
    pub fn directory(mut self, directory: &Path) -> Self {
        self.command.current_dir(directory);
        self
    }

    /// With this text on standard input, which is empty otherwise.
    #[must_use]
    pub fn input(mut self, text: &str) -> Self {
        text.clone_into(&mut self.input);
        self
    }

    /// Starts the program. Standard input stays open.
    #[must_use]
    pub fn spawn(self) -> Child {
        self.spawn_at(Stdio::piped())
    }

    /// Starts the program with this standard input.
    #[must_use]
    pub fn spawn_at(self, input: impl Into<Stdio>) -> Child {
        self.spawn_with(input, Stdio::piped())
    }

    /// Starts the program with this standard input and this standard error.
    #[must_use]
    pub fn spawn_with(mut self, input: impl Into<Stdio>, error: impl Into<Stdio>) -> Child {
        self.command
            .stdin(input)
            .stdout(Stdio::piped())
            .stderr(error)
            .spawn()
            .unwrap()
    }

    /// Runs the program to its end.
    pub async fn run(mut self) -> Outcome {
        let input = std::mem::take(&mut self.input);
        let mut child = self.spawn();
        let mut stdin = child.stdin.take().unwrap();
        // A program that reads nothing may have ended before it is written to.
        let _ = stdin.write_all(input.as_bytes()).await;
        drop(stdin);
        Outcome::of(child).await
    }
}

impl From<Output> for Outcome {
    fn from(output: Output) -> Self {
        Self {
            code: output
                .status
                .code()
                .unwrap_or_else(|| panic!("a signal ended it: {output:?}")),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Outcome {
    /// Waits for the end of a program that [`Call::spawn`] started.
    pub async fn of(child: Child) -> Self {
        child.wait_with_output().await.unwrap().into()
    }

    /// Fails unless the exit code is 0.
    #[track_caller]
    pub fn succeeded(self) -> Self {
        assert_eq!(self.code, 0, "{self:#?}");
        self
    }

    /// The JSON of a program that succeeded and wrote nothing to standard error.
    #[track_caller]
    pub fn json(&self) -> Value {
        let report = self.report(0);
        assert_eq!(self.stderr, "");
        report
    }

    /// The JSON on standard output of a program that ended with this exit code.
    #[track_caller]
    pub fn report(&self, code: i32) -> Value {
        assert_eq!(self.code, code, "{self:#?}");
        serde_json::from_str(&self.stdout).unwrap_or_else(|_| panic!("no JSON: {self:#?}"))
    }

    /// The error, in JSON, of a program that failed with this exit code and wrote nothing to standard output.
    #[track_caller]
    pub fn failed(&self, code: i32) -> Value {
        let error = self.error(code);
        assert_eq!(self.stdout, "");
        error
    }

    /// The error, in JSON, of a program that failed with this exit code, whatever it wrote to standard output.
    #[track_caller]
    pub fn error(&self, code: i32) -> Value {
        assert_eq!(self.code, code, "{self:#?}");
        let error: Value =
            serde_json::from_str(&self.stderr).unwrap_or_else(|_| panic!("no JSON: {self:#?}"));
        assert_eq!(error["exitCode"], code);
        let is_stated = |field: &str| error[field].as_str().is_some_and(|text| !text.is_empty());
        assert!(is_stated("detail"), "{error}");
        // The errors of fields say what to do about each.
        assert!(
            is_stated("nextStep") || error["errors"].is_array(),
            "{error}"
        );
        error
    }
}
