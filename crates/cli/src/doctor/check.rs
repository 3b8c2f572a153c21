//! The result of one check.

use std::io;

use serde::Serialize;

use crate::output::{BAD, FAIR, GOOD, wrapped};

/// Widths of the columns before the detail.
const STATUS_WIDTH: usize = 9;
const NAME_WIDTH: usize = 19;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Status {
    Ok,
    Warning,
    Failure,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Check {
    /// Stable name in camel case, as in JSON. The output for people shows it as separate words.
    pub(super) name: &'static str,
    pub(super) status: Status,
    pub(super) detail: String,
    pub(super) action: Option<String>,
}

impl Check {
    pub(super) fn ok(name: &'static str, detail: impl Into<String>) -> Self {
        Self::new(name, Status::Ok, detail, None)
    }

    pub(super) fn warning(
        name: &'static str,
        detail: impl Into<String>,
        action: impl Into<String>,
    ) -> Self {
        Self::new(name, Status::Warning, detail, Some(action.into()))
    }

    pub(super) fn failure(
        name: &'static str,
        detail: impl Into<String>,
        action: impl Into<String>,
    ) -> Self {
        Self::new(name, Status::Failure, detail, Some(action.into()))
    }

    fn new(
        name: &'static str,
        status: Status,
        detail: impl Into<String>,
        action: Option<String>,
    ) -> Self {
        Self {
            name,
            status,
            detail: detail.into(),
            action,
        }
    }

    pub(super) fn show(&self, out: &mut dyn io::Write) -> io::Result<()> {
        let (style, status) = match self.status {
            Status::Ok => (GOOD, "ok"),
            Status::Warning => (FAIR, "warning"),
            Status::Failure => (BAD, "failure"),
        };
        let indent = STATUS_WIDTH + NAME_WIDTH;
        let name = words(self.name);
        let detail = wrapped(&self.detail, indent);
        writeln!(
            out,
            "{style}{status:<STATUS_WIDTH$}{style:#}{name:<NAME_WIDTH$}{detail}"
        )?;
        match &self.action {
            Some(action) => {
                let action = wrapped(action, indent + 2);
                writeln!(out, "{:indent$}{style}→{style:#} {action}", "")
            }
            None => Ok(()),
        }
    }
}

/// Converts `leastPrivilege` to `least privilege`.
fn words(name: &str) -> String {
    name.chars().fold(String::new(), |mut words, c| {
        if c.is_uppercase() {
            words.push(' ');
        }
        words.extend(c.to_lowercase());
        words
    })
}
