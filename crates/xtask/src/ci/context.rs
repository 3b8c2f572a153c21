//! What the steps share: the checkout, a database server, a running stack. Each starts when first wanted.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use hallpass_platform::processes::{Program, inherited_from_cargo, run};
use hallpass_platform::{Error, Postgres, PostgresVersion};

use super::stack::Stack;

/// The state of one run.
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

    /// The checkout.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Whether a step may write what it would have complained about.
    pub(super) fn may_fix(&self) -> bool {
        self.fix
    }

    /// A program that runs at the root and shows what it prints.
    pub(super) fn program(&self, name: &str, arguments: &[&str]) -> Program {
        let mut program = Program::new(name).args(arguments.iter().copied());
        program.directory = Some(self.root.clone());
        program.without = inherited_from_cargo();
        program.show_output = true;
        // For the servers that it starts, or that its tests start.
        program.environment = vec![(
            PostgresVersion::VARIABLE.to_owned(),
            self.version.to_string(),
        )];
        program
    }

    /// A program in a directory under the root.
    pub(super) fn program_in(&self, directory: &str, name: &str, arguments: &[&str]) -> Program {
        let mut program = self.program(name, arguments);
        program.directory = Some(self.root.join(directory));
        program
    }

    /// Runs a program at the root; it must succeed.
    pub(super) async fn run_checked(&self, name: &str, arguments: &[&str]) -> Result<(), Error> {
        run_checked(self.program(name, arguments)).await
    }

    /// A throw-away server for tests, fast rather than durable.
    pub(super) async fn postgres(&mut self) -> Result<&Postgres, Error> {
        if self.postgres.is_none() {
            self.postgres = Some(server(self.version).await?);
        }
        self.postgres
            .as_ref()
            .ok_or_else(|| Error::Message("no database server".to_owned()))
    }

    /// The real thing, as `cargo dev` starts it.
    pub(super) async fn stack(&mut self) -> Result<&Stack, Error> {
        if self.stack.is_none() {
            let program = self.program("cargo", &["dev"]);
            self.stack = Some(Stack::start(program).await?);
        }
        self.stack
            .as_ref()
            .ok_or_else(|| Error::Message("no stack".to_owned()))
    }

    /// Stops the stack and makes sure that nothing of it is left.
    pub(super) async fn stop_stack(&mut self) -> Result<(), Error> {
        match self.stack.take() {
            Some(stack) => stack.stop().await,
            None => Ok(()),
        }
    }

    /// Ends what was started.
    pub(super) async fn finish(&mut self) -> Result<(), Error> {
        let stack = self.stop_stack().await;
        if let Some(mut postgres) = self.postgres.take() {
            postgres.stop().await?;
        }
        stack
    }
}

/// A throw-away server for tests.
pub(super) async fn server(version: PostgresVersion) -> Result<Postgres, Error> {
    let server = Postgres::temporary().version(version).start().await?;
    // The tests ask it how many statements an endpoint has cost.
    server
        .execute("postgres", "create extension pg_stat_statements")
        .await?;
    Ok(server)
}

/// How much of this machine a run may use at once.
pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

/// For `cargo test`: how many tests run at once. Ours wait for a database or a process most of their
/// time, so that one for each core, which is the default, leaves the machine idle for half of it.
pub(super) fn test_threads() -> (String, String) {
    const EACH_CORE: usize = 4;
    let threads = cores().saturating_mul(EACH_CORE);
    ("RUST_TEST_THREADS".to_owned(), threads.to_string())
}

/// Runs a program that must succeed.
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
