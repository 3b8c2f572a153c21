//! Results of the steps of a test of a deployment.

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::Value;

use super::client::Answer;
use super::temp_account::Removed;
use crate::outgoing::fault::Fault;
use crate::output::{BAD, GOOD, wrapped};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Step {
    name: &'static str,
    passed: bool,
    detail: String,
    milliseconds: Option<u64>,
}

#[derive(Debug)]
pub(crate) struct Report {
    steps: Vec<Step>,
    /// IDs of the published keys.
    pub(crate) key_ids: Vec<String>,
}

impl Report {
    pub(crate) const fn new() -> Self {
        Self {
            steps: Vec::new(),
            key_ids: Vec::new(),
        }
    }

    pub(crate) fn steps(&self) -> &[Step] {
        &self.steps
    }

    pub(crate) fn passed(&self) -> bool {
        self.steps.iter().all(|step| step.passed)
    }

    pub(crate) fn has_begun_with_account(&self) -> bool {
        self.steps.iter().any(|step| step.name == "signIn")
    }

    pub(crate) fn note(
        &mut self,
        name: &'static str,
        passed: bool,
        detail: &str,
        milliseconds: Option<u64>,
    ) {
        self.steps.push(Step {
            name,
            passed,
            detail: detail.to_owned(),
            milliseconds,
        });
    }

    /// Records a step, and returns the response if it passed. `check` returns the detail or the problem.
    pub(crate) fn judge(
        &mut self,
        name: &'static str,
        answer: Result<Answer, Fault>,
        expected: u16,
        check: impl FnOnce(&Answer) -> Result<String, String>,
    ) -> Option<Answer> {
        let answer = match answer {
            Ok(answer) => answer,
            Err(fault) => {
                self.note(name, false, &fault.to_string(), None);
                return None;
            }
        };
        let checked = if answer.status == expected {
            check(&answer)
        } else {
            Err(format!("{} instead of {expected}", answer.outcome()))
        };
        let (passed, detail) = match checked {
            Ok(detail) => (true, detail),
            Err(problem) => (false, problem),
        };
        self.note(name, passed, &detail, Some(answer.milliseconds));
        Some(answer).filter(|_| passed)
    }

    /// Records the published keys, which applications use to verify access tokens.
    pub(crate) fn keys(&mut self, answer: Result<Answer, Fault>) {
        let answer = self.judge("keys", answer, 200, |answer| match key_ids(answer).len() {
            0 => Err("no key is published".to_owned()),
            count => Ok(format!("{count} published")),
        });
        self.key_ids = answer.as_ref().map(key_ids).unwrap_or_default();
    }

    /// Adds a hint if the sign-in of the new account was refused: the deployment probably uses another database.
    pub(crate) fn hint_at_another_database(&mut self) {
        if let Some(step) = self
            .steps
            .last_mut()
            .filter(|step| step.detail.starts_with("401"))
        {
            step.detail
                .push_str(": check that these variables name the database of the deployment");
        }
    }

    /// Records how the temporary account was removed.
    pub(crate) fn account_removed(&mut self, removed: Removed) {
        self.note("accountRemoved", true, removed.detail(), None);
    }

    pub(crate) fn show(&self, out: &mut dyn io::Write) -> io::Result<()> {
        for step in &self.steps {
            let (style, word) = if step.passed {
                (GOOD, "ok")
            } else {
                (BAD, "failed")
            };
            let time = step.milliseconds;
            let time = time.map_or_else(String::new, |time| format!(", {time} ms"));
            let detail = wrapped(&format!("{}{time}", step.detail), 30);
            writeln!(
                out,
                "{style}{word:<8}{style:#}{:<22}{detail}",
                title(step.name)
            )?;
        }
        let failed = self.steps.iter().filter(|step| !step.passed).count();
        let all = self.steps.len();
        match failed {
            0 => writeln!(out, "\n{GOOD}{all} of {all} passed{GOOD:#}"),
            _ => writeln!(out, "\n{BAD}{failed} of {all} failed{BAD:#}"),
        }
    }
}

/// A step's name for people. The name in JSON is stable.
fn title(name: &str) -> &str {
    match name {
        "securityHeaders" => "security headers",
        "refusesStrangers" => "anonymous request",
        "signIn" => "sign in",
        "users" => "list users",
        "me" => "current user",
        "usersAgain" => "list users again",
        "signOut" => "sign out",
        "sessionIsOver" => "ended session",
        "tokenIsOver" => "ended refresh token",
        "accountRemoved" => "account removed",
        "oldAccessToken" => "old access token",
        "oldRefreshToken" => "old refresh token",
        "nextAccessToken" => "new access token",
        other => other,
    }
}

/// IDs of the keys in a key set.
pub(crate) fn key_ids(answer: &Answer) -> Vec<String> {
    let keys = answer.body["keys"].as_array().into_iter().flatten();
    keys.filter_map(|key| key["kid"].as_str())
        .map(str::to_owned)
        .collect()
}

/// ID of the key that signed the access token in a response; empty if there is none.
pub(crate) fn signing_key(answer: &Answer) -> String {
    let head = answer.text("/accessToken").split('.').next();
    let head = URL_SAFE_NO_PAD.decode(head.unwrap_or_default());
    let head: Value = serde_json::from_slice(&head.unwrap_or_default()).unwrap_or_default();
    head["kid"].as_str().unwrap_or_default().to_owned()
}
