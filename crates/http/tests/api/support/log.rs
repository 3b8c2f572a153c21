//! The log, caught as it is written: JSON lines, with the settings of the functions.

use std::io::{self, Write};
use std::sync::{Arc, LazyLock, Mutex};

use serde_json::Value;
use tracing::Dispatch;
use tracing::subscriber::DefaultGuard;

/// The lines of this test's thread since it was made.
#[derive(Debug)]
pub(crate) struct Log {
    written: Written,
    _until_dropped: DefaultGuard,
}

#[derive(Clone, Debug, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// One that is always there. While there is a single one, tracing asks the thread that comes to a line first whether
/// anybody listens, and keeps its answer for all: another test's thread would silence ours.
static ANOTHER: LazyLock<Dispatch> = LazyLock::new(|| {
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::INFO)
        .with_writer(io::sink);
    Dispatch::new(subscriber.finish())
});

impl Log {
    pub(crate) fn catch() -> Self {
        LazyLock::force(&ANOTHER);
        let written = Written::default();
        let to = written.clone();
        let subscriber = tracing_subscriber::fmt()
            .json()
            .flatten_event(true)
            .with_target(false)
            .with_current_span(false)
            .with_span_list(false)
            .with_max_level(tracing::Level::INFO)
            .with_writer(move || to.clone())
            .finish();
        Self {
            written,
            _until_dropped: tracing::subscriber::set_default(subscriber),
        }
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.written.0.lock().unwrap().clone()).unwrap()
    }

    /// Each line, which must be one JSON object.
    pub(crate) fn lines(&self) -> Vec<Value> {
        let text = self.text();
        let parsed = text.lines().map(serde_json::from_str);
        parsed
            .map(|line| line.unwrap_or_else(|_| panic!("not a line of JSON: {text}")))
            .collect()
    }

    /// The lines that end requests.
    pub(crate) fn requests(&self) -> Vec<Value> {
        let lines = self.lines().into_iter();
        lines.filter(|line| line["message"] == "request").collect()
    }
}
