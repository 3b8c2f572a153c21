//! The request log: one JSON line for each request, on the runtime's log channel if there is one, else on stdout.

use std::any::Any;
use std::io::{self, Write};
use std::time::Duration;

use axum::http::{Method, StatusCode};
use hallpass_core::db::Stats;
use tracing::Level;
use tracing_subscriber::fmt::MakeWriter;
use vercel_runtime::LogContext;

use crate::request::Request;

tokio::task_local! {
    /// Log channel of the request that this task serves.
    pub(crate) static CHANNEL: Option<LogContext>;
}

/// Content of the log line of a request. Must not contain passwords, tokens, cookies, e-mail addresses or bodies.
pub(crate) struct Line<'a> {
    pub(crate) function: &'a str,
    pub(crate) method: &'a Method,
    pub(crate) route: &'a str,
    pub(crate) status: StatusCode,
    pub(crate) duration: Duration,
    pub(crate) stats: Stats,
    pub(crate) code: Option<&'static str>,
    pub(crate) cause: Option<&'a str>,
}

impl Line<'_> {
    /// Writes the line. This is the only place that logs the cause of a 5xx, as an error.
    pub(crate) fn write(&self, request: &Request) {
        let who = request.who();
        // Rounded to microseconds.
        let milliseconds = |duration: Duration| (duration.as_secs_f64() * 1e6).round() / 1e3;
        macro_rules! line {
            ($level:expr) => {
                tracing::event!(
                    $level,
                    request_id = request.id(),
                    function = self.function,
                    method = self.method.as_str(),
                    route = self.route,
                    status = self.status.as_u16(),
                    duration_ms = milliseconds(self.duration),
                    db_ms = milliseconds(self.stats.time),
                    db_statements = self.stats.statements,
                    code = self.code,
                    cause = self.cause,
                    user_id = who.map(|who| tracing::field::display(who.user_id)),
                    session_id = who.map(|who| tracing::field::display(who.session_id)),
                    ip = request.client().ip.map(tracing::field::display),
                    "request"
                )
            };
        }
        if self.status.is_server_error() {
            line!(Level::ERROR);
        } else {
            line!(Level::INFO);
        }
    }
}

/// Starts logging JSON lines of level `info` and above.
pub(crate) fn start() {
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_target(false)
        // The span of a request adds its id to every line.
        .with_current_span(true)
        .with_span_list(false)
        .with_max_level(Level::INFO)
        .with_writer(ToChannel)
        .finish();
    // Fails only if a subscriber is already set.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

/// Message of a panic.
pub(crate) fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no text")
}

#[derive(Debug)]
struct ToChannel;

impl<'w> MakeWriter<'w> for ToChannel {
    type Writer = LineWriter;

    fn make_writer(&'w self) -> LineWriter {
        LineWriter(Vec::new())
    }
}

/// Collects one line and sends it when dropped.
#[derive(Debug)]
struct LineWriter(Vec<u8>);

impl Write for LineWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for LineWriter {
    fn drop(&mut self) {
        let line = String::from_utf8_lossy(&self.0);
        let sent = CHANNEL.try_with(|channel| {
            channel
                .as_ref()
                .map(|channel| channel.info(line.trim_end()))
        });
        if !matches!(sent, Ok(Some(()))) {
            // The result is ignored: if stdout is closed, the error cannot be reported anywhere else.
            let _ = io::stdout().lock().write_all(&self.0);
        }
    }
}
