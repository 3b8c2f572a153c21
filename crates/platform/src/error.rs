//! What can go wrong on the local platform, each in words that name the next step.

use std::path::PathBuf;

/// A failure of the local platform.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },

    /// A process, socket or pipe failed.
    #[error("{doing}: {source}")]
    System {
        /// What was being done.
        doing: String,
        /// What the system said.
        source: std::io::Error,
    },

    /// `vercel.json` asks for something that the local platform does not do.
    #[error("vercel.json: {0}")]
    Configuration(String),

    /// The port is taken.
    #[error("port {port} is in use; stop what listens there, or choose another: --port {}", next_port(*.port))]
    PortInUse {
        /// The port asked for.
        port: u16,
    },

    /// PostgreSQL did not install, start or stop.
    #[error("PostgreSQL: {0}")]
    Postgres(String),

    /// A statement failed.
    #[error("PostgreSQL: {0}")]
    Sql(#[from] sqlx::Error),

    /// A function's process did not become ready.
    #[error("function {function}: {problem}")]
    Function {
        /// The function's name.
        function: String,
        /// Why, with what it wrote to standard error.
        problem: String,
    },

    /// No such function or instance.
    #[error("there is no running instance {index} of function {function}")]
    NoInstance {
        /// The function's name.
        function: String,
        /// The instance's number, from 0.
        index: usize,
    },

    /// Any other failure; the message says what happened and what to do.
    #[error("{0}")]
    Message(String),
}

fn next_port(port: u16) -> u16 {
    port.checked_add(1).unwrap_or(3000)
}

impl Error {
    /// For `map_err`: says which file an I/O error is about.
    pub fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }

    /// For `map_err`: says what was being done when an I/O error came.
    pub fn system(doing: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::System { doing, source }
    }
}
