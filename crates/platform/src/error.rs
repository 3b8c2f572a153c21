//! Errors of the local platform. Where there is a remedy, the message names it.

use std::path::PathBuf;

/// An error of the local platform.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// Path of the file or directory.
        path: PathBuf,
        /// Error of the operating system.
        source: std::io::Error,
    },

    /// An operation on a process, a socket or a pipe failed.
    #[error("{doing}: {source}")]
    System {
        /// The operation, such as "making a temporary directory".
        doing: String,
        /// Error of the operating system.
        source: std::io::Error,
    },

    /// `vercel.json` uses something that the local platform does not support.
    #[error("vercel.json: {0}")]
    Configuration(String),

    /// Another process uses the port.
    #[error("port {port} is in use; stop the process that uses it, or choose another port: --port {}", next_port(*.port))]
    PortInUse {
        /// The requested port.
        port: u16,
    },

    /// PostgreSQL could not be installed, started or stopped.
    #[error("PostgreSQL: {0}")]
    Postgres(String),

    /// A SQL statement failed.
    #[error("PostgreSQL: {0}")]
    Sql(#[from] sqlx::Error),

    /// The process of a function did not become ready.
    #[error("function {function}: {problem}")]
    Function {
        /// The function's name.
        function: String,
        /// The reason, with the function's standard error.
        problem: String,
    },

    /// The function does not exist, or this instance of it does not run.
    #[error("there is no running instance {index} of function {function}")]
    NoInstance {
        /// The function's name.
        function: String,
        /// Number of the instance, from 0.
        index: usize,
    },

    /// Any other error. The message says what happened and what to do.
    #[error("{0}")]
    Message(String),
}

fn next_port(port: u16) -> u16 {
    port.checked_add(1).unwrap_or(3000)
}

impl Error {
    /// For `map_err`: adds the path of the file to an I/O error.
    pub fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }

    /// For `map_err`: adds the operation that was in progress to an I/O error.
    pub fn system(doing: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::System { doing, source }
    }
}
