//! Everything that is needed to start a process of a function, and where its output is recorded.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::messages::{Context, Log};
use super::{Ended, EndedRequests, Journal, LogLine, LogStream};

/// Everything that is needed to start one process.
#[derive(Debug, Clone)]
pub(super) struct Launch {
    pub(super) function: String,
    pub(super) index: usize,
    pub(super) binary: PathBuf,
    pub(super) directory: PathBuf,
    pub(super) sockets: PathBuf,
    pub(super) environment: BTreeMap<String, String>,
    pub(super) journal: Arc<Journal>,
    pub(super) ended: Arc<EndedRequests>,
}

impl Launch {
    pub(super) fn print(&self, stream: LogStream, text: String) {
        self.write(LogLine {
            stream,
            text,
            ..self.line()
        });
    }

    pub(super) fn log(&self, log: Log) {
        self.write(LogLine {
            request: Some(log.context.invocation_id),
            level: log.level,
            text: log.message.trim_end_matches('\n').to_owned(),
            ..self.line()
        });
    }

    pub(super) fn end(&self, context: Context, error: Option<serde_json::Value>) {
        self.ended.add(Ended {
            id: context.invocation_id,
            function: self.function.clone(),
            error: error
                .filter(|error| !error.is_null())
                .map(|error| error.to_string()),
        });
    }

    /// The last 20 lines that this instance wrote to standard error.
    pub(super) fn last_words(&self) -> String {
        let lines = self.journal.lines();
        let ours = |line: &&LogLine| {
            line.function == self.function
                && line.instance == self.index
                && line.stream == LogStream::Stderr
        };
        let last: Vec<_> = lines.iter().rev().filter(ours).take(20).collect();
        last.iter()
            .rev()
            .map(|line| line.text.as_str())
            .collect::<Vec<_>>()
            .join("\n")
    }

    fn line(&self) -> LogLine {
        LogLine {
            function: self.function.clone(),
            instance: self.index,
            stream: LogStream::Request,
            request: None,
            level: None,
            text: String::new(),
        }
    }

    fn write(&self, line: LogLine) {
        self.journal.write(line);
    }
}
