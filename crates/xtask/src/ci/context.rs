//! Resources that steps share: the checkout, a database server and a running stack. Each is started when it is first
//! needed.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use hallpass_platform::processes::{Program, inherited_from_cargo, run};
use hallpass_platform::{Error, Postgres, PostgresVersion};

use super::stack::Stack;

/// State of one run of `cargo ci`.
#[derive(Debug)]
pub(super) struct Context {
    root: PathBuf,
    fix: bool,
    version: PostgresVersion,
    postgres: Option<Postgres>,
    stack: Option<Stack>,
}

impl Context {
    pub(super) fn new(fix: bool, version: PostgresVersion) -> Result<Self, Error> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let root = std::fs::canonicalize(&root).map_err(Error::file(&root))?;
        Ok(Self {
            root,
            fix,
            version,
            postgres: None,
            stack: None,
        })
    }

    /// Root directory of the checkout.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Whether a step may fix the problems that it finds (`--fix`).
    pub(super) fn may_fix(&self) -> bool {
        self.fix
    }

    /// A program that runs in the root directory and whose output is shown.
    pub(super) fn program(&self, name: &str, arguments: &[&str]) -> Program {
        let mut program = Program::new(name).args(arguments.iter().copied());
        program.directory = Some(self.root.clone());
        program.without = inherited_from_cargo();
        program.show_output = true;
        // The variable applies to servers that the program or its tests start.
        program.environment = vec![(
            PostgresVersion::VARIABLE.to_owned(),
            self.version.to_string(),
        )];
        program
    }

    /// A program that runs in a directory under the root.
    pub(super) fn program_in(&self, directory: &str, name: &str, arguments: &[&str]) -> Program {
        let mut program = self.program(name, arguments);
        program.directory = Some(self.root.join(directory));
        program
    }

    /// Runs a program in the root directory. It must succeed.
    pub(super) async fn run_checked(&self, name: &str, arguments: &[&str]) -> Result<(), Error> {
        run_checked(self.program(name, arguments)).await
    }

    /// A temporary server for tests, which does not sync data to disk.
    pub(super) async fn postgres(&mut self) -> Result<&Postgres, Error> {
        if self.postgres.is_none() {
            self.postgres = Some(server(self.version).await?);
        }
        self.postgres
            .as_ref()
            .ok_or_else(|| Error::Message("no database server".to_owned()))
    }

    /// A running stack, started with `cargo dev`.
    pub(super) async fn stack(&mut self) -> Result<&Stack, Error> {
        self.stack_with(&[]).await
    }

    /// A running stack, started with `cargo dev` and these options. Fails if one with other options is running.
    pub(super) async fn stack_with(&mut self, options: &[&str]) -> Result<&Stack, Error> {
        if self.stack.is_some() && !options.is_empty() {
            return Err(Error::Message("stop the running stack first".to_owned()));
        }
        if self.stack.is_none() {
            let program = self.program("cargo", &[&["dev"], options].concat());
            self.stack = Some(Stack::start(program).await?);
        }
        self.stack
            .as_ref()
            .ok_or_else(|| Error::Message("no stack".to_owned()))
    }

    /// Stops the stack and checks that it leaves nothing behind.
    pub(super) async fn stop_stack(&mut self) -> Result<(), Error> {
        match self.stack.take() {
            Some(stack) => stack.stop().await,
            None => Ok(()),
        }
    }

    /// Stops everything that was started.
    pub(super) async fn finish(&mut self) -> Result<(), Error> {
        let stack = self.stop_stack().await;
        if let Some(mut postgres) = self.postgres.take() {
            postgres.stop().await?;
        }
        stack
    }
}

/// A temporary server for tests.
pub(super) async fn server(version: PostgresVersion) -> Result<Postgres, Error> {
    let server = Postgres::temporary().version(version).start().await?;
    // Tests read the number of statements of a request from pg_stat_statements.
    server
        .execute("postgres", "create extension pg_stat_statements")
        .await?;
    Ok(server)
}

/// Number of processors that a run may use at the same time.
pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

/// Variable for `cargo test`: number of tests that run at the same time. The tests wait for a database or a process
/// most of the time. With one test for each processor, which is the default, the machine is idle half of the time.
pub(super) fn test_threads() -> (String, String) {
    const EACH_CORE: usize = 4;
    let threads = cores().saturating_mul(EACH_CORE);
    ("RUST_TEST_THREADS".to_owned(), threads.to_string())
}

/// Runs a program. It must succeed.
pub(super) async fn run_checked(program: Program) -> Result<(), Error> {
    let words: Vec<_> = std::iter::once(&program.executable)
        .chain(&program.arguments)
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let outcome = run(program).await?;
    if outcome.status.success() {
        return Ok(());
    }
    Err(Error::Message(format!(
        "{} failed ({})\n{}{}",
        words.join(" "),
        outcome.status,
        outcome.stdout,
        outcome.stderr
    )))
}
